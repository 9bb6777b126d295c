"""Pages of calls by plain forms: who has no script checks in, waits, and reads what is told."""

import re
from html import unescape

import pytest

from tests.edge import Answer, Edge
from tests.integration.calls_support import Visit, visit_of
from tests.integration.pages_support import Tab, once_of, place, tab_of, text_of
from tests.integration.staff_support import accept, on_day

_LINK = re.compile(r'<p class="secret"[^>]*>([^<]+)</p>')


@pytest.fixture
async def visit(edge: Edge) -> Visit:
    """Return a visit whose waiting room is open."""
    return await visit_of(edge)


def room_of(answer: Answer) -> str:
    """Return which room the page shows."""
    found = re.search(r'data-stage="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


async def checked_in(visit: Visit) -> Tab:
    """Let the patient check in by a form."""
    tab = await tab_of(visit.edge, visit.patient)
    page = await tab.open(visit.path)
    done = await tab.send(f"{visit.path}/check-in", once=once_of(page))
    assert place(done) == f"{visit.path}?said=seated"
    await visit.edge.clinic.settled()
    return tab


async def test_a_patient_checks_in_and_sees_their_place(visit: Visit) -> None:
    tab = await tab_of(visit.edge, visit.patient)
    assert room_of(await tab.open(visit.path)) == "door"
    await checked_in(visit)
    page = await tab.open(visit.path)
    assert room_of(page) == "waiting"
    assert "You are next." in text_of(page)
    assert "needs a script" in text_of(page)
    assert "You are next." in text_of(await tab.open(f"{visit.path}/line"))


async def test_the_doctor_sees_who_waits_and_since_when(visit: Visit) -> None:
    await checked_in(visit)
    tab = await tab_of(visit.edge, visit.doctor)
    page = await tab.open(visit.path)
    assert room_of(page) == "ready"
    assert "Checked in, not on the page" in text_of(page)
    assert "since" in text_of(page)
    assert "They have not checked their device." in text_of(page)
    assert "Confirm first whom you speak with" in text_of(page)


async def test_who_waits_reads_the_doctors_word(visit: Visit) -> None:
    pat, doc = await checked_in(visit), await tab_of(visit.edge, visit.doctor)
    once = once_of(await doc.open(visit.path))
    done = await doc.send(f"{visit.path}/word", once=once, text="I am <five> minutes late")
    assert place(done) == f"{visit.path}?said=told"
    assert "“I am &lt;five&gt; minutes late”" in (await pat.open(visit.path)).text
    long = await doc.send(f"{visit.path}/word", once="another", text="late " * 100)
    assert long.status == 422
    assert "at most 300 characters" in text_of(long)


async def test_a_guests_link_is_shown_once_and_lets_in_once_they_say_their_name(
    visit: Visit,
) -> None:
    tab = await tab_of(visit.edge, visit.patient)
    once = once_of(await tab.open(visit.path))
    made = await tab.send_fields(
        f"{visit.path}/guests", {"once": once, "name": "Leila", "as_what": "daughter"}
    )
    found = _LINK.search(made.text)
    assert found, made.text
    code = unescape(found[1]).partition("/join#")[2]
    again = await tab.open(visit.path)
    assert "Leila" in text_of(again)
    assert code not in again.text
    guest = Tab(visit.edge)
    asked = await guest.send("/join/check", code=code)
    assert "Dr Mia" in text_of(asked)
    assert "Pat Ient" not in text_of(asked)
    entered = await guest.send("/join", once=once_of(asked), code=code, name="Leila H.")
    assert place(entered) == f"/join/{visit.id}"
    guest.cookie = "; ".join(f"{name}={value}" for name, value in entered.cookies.items())
    page = await guest.open(f"/join/{visit.id}")
    assert page.status == 200
    assert room_of(page) == "waiting"
    assert "camera=(self)" in page.headers["Permissions-Policy"]


async def test_a_link_that_was_ended_says_so(visit: Visit) -> None:
    tab = await tab_of(visit.edge, visit.patient)
    once = once_of(await tab.open(visit.path))
    made = await tab.send(f"{visit.path}/guests", once=once, name="Leila")
    code = unescape(_LINK.findall(made.text)[0]).partition("/join#")[2]
    ending = re.findall(r'action="([^"]+/guests/[^"]+/end)"', made.text)[0]
    assert place(await tab.send(ending, once="end it")) == f"{visit.path}?said=uninvited"
    refused = await Tab(visit.edge).send("/join/check", code=code)
    assert "can't be used (any more)" in text_of(refused)


@pytest.mark.parametrize("code", ["", "nonsense", f"a-call.{'x' * 43}"])
async def test_a_code_that_nobody_made_is_refused(edge: Edge, code: str) -> None:
    refused = await Tab(edge).send("/join/check", code=code)
    assert refused.status in {404, 422}
    assert "Please look at this again" in text_of(refused)


async def test_before_its_time_the_page_says_when_it_opens(edge: Edge) -> None:
    soon = await visit_of(edge)
    far = await _far(edge, soon)
    for person in (soon.patient, soon.doctor):
        page = await (await tab_of(edge, person)).open(f"/calls/{far}")
        assert room_of(page) == "early"
        assert "The waiting room is not open yet" in text_of(page)


async def _far(edge: Edge, visit: Visit) -> str:
    """Let the same two have a visit in three days."""
    first = (await visit.patient.get(f"/appointments/{visit.id}")).json
    wish = {name: first[name] for name in ("department", "category")} | {"reason": "Again."}
    asked = await visit.patient.post("/appointments", wish)
    assert asked.status == 201, asked.text
    await edge.clinic.settled()
    await accept(edge, visit.doctor, asked.json["id"], on_day(edge, 3, 10))
    return str(asked.json["id"])


async def test_nobody_else_sees_a_call(edge: Edge, visit: Visit) -> None:
    for person in (visit.colleague, await edge.patient("Some Body")):
        tab = await tab_of(edge, person)
        for path in (visit.path, f"{visit.path}/line", f"{visit.path}/check"):
            assert (await tab.open(path)).status in {403, 404}
        refused = await tab.send(f"{visit.path}/guests", once="k", name="Me")
        assert refused.status in {403, 404}


async def test_the_check_of_a_device_has_a_page_of_its_own(visit: Visit) -> None:
    page = await (await tab_of(visit.edge, visit.patient)).open(f"{visit.path}/check")
    assert page.status == 200
    assert "You can skip each step" in text_of(page)
    assert "camera=(self)" in page.headers["Permissions-Policy"]


async def begun(visit: Visit) -> tuple[Tab, Tab]:
    """Let doctor and patient be in the call; return a browser of each that has no script."""
    await checked_in(visit)
    for person, leg in ((visit.doctor, "doctors"), (visit.patient, "patients")):
        join = {"type": "JoinCall", "leg": leg, "medium": "audio", "sends": [], "key": ""}
        done = await person.post(f"{visit.path}/acts", {"act": join})
        assert done.status == 200, done.text
    await visit.edge.clinic.settled()
    return await tab_of(visit.edge, visit.doctor), await tab_of(visit.edge, visit.patient)


async def test_a_host_holds_removes_and_ends_and_says_what_it_came_to(visit: Visit) -> None:
    doc, pat = await begun(visit)
    page = await doc.open(visit.path)
    assert "End the call for everybody" in text_of(page)
    user = visit.patient.user
    for path, fields, said in (
        ("hold", {"user": user, "held": "yes"}, "held"),
        ("hold", {"user": user, "held": "no"}, "on-again"),
        ("remove", {"user": user}, "removed"),
        ("end", {}, "ended"),
    ):
        done = await doc.send_fields(f"{visit.path}/{path}", {"once": said, **fields})
        assert place(done) == f"{visit.path}?said={said}"
    assert "What did the visit come to?" in text_of(await doc.open(visit.path))
    wrong = await doc.send(f"{visit.path}/outcome", once="o", outcome="whatever")
    assert "Choose what the visit came to." in text_of(wrong)
    done = await doc.send(f"{visit.path}/outcome", once="p", outcome="follow_up")
    assert place(done) == f"/visits/{visit.id}/series?said=outcome"
    await visit.edge.clinic.settled()
    assert "Took place" in text_of(await pat.open("/home"))


async def test_only_hosts_do_what_hosts_do(visit: Visit) -> None:
    _doc, pat = await begun(visit)
    for path in ("word", "hold", "remove", "end", "outcome", "transfer"):
        refused = await pat.send(f"{visit.path}/{path}", once="k", user=visit.doctor.user)
        assert refused.status == 403


async def test_a_colleague_is_asked_to_join(visit: Visit) -> None:
    doc, _pat = await begun(visit)
    page = await doc.open(visit.path)
    assert "Dr Ben" in text_of(page)
    wrong = await doc.send(f"{visit.path}/transfer", once="a", doctor="nobody", take_over="no")
    assert wrong.status == 422
    assert "There is no such doctor." in text_of(wrong)
    fields = {"once": once_of(page), "doctor": visit.colleague.user, "take_over": "no"}
    done = await doc.send_fields(f"{visit.path}/transfer", fields)
    assert place(done) == f"{visit.path}?said=asked-doctor"
    await visit.edge.clinic.settled()
    ben = await tab_of(visit.edge, visit.colleague)
    assert (await ben.open(visit.path)).status == 200
    ringing = await ben.open("/phone")
    assert "Dr Mia is calling" in text_of(ringing)
    ring = re.findall(r'name="ring" value="([^"]+)"', ringing.text)[0]
    assert place(await ben.send("/phone/silence", once="s", ring=ring)) == "/phone?said=silenced"
    fields = {"once": "d", "ring": ring, "call": visit.id, "reason": "not_now"}
    assert place(await ben.send_fields("/phone/decline", fields)) == "/phone?said=declined-call"
    await visit.edge.clinic.settled()
    assert "is calling" not in text_of(await ben.open("/phone"))


async def test_the_visit_leads_to_its_call(visit: Visit) -> None:
    pat = await (await tab_of(visit.edge, visit.patient)).open(f"/appointments/{visit.id}")
    assert f'href="/calls/{visit.id}"' in pat.text
    doc = await (await tab_of(visit.edge, visit.doctor)).open(f"/visits/{visit.id}")
    assert f'href="/calls/{visit.id}"' in doc.text
    assert f'href="/visits/{visit.id}/note"' in doc.text
