"""Forms without a script: what was typed stays, and what is sent twice happens once."""

import pytest

from actors.runtime.client import Client
from actors.runtime.errors import DeliveryFailed, Fault
from tests.edge import Edge, Ward
from tests.integration.pages_support import Tab, once_of, place, tab_of, text_of


def wish(ward: Ward, once: str, **more: str) -> dict[str, str]:
    return {
        "once": once,
        "category": f"{ward.department}/{ward.category}",
        "reason": "It races.",
        "urgency": "routine",
        "when": "first",
        **more,
    }


async def test_a_request_that_does_not_fit_keeps_what_was_typed(edge: Edge, ward: Ward) -> None:
    tab = await tab_of(edge, await edge.patient())
    typed = {"when": "windows", "day-1": "2020-01-01", "from-1": "09:00", "to-1": "08:00"}
    answer = await tab.send_fields(
        "/requests", wish(ward, "k", reason="<b>Ache</b> & more", **typed)
    )
    assert answer.status == 422
    assert "&lt;b&gt;Ache&lt;/b&gt; &amp; more</textarea>" in answer.text
    assert 'value="2020-01-01"' in answer.text
    assert f'name="category" value="{ward.department}/{ward.category}"' in answer.text
    assert 'href="#f-to-1"' in answer.text
    assert 'id="f-to-1-wrong"' in answer.text
    assert 'role="alert" tabindex="-1" autofocus' in answer.text


async def test_an_empty_request_names_everything_that_is_missing(edge: Edge, ward: Ward) -> None:
    tab = await tab_of(edge, await edge.patient())
    nothing = await tab.send("/requests", once="k", category="no/thing")
    assert nothing.status == 422
    assert 'href="#f-category"' in nothing.text
    category = f"{ward.department}/{ward.category}"
    answer = await tab.send("/requests", once="k", category=category)
    for name in ("reason", "urgency"):
        assert f'href="#f-{name}"' in answer.text
    assert (await tab.open("/home")).text.count("/appointments/") == 0


async def test_a_request_that_is_sent_twice_is_one_request(edge: Edge, ward: Ward) -> None:
    tab = await tab_of(edge, await edge.patient())
    form = f"/requests/new?category={ward.department}/{ward.category}"
    once = once_of(await tab.open(form))
    first = await tab.send_fields("/requests", wish(ward, once))
    again = await tab.send_fields("/requests", wish(ward, once))
    assert place(first) == place(again)
    assert place(first).endswith("?said=sent")
    other = await tab.send_fields("/requests", wish(ward, once_of(await tab.open(form))))
    assert place(other) != place(first)
    assert text_of(await tab.open("/home")).count("Open requests 2") == 1


async def test_a_key_of_one_person_means_nothing_to_another(edge: Edge, ward: Ward) -> None:
    one, two = [await tab_of(edge, await edge.patient()) for _ in range(2)]
    first = await one.send_fields("/requests", wish(ward, "the-same"))
    second = await two.send_fields("/requests", wish(ward, "the-same"))
    assert place(first) != place(second)


