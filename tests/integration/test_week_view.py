"""A doctor's week on one page: hours, absences, held times and visits, by keyboard and click."""

from datetime import timedelta

from tests.edge import Edge, Ward, open_ward
from tests.integration.pages_support import tab_of, text_of
from tests.integration.staff_support import accept, ask_for, on_day, set_hours


async def test_a_week_shows_hours_visits_and_what_is_free(edge: Edge) -> None:
    ward: Ward = await open_ward(edge)
    mia = ward.doctors[0]
    weekly = [{"weekday": day, "start": "09:00", "end": "12:00"} for day in range(7)]
    await mia.call("PUT", "/doctor/hours", {"zone": "Asia/Kolkata", "weekly": weekly})
    patient = await edge.patient("Wee Kly")
    appointment = await ask_for(edge, ward, patient)
    start = on_day(edge, 10, 6)
    await accept(edge, mia, appointment, start)
    doctor = await tab_of(edge, mia)
    page = await doctor.open(f"/week?day={start:%Y-%m-%d}")
    words = text_of(page)
    assert page.text.count('class="day-column') == 7
    assert "09:00" in words
    assert "Free 7" in words
    assert f'href="/visits/{appointment}"' in page.text
    assert "06:00 for the patient" in words
    assert f'data-address="doctor/{mia.user}"' in page.text
    assert page.text.count('href="/week?day=') == 2
    assert 'rel="prev"' in page.text
    assert 'rel="next"' in page.text


async def test_absences_and_held_times_stand_in_the_week(edge: Edge) -> None:
    ward = await open_ward(edge)
    ben = ward.doctors[1]
    await set_hours(ben)
    patient = await edge.patient("Hel Dup")
    appointment = await ask_for(edge, ward, patient)
    day = on_day(edge, 11, 8)
    times = [day.isoformat(), (day + timedelta(hours=1)).isoformat()]
    offered = await ben.post(f"/doctor/requests/{appointment}/propose", {"starts": times})
    assert offered.status == 200, offered.text
    away = {"start": f"{day:%Y-%m-%d}T13:00:00", "end": f"{day:%Y-%m-%d}T15:00:00"}
    assert (await ben.post("/doctor/absences", away)).status == 201
    await edge.clinic.settled()
    words = text_of(await (await tab_of(edge, ben)).open(f"/week?day={day:%Y-%m-%d}"))
    assert words.count("Held for Hel Dup") == 2
    assert "Away or closed" in words


async def test_any_week_can_be_asked_for(edge: Edge, ward: Ward) -> None:
    doctor = await tab_of(edge, ward.doctors[0])
    for day in ("0001-01-02", "9999-12-30", "yesterday"):
        page = await doctor.open(f"/week?day={day}")
        assert page.status == 422
        assert page.text.count('class="day-column') == 7
    for day in ("", "2024-02-29", "2035-12-31"):
        assert (await doctor.open(f"/week?day={day}")).status == 200
