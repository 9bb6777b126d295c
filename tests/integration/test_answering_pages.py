"""Answering hours and replies kept ready, on pages and over the API: of doctors, of the clinic."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from actors.zones import ZONES
from tests.edge import ZONE, Edge, Ward
from tests.integration.pages_support import Tab, once_of, place, tab_of, text_of
from tests.integration.sockets_support import open_live
from tests.integration.threads_support import Pair, pair_of

LATER = "Back on Monday."
DANGER = "In danger, call 144 at once."


@pytest.fixture
async def pair(edge: Edge, ward: Ward) -> Pair:
    """Return two people who may write to one another."""
    return await pair_of(edge, ward)


@pytest.fixture
async def mia(pair: Pair) -> AsyncIterator[Tab]:
    """Return the doctor's browser; afterwards they have no hours and no replies of their own."""
    yield await pair.tab(pair.doctor)
    await pair.doctor.call("PUT", "/doctor/answering", {"zone": ZONE})
    await pair.doctor.call("PUT", "/doctor/replies", {"items": []})


@pytest.fixture
async def ada(edge: Edge, ward: Ward) -> AsyncIterator[Tab]:
    """Return the administrator's browser; afterwards the clinic has no hours and no replies."""
    yield await tab_of(edge, ward.admin)
    await ward.admin.call("PUT", "/clinic/answering", {"zone": "UTC"})
    await ward.admin.call("PUT", "/clinic/replies", {"items": []})


def tomorrow(edge: Edge) -> int:
    """Return the weekday of tomorrow in the ward's zone, on which nobody answers today."""
    return (edge.clinic.clock.now().astimezone(ZONES[ZONE]) + timedelta(days=1)).weekday()


async def test_a_doctor_sets_hours_and_a_patient_is_told_of_them(
    edge: Edge, pair: Pair, mia: Tab
) -> None:
    day = tomorrow(edge)
    fields = {"zone": ZONE, f"from-{day}-1": "09:00", f"to-{day}-1": "12:00", "text": LATER}
    page = await mia.open("/answering")
    saved = await mia.send_fields("/answering", {"once": once_of(page), **fields})
    assert place(saved) == "/answering?said=answering"
    shown = await mia.open("/answering?said=answering")
    assert "The answering hours are saved." in text_of(shown)
    assert f'name="from-{day}-1" type="time" value="09:00"' in shown.text
    assert LATER in shown.text
    state = (await pair.doctor.get("/doctor/answering")).json
    block = {"weekday": day, "start": "09:00", "end": "12:00"}
    assert state["answering"] == {"zone": ZONE, "weekly": [block], "text": LATER}
    assert state["open"] is False
    told = (await pair.patient.get(f"{pair.api}/answering")).json
    assert (told["open"], told["opens_at"]) == (False, state["opens_at"])
    pat = await pair.tab(pair.patient)
    assert "Nobody answers just now" in text_of(await pat.open(pair.page))
    await pair.says(pair.patient, "Is somebody there?")
    await edge.clinic.settled()
    assert LATER in text_of(await pat.open(pair.page))


async def test_hours_that_do_not_fit_are_kept_and_said(mia: Tab) -> None:
    wrong = {"zone": ZONE, "from-0-1": "12:00", "to-0-1": "09:00", "text": "canary text"}
    refused = await mia.send_fields("/answering", {"once": "1", **wrong})
    assert refused.status == 422
    assert "“to” must be later than “from”." in text_of(refused)
    assert "canary text" in refused.text
    overlap = {"from-0-1": "09:00", "to-0-1": "12:00", "from-0-2": "11:00", "to-0-2": "13:00"}
    crossed = await mia.send_fields("/answering", {"once": "2", **wrong, **overlap})
    assert crossed.status == 422
    assert "do not overlap" in text_of(crossed)
    assert 'value="11:00"' in crossed.text


async def test_the_clinics_hours_hold_for_a_doctor_without_any(
    edge: Edge, pair: Pair, ada: Tab, mia: Tab
) -> None:
    day = tomorrow(edge)
    fields = {"zone": ZONE, f"from-{day}-1": "08:00", f"to-{day}-1": "10:00", "text": LATER}
    page = await ada.open("/clinic")
    assert 'action="/clinic/answering"' in page.text
    saved = await ada.send_fields("/clinic/answering", {"once": "1", **fields})
    assert place(saved) == "/clinic?said=answering"
    assert 'value="08:00"' in (await ada.open("/clinic")).text
    assert "You have none of your own" in text_of(await mia.open("/answering"))
    told = (await pair.patient.get(f"{pair.api}/answering")).json
    assert told["open"] is False
    pat = await pair.tab(pair.patient)
    assert "Nobody answers just now" in text_of(await pat.open(pair.page))
    await pair.says(pair.patient, "Are you there?")
    await edge.clinic.settled()
    items = (await pair.patient.get(f"{pair.api}/messages")).json["items"]
    assert (items[-1]["type"], items[-1].get("text")) == ("automatic", LATER)
    mute = await ada.send_fields("/clinic/answering", {"once": "2", **fields, "zone": "Mars"})
    assert mute.status == 422