async def test_what_is_typed_survives_when_nothing_can_be_kept(
    edge: Edge, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await tab_of(edge, await edge.patient())

    async def fail(*_: object, **__: object) -> None:
        raise DeliveryFailed(Fault.STORE_DOWN)

    with monkeypatch.context() as broken:
        broken.setattr(Client, "tell", fail)
        answer = await tab.send_fields("/requests", wish(ward, "again", reason="Keep “me”"))
    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert 'name="reason" value="Keep “me”"' in answer.text
    assert 'name="once" value="again"' in answer.text
    assert "Send it again" in answer.text


async def test_a_password_is_never_sent_back(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    tab, secret = Tab(edge), "a very private phrase"
    wrong = await tab.send("/sign-in", email="nobody@clinic.example", password=secret)
    assert wrong.status == 401
    assert 'value="nobody@clinic.example"' in wrong.text
    assert secret not in wrong.text

    async def fail(*_: object, **__: object) -> None:
        raise DeliveryFailed(Fault.BUSY)

    monkeypatch.setattr(Client, "tell", fail)
    busy = await tab.send("/sign-in", email="nobody@clinic.example", password=secret)
    assert busy.status == 503
    assert secret not in busy.text


async def test_a_department_that_is_opened_twice_is_one(edge: Edge, ward: Ward) -> None:
    tab = await tab_of(edge, ward.admin)
    once = once_of(await tab.open("/departments"))
    answers = [await tab.send("/departments", once=once, name="Éar & Nose") for _ in range(2)]
    assert place(answers[0]) == place(answers[1])
    assert place(answers[0]).startswith("/departments/ear-nose-")
    page = await tab.open(place(answers[0]).split("?")[0])
    assert "Éar &amp; Nose" in page.text


async def test_a_department_is_set_up_without_a_script(edge: Edge, ward: Ward) -> None:
    tab = await tab_of(edge, ward.admin)
    opened = await tab.send(
        "/departments", once=once_of(await tab.open("/departments")), name="Skin"
    )
    path = place(opened).split("?")[0]
    mia = ward.doctors[0].user
    nameless = await tab.send_fields(
        f"{path}/groups", {"once": "g0", "name": "", f"member-{mia}": "y"}
    )
    assert nameless.status == 422
    assert f'name="member-{mia}" value="yes" checked' in nameless.text
    grouped = await tab.send_fields(
        f"{path}/groups", {"once": "g1", "name": "Skins", f"member-{mia}": "y"}
    )
    assert place(grouped) == f"{path}?said=group"
    category = await tab.send(f"{path}/categories", once="c1", name="Rash", group="")
    assert place(category) == f"{path}?said=category"
    minutes = {
        f"{level}-{stage}": "30"
        for level in ("routine", "soon", "urgent")
        for stage in ("doctor", "group", "triage", "on_call")
    }
    short = await tab.send_fields(f"{path}/deadlines", {"once": "d0", **minutes, "soon-group": "0"})
    assert short.status == 422
    kept = await tab.send_fields(f"{path}/deadlines", {"once": "d1", **minutes})
    assert place(kept) == f"{path}?said=deadlines"
    page = await tab.open(path)
    assert "Rash" in page.text
    assert 'name="routine-doctor"' in page.text
    assert 'value="30"' in page.text


async def test_a_board_routes_pulls_back_and_declines(edge: Edge, ward: Ward) -> None:
    patient, admin = (
        await tab_of(edge, await edge.patient("Rou Ted")),
        await tab_of(edge, ward.admin),
    )
    sent = await patient.send_fields("/requests", wish(ward, "r"))
    appointment = place(sent).split("/")[-1].split("?")[0]
    await edge.clinic.settled()
    base = f"/board/{ward.department}/{appointment}"
    assert place(await admin.send(f"{base}/pull-back", once="p")) == "/board?said=pulled-back"
    nowhere = await admin.send(f"{base}/route", once="n", to="doctor:nobody")
    assert nowhere.status == 422
    assert "Choose a group or a doctor." in nowhere.text
    routed = await admin.send(f"{base}/route", once="t", to=f"doctor:{ward.doctors[0].user}")
    assert place(routed) == "/board?said=routed"
    await edge.clinic.settled()
    assert "With Dr Mia" in text_of(await patient.open(f"/appointments/{appointment}"))
    mute = await admin.send(f"{base}/decline", once="d", reason=" ")
    assert mute.status == 422
    assert place(await admin.send(f"{base}/decline", once="e", reason="Full.")).endswith("declined")
    await edge.clinic.settled()
    assert "Full." in text_of(await patient.open(f"/appointments/{appointment}"))


async def test_a_doctor_answers_on_the_inbox(edge: Edge, ward: Ward) -> None:
    patient = await tab_of(edge, await edge.patient("Ann Swer"))
    doctor = await tab_of(edge, ward.doctors[0])
    sent = await patient.send_fields("/requests", wish(ward, "a"))
    appointment = place(sent).split("/")[-1].split("?")[0]
    await edge.clinic.settled()
    missing = await doctor.send(f"/inbox/{appointment}/accept", once="1", at="2027-03-28T02:30")
    assert missing.status == 422
    assert "go forward over 02:30" in text_of(missing)
    assert 'value="2027-03-28T02:30"' in missing.text
    doubled = await doctor.send(f"/inbox/{appointment}/accept", once="2", at="2026-10-25T02:30")
    assert "comes twice" in text_of(doubled)
    mute = await doctor.send(f"/inbox/{appointment}/decline", once="3", reason="")
    assert f'href="#f-{appointment}-reason"' in mute.text
    declined = await doctor.send(f"/inbox/{appointment}/decline", once="4", reason="Away.")
    assert place(declined) == "/inbox?said=declined"
    assert "Declined by you" in text_of(await doctor.open("/inbox"))
    late = await doctor.send(f"/inbox/{appointment}/accept", once="5")
    assert late.status == 409
    assert "Please look at this again" in text_of(late)


async def test_hours_are_kept_or_what_is_wrong_is_said(edge: Edge, ward: Ward) -> None:
    doctor = await tab_of(edge, ward.doctors[1])
    numbers = {
        "visit_minutes": "20",
        "buffer_before_minutes": "0",
        "buffer_after_minutes": "5",
        "notice_minutes": "15",
        "window_days": "60",
    }
    hours = {"zone": "Europe/Lisbon", "from-0-1": "09:00", "to-0-1": "12:00", **numbers}
    half = await doctor.send_fields("/hours", {"once": "1", **hours, "from-1-1": "09:00"})
    assert half.status == 422
    assert 'id="f-to-1-1-wrong"' in half.text
    overlapping = {"from-0-2": "11:00", "to-0-2": "13:00"}
    crossed = await doctor.send_fields("/hours", {"once": "2", **hours, **overlapping})
    assert crossed.status == 422
    assert 'value="11:00"' in crossed.text
    assert place(await doctor.send_fields("/hours", {"once": "3", **hours})) == "/hours?said=hours"
    page = await doctor.open("/hours?said=hours")
    assert "Your hours are saved." in page.text
    assert 'name="from-0-1" type="time" value="09:00"' in page.text
    assert "<option selected>Europe/Lisbon</option>" in page.text


async def test_a_profile_is_changed_and_its_zone_shows(edge: Edge) -> None:
    tab = await tab_of(edge, await edge.patient())
    wrong = await tab.send("/account/profile", once="1", name="Zoe", zone="Mars/Base")
    assert wrong.status == 422
    assert 'value="Zoe"' in wrong.text
    kept = await tab.send("/account/profile", once="2", name="Zoe", zone="Asia/Tokyo")
    assert place(kept) == "/account?said=profile"
    home = text_of(await tab.open("/home"))
    assert "Hello, Zoe" in home
    assert "Asia/Tokyo" in home
