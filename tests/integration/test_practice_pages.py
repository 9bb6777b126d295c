"""A doctor's own set-up on pages: dates, absences, duty, profile, the other calendar."""

from tests.edge import Edge, Person, Ward, open_ward
from tests.integration.pages_support import Tab, place, tab_of, text_of
from tests.integration.staff_support import accept, ask_for, on_day, set_hours


async def doctor_of(edge: Edge, ward: Ward) -> tuple[Person, Tab]:
    """Return a doctor who is there all day, and their browser."""
    doctor = ward.doctors[0]
    await set_hours(doctor)
    return doctor, await tab_of(edge, doctor)


async def test_one_date_differs_from_the_week(edge: Edge, ward: Ward) -> None:
    doctor, tab = await doctor_of(edge, ward)
    day = f"{on_day(edge, 20, 8):%Y-%m-%d}"
    half = {"once": "1", "day": day, "date-from-1": "09:00"}
    wrong = await tab.send_fields("/hours/dates", half)
    assert wrong.status == 422
    assert 'href="#date-date-to-1"' in wrong.text
    assert 'value="09:00"' in wrong.text
    fields = {"once": "2", "day": day, "date-from-1": "09:00", "date-to-1": "10:30"}
    assert place(await tab.send_fields("/hours/dates", fields)) == "/hours?said=date"
    assert "09:00 to 10:30" in text_of(await tab.open("/hours"))
    kept = (await doctor.get("/doctor/hours")).json["hours"]["dates"]
    assert kept == [{"day": day, "blocks": [{"start": "09:00", "end": "10:30"}]}]
    nobody = await tab.send("/hours/dates", once="3", day="")
    assert nobody.status == 422
    gone = await tab.send(f"/hours/dates/{day}/remove", once="4")
    assert place(gone) == "/hours?said=date-removed"
    assert (await doctor.get("/doctor/hours")).json["hours"]["dates"] == []
    assert (await tab.send("/hours/dates/no-date/remove", once="5")).status == 422


async def test_an_absence_shows_its_visits_before_it_is_noted(edge: Edge) -> None:
    ward = await open_ward(edge)
    doctor, tab = await doctor_of(edge, ward)
    patient = await edge.patient("Abs Ent")
    appointment = await ask_for(edge, ward, patient)
    start = on_day(edge, 15, 10)
    await accept(edge, doctor, appointment, start)
    day = f"{start:%Y-%m-%d}"
    backwards = await tab.open(f"/absences/preview?first={day}&last=2020-01-01")
    assert backwards.status == 422
    assert f'value="{day}"' in backwards.text
    preview = await tab.open(f"/absences/preview?first={day}&from=&last=&to=")
    assert "1 visit in that time" in text_of(preview)
    assert f'href="/visits/{appointment}"' in preview.text
    undecided = await tab.send("/absences", once="1", first=day, note="A course")
    assert undecided.status == 422
    assert "Choose what becomes of the visits" in undecided.text
    assert 'value="A course"' in undecided.text
    fields = {"once": "2", "first": day, "note": "A course", "visits": "give-back"}
    assert place(await tab.send_fields("/absences", fields)) == "/absences?said=absence"
    await edge.clinic.settled()
    page = await tab.open("/absences")
    assert "A course" in page.text
    mine = (await patient.get(f"/appointments/{appointment}")).json
    assert mine["status"] == "routed"
    absence = page.text.split("/remove")[0].rsplit("/absences/", 1)[1]
    gone = await tab.send(f"/absences/{absence}/remove", once="3")
    assert place(gone) == "/absences?said=absence-removed"
    assert "A course" not in (await tab.open("/absences")).text


async def test_hours_off_begin_before_they_end(edge: Edge, ward: Ward) -> None:
    _, tab = await doctor_of(edge, ward)
    wrong = await tab.open("/absences/preview?first=2031-05-05&from=12:00&to=11:00")
    assert wrong.status == 422
    assert 'href="#f-to"' in wrong.text
    for query in ("", "first=x", "first=9999-12-31", "first=2031-05-05&from=25:00"):
        assert (await tab.open(f"/absences/preview?{query}")).status == 422


async def test_duty_begins_and_ends(edge: Edge, ward: Ward) -> None:
    doctor, tab = await doctor_of(edge, ward)
    until = f"{on_day(edge, 2, 18):%Y-%m-%dT%H:%M}"
    wrong = await tab.send("/practice/duty", once="1", until="2031-13-01T00:00")
    assert wrong.status == 422
    assert 'href="#duty-until"' in wrong.text
    assert place(await tab.send("/practice/duty", once="2", until=until)) == "/practice?said=duty"
    assert "18:00" in text_of(await tab.open("/practice"))
    assert (await doctor.get("/doctor/duty")).json["on_duty"] is True
    ended = await tab.send("/practice/duty/end", once="3")
    assert place(ended) == "/practice?said=duty-over"
    assert (await doctor.get("/doctor/duty")).json == {"on_duty": False, "duty_until": None}
    await edge.clinic.settled()


async def test_languages_are_named_as_people_name_them(edge: Edge, ward: Ward) -> None:
    doctor, tab = await doctor_of(edge, ward)
    wrong = await tab.send("/practice/profile", once="1", specialties="ECG", languages="Klingonese")
    assert wrong.status == 422
    assert "Klingonese" in wrong.text
    assert 'value="ECG"' in wrong.text
    fields = {"once": "2", "specialties": "ECG, sleep", "languages": "hindi, pt-BR, en"}
    kept = await tab.send_fields("/practice/profile", fields)
    assert place(kept) == "/practice?said=routing-profile"
    assert (await doctor.get("/doctor/profile")).json == {
        "specialties": ["ECG", "sleep"],
        "languages": ["hi", "pt-BR", "en"],
    }
    assert 'value="Hindi, Portuguese (BR), English"' in (await tab.open("/practice")).text
    await edge.clinic.settled()


async def test_another_calendar_is_set_masked_and_removed(edge: Edge, ward: Ward) -> None:
    doctor, tab = await doctor_of(edge, ward)
    empty = await tab.send("/practice/calendar", once="1", url="")
    assert empty.status == 422
    strange = await tab.send("/practice/calendar", once="2", url="ftp://calendar.example/x")
    assert strange.status == 422
    assert 'href="#calendar-url"' in strange.text
    kept = await tab.send(
        "/practice/calendar", once="3", url="https://calendar.example/private-secret/basic.ics"
    )
    assert place(kept) == "/practice?said=calendar"
    await edge.clinic.settled()
    page = await tab.open("/practice")
    assert "calendar.example" in page.text
    assert "private-secret" not in page.text
    assert "private-secret" not in (await doctor.get("/doctor/busy-feed")).text
    gone = await tab.send("/practice/calendar/remove", once="4")
    assert place(gone) == "/practice?said=calendar-removed"
    assert (await doctor.get("/doctor/busy-feed")).json == {"feed": None}