async def test_an_automatic_reply_says_what_to_do_in_danger_wherever_it_is_shown(
    edge: Edge, ward: Ward, pair: Pair, ada: Tab
) -> None:
    clinic = (await ward.admin.get("/clinic")).json
    assert (await ward.admin.call("PUT", "/clinic", clinic | {"emergency": DANGER})).status == 200
    day = (tomorrow(edge) + 1) % 7
    weekly = [{"weekday": day, "start": "08:00", "end": "10:00"}]
    hours = {"zone": ZONE, "weekly": weekly, "text": LATER}
    assert (await ward.admin.call("PUT", "/clinic/answering", hours)).status == 200
    await ada.open("/clinic")
    await edge.clinic.settled()
    await pair.says(pair.patient, "Are you there?")
    await edge.clinic.settled()
    async with open_live(edge, pair.patient) as live:
        await live.say({"type": "follow", "conversation": pair.id, "after": 0})
        told = await live.hear_until(type="automatic")
    items = (await pair.patient.get(f"{pair.api}/messages")).json["items"]
    latest = (await pair.patient.get(pair.api)).json["latest"]
    page = (await (await pair.tab(pair.patient)).open(pair.page)).text
    assert told["emergency"] == items[-1]["emergency"] == latest["emergency"] == DANGER
    shown = re.search(r'class="item automatic".*?class="danger-words">(.*?)</p>', page, re.DOTALL)
    assert shown is not None
    assert shown[1] == DANGER
    await ward.admin.call("PUT", "/clinic", clinic)
    await ada.open("/clinic")


async def test_setting_the_emergency_wording_leaves_hours_and_replies(ward: Ward, ada: Tab) -> None:
    weekly = [{"weekday": 0, "start": "08:00", "end": "10:00"}]
    hours = {"zone": ZONE, "weekly": weekly, "text": LATER}
    replies = {"items": [{"title": "Hello", "text": "Hello {patient}"}]}
    await ward.admin.call("PUT", "/clinic/answering", hours)
    await ward.admin.call("PUT", "/clinic/replies", replies)
    clinic = (await ward.admin.get("/clinic")).json
    assert (await ward.admin.call("PUT", "/clinic", clinic)).status == 200
    wording = await ada.send("/clinic/emergency", once="1", emergency=clinic["emergency"])
    assert place(wording)
    assert (await ward.admin.get("/clinic/answering")).json == hours
    assert (await ward.admin.get("/clinic/replies")).json == replies


async def test_a_reply_is_kept_changed_chosen_and_removed(pair: Pair, mia: Tab) -> None:
    page = await mia.open("/replies")
    fields = {"was": "", "title": "Results", "text": "Dear {patient}, all is well. {nothing}"}
    kept = await mia.send_fields("/replies", {"once": once_of(page), **fields})
    assert place(kept) == "/replies?said=reply"
    thread = await mia.open(pair.page)
    assert f'href="{pair.page}?reply=0#write"' in thread.text
    chosen = await mia.open(f"{pair.page}?reply=0")
    assert f"Dear {pair.name}, all is well. {{nothing}}</textarea>" in chosen.text
    double = await mia.send_fields("/replies", {"once": "2", **fields})
    assert double.status == 422
    assert "There is a reply of that title already." in text_of(double)
    changed = {"was": "Results", "title": "Good results", "text": "Written {date}."}
    assert place(await mia.send_fields("/replies", {"once": "3", **changed}))
    assert (await pair.doctor.get("/doctor/replies")).json["items"] == [
        {"title": "Good results", "text": "Written {date}."}
    ]
    gone = await mia.send("/replies/remove", once="4", was="Good results")
    assert place(gone) == "/replies?said=reply-removed"
    assert (await pair.doctor.get("/doctor/replies")).json["items"] == []


async def test_a_reply_without_words_is_refused_where_it_stands(mia: Tab) -> None:
    await mia.send("/replies", once="1", was="", title="Hello", text="Hello {patient}")
    refused = await mia.send("/replies", once="2", was="Hello", title="", text="canary text")
    assert refused.status == 422
    assert "Give it a title" in text_of(refused)
    assert "canary text" in refused.text
    assert refused.text.count("<details") == refused.text.count('<details class="card tight" open')


async def test_the_clinics_replies_are_every_doctors(pair: Pair, ada: Tab, mia: Tab) -> None:
    kept = await ada.send(
        "/clinic/replies", once="1", was="", title="Address", text="Main Street 1"
    )
    assert place(kept) == "/clinic/replies?said=reply"
    assert "Main Street 1" in (await ada.open("/clinic/replies")).text
    assert "Main Street 1" in (await mia.open("/replies")).text
    chosen = await mia.open(f"{pair.page}?reply=0")
    assert "Main Street 1</textarea>" in chosen.text
    pat = await pair.tab(pair.patient)
    assert "Main Street 1" not in (await pat.open(pair.page)).text
    assert place(await ada.send("/clinic/replies/remove", once="2", was="Address"))
    assert "Main Street 1" not in (await mia.open("/replies")).text


async def test_what_does_not_fit_is_refused_over_the_api(ward: Ward, mia: Tab) -> None:
    doctor = ward.doctors[0]
    bad: list[tuple[str, dict[str, Any]]] = [
        ("/doctor/answering", {"zone": "Mars"}),
        ("/doctor/answering", {"zone": ZONE, "weekly": [{"weekday": 7}]}),
        (
            "/doctor/answering",
            {"zone": ZONE, "weekly": [{"weekday": 0, "start": "12:00", "end": "09:00"}]},
        ),
        ("/doctor/answering", {"zone": ZONE, "text": "x" * 600}),
        ("/doctor/replies", {"items": [{"title": "", "text": "x"}]}),
        ("/doctor/replies", {"items": [{"title": "a", "text": "x"}] * 2}),
        ("/doctor/replies", {"items": [{"title": str(n), "text": "x"} for n in range(51)]}),
    ]
    for path, body in bad:
        assert (await doctor.call("PUT", path, body)).status == 422, body
    assert (await doctor.get("/doctor/replies")).json == {"items": []}
    assert (await mia.open("/replies")).status == 200
