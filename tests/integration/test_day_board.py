"""The day: what administrators see of it, and what a doctor does with a visit, without a script."""

from datetime import datetime

import pytest

from actors.zones import ZONES
from tests.edge import ZONE, Edge, Person, Ward, open_ward
from tests.integration.pages_support import place, tab_of, text_of
from tests.integration.staff_support import accept, ask_for, on_day, set_hours, soon


@pytest.fixture
async def ward(edge: Edge) -> Ward:
    """Set up a department whose doctors have no other visits: any time is free."""
    return await open_ward(edge)


async def visit_with(
    edge: Edge, ward: Ward, doctor: Person, name: str, start: datetime
) -> tuple[Person, str]:
    """Return the patient and the visit, which is at *start*."""
    patient = await edge.patient(name)
    appointment = await ask_for(edge, ward, patient)
    await set_hours(doctor, notice_minutes=0, visit_minutes=5, buffer_after_minutes=0)
    await accept(edge, doctor, appointment, start)
    return patient, appointment


async def test_the_day_counts_and_shows_who_waits(edge: Edge, ward: Ward) -> None:
    mia, start = ward.doctors[0], soon(edge, 12)
    patient, appointment = await visit_with(edge, ward, mia, "Wai Ting", start)
    day = f"/day?date={start.astimezone(ZONES[ZONE]):%Y-%m-%d}"
    admin = await tab_of(edge, ward.admin)
    assert f'data-key="{appointment}"' in (await admin.open(day)).text
    there = await patient.post(f"/appointments/{appointment}/check-in", {})
    assert there.status == 200, there.text
    await edge.clinic.settled()
    words = text_of(await admin.open(day))
    assert "Wai Ting" in words
    assert "In the waiting room" in words
    assert "Waits longest: 0 min" in words
    doctor = await tab_of(edge, mia)
    assert "waits for 0 min" in text_of(await doctor.open(f"/visits/{appointment}"))


async def test_a_doctor_begins_and_ends_a_visit(edge: Edge, ward: Ward) -> None:
    ben = ward.doctors[1]
    _, appointment = await visit_with(edge, ward, ben, "Beg Inning", soon(edge))
    doctor, path = await tab_of(edge, ben), f"/visits/{appointment}"
    page = await doctor.open(path)
    assert f'action="{path}/start"' in page.text
    assert f'action="{path}/no-show"' not in page.text
    early = await doctor.send(f"{path}/no-show", once="1")
    assert early.status == 409
    assert 'class="errors"' in early.text
    assert place(await doctor.send(f"{path}/start", once="2")) == f"{path}?said=started"
    assert place(await doctor.send(f"{path}/finish", once="3")) == f"{path}?said=finished"
    await edge.clinic.settled()
    words = text_of(await doctor.open(path))
    assert "Took place" in words
    assert "Book again" in words
    admin = await tab_of(edge, ward.admin)
    shown = text_of(await admin.open(f"/board/{ward.department}/{appointment}"))
    assert "Took place" in shown


async def test_a_visit_is_given_back_with_a_reason(edge: Edge, ward: Ward) -> None:
    mia = ward.doctors[0]
    _, appointment = await visit_with(edge, ward, mia, "Giv Back", on_day(edge, 5, 9))
    doctor, path = await tab_of(edge, mia), f"/visits/{appointment}"
    mute = await doctor.send(f"{path}/give-back", once="1", reason=" ")
    assert mute.status == 422
    assert 'href="#give-back-reason"' in mute.text
    given = await doctor.send(f"{path}/give-back", once="2", reason="Called away.")
    assert place(given) == "/inbox?said=given-back"
    await edge.clinic.settled()
    admin = await tab_of(edge, ward.admin)
    words = text_of(await admin.open(f"/board/{ward.department}/{appointment}"))
    assert "Confirmed by Dr Mia" in words
    assert "Out for answer" in words


async def test_other_times_for_a_visit_keep_it_until_one_is_taken(edge: Edge, ward: Ward) -> None:
    mia = ward.doctors[0]
    patient, appointment = await visit_with(edge, ward, mia, "Wis Hing", on_day(edge, 6, 9))
    wished = await patient.post(f"/appointments/{appointment}/wish-move", {"note": "Rather late."})
    assert wished.status == 200, wished.text
    await edge.clinic.settled()
    doctor, path = await tab_of(edge, mia), f"/visits/{appointment}"
    assert "Would like another time" in text_of(await doctor.open("/inbox"))
    assert "Rather late." in text_of(await doctor.open(path))
    past = await doctor.send(f"{path}/propose", **{"once": "1", "hold_hours": "5", "at-1": "x"})
    assert past.status == 422
    assert 'href="#propose-at-1"' in past.text
    later = on_day(edge, 13, 17)
    fields = {"once": "2", "hold_hours": "5", "at-1": f"{later:%Y-%m-%dT%H:%M}"}
    assert place(await doctor.send_fields(f"{path}/propose", fields)) == f"{path}?said=proposed"
    await edge.clinic.settled()
    assert "The visit keeps its time meanwhile" in text_of(await doctor.open(path))
    taken = await patient.post(f"/appointments/{appointment}/take", {"start": later.isoformat()})
    assert taken.status == 200, taken.text
    await edge.clinic.settled()
    assert "17:00" in text_of(await doctor.open(path))


async def test_a_series_lists_its_clashes_before_it_is_booked(edge: Edge, ward: Ward) -> None:
    ben = ward.doctors[1]
    start = on_day(edge, 14, 9)
    first, second = await edge.patient("Ser Ies"), await edge.patient("In Between")
    await set_hours(ben, notice_minutes=0, window_days=300)
    visit = await ask_for(edge, ward, first)
    await accept(edge, ben, visit, start)
    in_the_way = await ask_for(edge, ward, second)
    await accept(edge, ben, in_the_way, on_day(edge, 21, 9))
    doctor, path = await tab_of(edge, ben), f"/visits/{visit}/series"
    wrong = await doctor.open(f"{path}?every=week&interval=1&count=900")
    assert wrong.status == 422
    assert 'value="900"' in wrong.text
    plan = await doctor.open(f"{path}?every=week&interval=1&count=3")
    assert "2 of 3 times are free; 1 can't be booked." in text_of(plan)
    repeat = {"once": "s", "every": "week", "interval": "1", "count": "3"}
    booked = await doctor.send_fields(path, repeat)
    assert "Booked 2 visits" in text_of(booked)
    assert "are not booked" in text_of(booked)
    await edge.clinic.settled()
    mine = (await first.get("/appointments")).json["items"]
    assert [each["status"] for each in mine] == ["confirmed"] * 3


async def test_a_day_that_makes_no_sense_is_said(edge: Edge, ward: Ward) -> None:
    admin = await tab_of(edge, ward.admin)
    for day in ("0001-01-01", "9999-12-31", "nonsense"):
        assert (await admin.open(f"/day?date={day}")).status == 422
    assert "No visits on this day." in text_of(await admin.open("/day?date=2020-02-29"))
