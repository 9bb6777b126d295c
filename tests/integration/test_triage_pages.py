"""Triage on pages: from the board to a request, and every way onward, without a script."""

from tests.edge import Answer, Edge, Person, Ward, open_ward
from tests.integration.pages_support import Tab, once_of, place, tab_of, text_of
from tests.integration.staff_support import accept, ask_for, on_day, set_hours


async def request_in_triage(
    edge: Edge, ward: Ward, name: str = "Tri Age", **wish: object
) -> tuple[Person, str]:
    """Return who asked, and the page of their request, once it is back in triage."""
    patient = await edge.patient(name)
    appointment = await ask_for(edge, ward, patient, **wish)
    base = f"/admin/departments/{ward.department}/requests/{appointment}"
    pulled = await ward.admin.post(f"{base}/pull-back", {})
    assert pulled.status == 200, pulled.text
    await edge.clinic.settled()
    return patient, f"/board/{ward.department}/{appointment}"


async def test_the_board_leads_to_a_request_with_its_timeline(edge: Edge, ward: Ward) -> None:
    _, path = await request_in_triage(edge, ward, reason="<b>Racing</b>")
    admin = await tab_of(edge, ward.admin)
    assert f'href="{path}"' in (await admin.open(f"/board?department={ward.department}")).text
    page = await admin.open(path)
    assert "&lt;b&gt;Racing&lt;/b&gt;" in page.text
    assert 'data-address="admin_router/' in page.text
    words = text_of(page)
    assert "In triage" in words
    assert "Request arrived" in words
    assert "To: Group Hearts" in words
    assert "pulled back" in words
    assert "You" in words


async def test_who_can_be_asked_stands_with_what_triage_should_know(edge: Edge, ward: Ward) -> None:
    _, path = await request_in_triage(edge, ward)
    mia = ward.doctors[0]
    profile = {"specialties": ["rhythm"], "languages": ["hi"]}
    assert (await mia.call("PUT", "/doctor/profile", profile)).status == 200
    assert (await mia.call("PUT", "/doctor/duty", {})).status == 200
    await edge.clinic.settled()
    words = text_of(await (await tab_of(edge, ward.admin)).open(path))
    assert "on duty · rhythm · Hindi" in words
    assert "asked this week" in words
    await mia.call("DELETE", "/doctor/duty")
    await edge.clinic.settled()


async def test_urgency_is_set_and_a_wrong_one_is_said(edge: Edge, ward: Ward) -> None:
    _, path = await request_in_triage(edge, ward)
    admin = await tab_of(edge, ward.admin)
    wrong = await admin.send(f"{path}/urgency", once="1", urgency="never")
    assert wrong.status == 422
    assert "Choose how soon." in wrong.text
    kept = await admin.send(f"{path}/urgency", once="2", urgency="urgent")
    assert place(kept) == f"{path}?said=urgency"
    assert '<option value="urgent" selected>' in (await admin.open(path)).text


async def test_the_patient_is_asked_and_the_answer_is_read(edge: Edge, ward: Ward) -> None:
    patient, path = await request_in_triage(edge, ward)
    admin = await tab_of(edge, ward.admin)
    mute = await admin.send(f"{path}/ask", once="1", text=" ")
    assert mute.status == 422
    assert 'href="#ask-text"' in mute.text
    asked = await admin.send(f"{path}/ask", once="2", text="Since when?")
    assert place(asked) == f"{path}?said=asked"
    await edge.clinic.settled()
    answered = await patient.post(
        f"/appointments/{path.rsplit('/', 1)[1]}/answer", {"text": "Since Friday."}
    )
    assert answered.status == 200, answered.text
    await edge.clinic.settled()
    words = text_of(await admin.open(path))
    assert "Since when?" in words
    assert "Since Friday." in words


async def test_a_request_is_routed_from_its_page_once(edge: Edge, ward: Ward) -> None:
    _, path = await request_in_triage(edge, ward)
    admin = await tab_of(edge, ward.admin)
    once = once_of(await admin.open(path))
    nowhere = await admin.send(f"{path}/route", once="0", to="doctor:nobody")
    assert nowhere.status == 422
    assert "Choose a group or a doctor." in nowhere.text
    for _ in range(2):
        routed = await admin.send(f"{path}/route", once=once, to=f"doctor:{ward.doctors[1].user}")
        assert place(routed) == "/board?said=routed"
    await edge.clinic.settled()
    words = text_of(await admin.open(path))
    assert "Out for answer" in words
    assert words.count("To: Dr Ben") == 1
    assert "Pull back" in words


async def test_offered_times_stand_on_the_request_until_one_is_taken(edge: Edge) -> None:
    ward = await open_ward(edge)
    patient, path = await request_in_triage(edge, ward)
    appointment = path.rsplit("/", 1)[1]
    admin, ben = await tab_of(edge, ward.admin), ward.doctors[1]
    await set_hours(ben)
    await admin.send(f"{path}/route", once="r", to=f"doctor:{ben.user}")
    await edge.clinic.settled()
    doctor = await tab_of(edge, ben)
    none = await doctor.send(f"/inbox/{appointment}/propose", once="1", hold_hours="5")
    assert none.status == 422
    assert "Choose at least one time" in none.text
    start = on_day(edge, 9, 10)
    proposed = await doctor.send_fields(
        f"/inbox/{appointment}/propose",
        {
            "once": "2",
            "hold_hours": "5",
            f"time-{start.isoformat()}": "yes",
            "at-2": f"{start:%Y-%m-%d}T15:00",
        },
    )
    assert place(proposed) == "/inbox?said=proposed"
    await edge.clinic.settled()
    words = text_of(await admin.open(path))
    assert "Patient chooses a time" in words
    assert "10:00" in words
    assert "15:00" in words
    taken = await patient.post(f"/appointments/{appointment}/take", {"start": start.isoformat()})
    assert taken.status == 200, taken.text
    await edge.clinic.settled()
    assert "Confirmed by Dr Ben" in text_of(await admin.open(path))


async def test_a_visit_is_reassigned_or_what_is_wrong_is_said(edge: Edge) -> None:
    ward = await open_ward(edge)
    patient = await edge.patient("Rea Signed")
    appointment = await ask_for(edge, ward, patient)
    mia, ben = ward.doctors
    await set_hours(mia)
    await set_hours(ben)
    await accept(edge, mia, appointment, on_day(edge, 8, 11))
    admin, path = await tab_of(edge, ward.admin), f"/board/{ward.department}/{appointment}"
    wrong = await admin.send(f"{path}/reassign", once="1", doctor="", at="2031-01-01T25:00")
    assert wrong.status == 422
    assert 'value="2031-01-01T25:00"' in wrong.text
    assert 'href="#reassign-doctor"' in wrong.text
    moved = await admin.send(f"{path}/reassign", once="2", doctor=ben.user, at="")
    assert place(moved) == f"{path}?said=reassigned"
    await edge.clinic.settled()
    assert "Moved, with Dr Ben" in text_of(await admin.open(path))


async def test_a_visit_is_cancelled_for_the_clinic_and_the_patient_reads_why(edge: Edge) -> None:
    ward = await open_ward(edge)
    patient, mia = await edge.patient("Can Celled"), ward.doctors[0]
    appointment = await ask_for(edge, ward, patient)
    await set_hours(mia)
    await accept(edge, mia, appointment, on_day(edge, 8, 13))
    admin, path = await tab_of(edge, ward.admin), f"/board/{ward.department}/{appointment}"
    board = await shown_on(admin, f"/board?department={ward.department}&lane=confirmed", path)
    for page in (board, await admin.open(path)):
        assert f'action="{path}/decline"' in page.text
        assert "Cancel for the clinic" in text_of(page)
    mute = await admin.send(f"{path}/decline", once="1", visit="yes", reason=" ")
    assert mute.status == 422
    assert 'href="#decline-reason"' in mute.text
    done = await admin.send(f"{path}/decline", once="2", visit="yes", reason="We are closed.")
    assert place(done) == "/board?said=clinic-cancelled"
    await edge.clinic.settled()
    words = text_of(await admin.open(path))
    assert "Cancelled by the clinic" in words
    assert "We are closed." in words
    assert "Cancel for the clinic" not in words
    mine = await (await tab_of(edge, patient)).open(f"/appointments/{appointment}")
    assert "Cancelled by the clinic" in text_of(mine)
    assert "We are closed." in text_of(mine)
    theirs = await (await tab_of(edge, mia)).open(f"/visits/{appointment}")
    assert "Cancelled by the clinic" in text_of(theirs)


async def shown_on(admin: Tab, lane: str, wanted: str) -> Answer:
    """Return the page of *lane* on which *wanted* stands; the clinic is shared and has many."""
    skip = 0
    while wanted not in (page := await admin.open(f"{lane}&skip={skip}")).text:
        skip += 50
        assert skip < 1000
    return page


async def test_a_lane_is_shown_page_by_page(edge: Edge, ward: Ward) -> None:
    await request_in_triage(edge, ward, "Lane First")
    admin = await tab_of(edge, ward.admin)
    whole = text_of(await admin.open(f"/board?department={ward.department}&lane=triage"))
    assert "1 to " in whole
    assert "Out for answer" not in whole.split("Board", 2)[2].split("Live")[0]
    beyond = await admin.open(f"/board?department={ward.department}&lane=triage&skip=5000")
    assert beyond.status == 200
    assert "Lane First" not in beyond.text
    assert ">Before</a>" in beyond.text
    for nonsense in ("lane=nothing", "lane=out&skip=-1", "lane=out&skip=x"):
        assert (await admin.open(f"/board?{nonsense}")).status == 200


async def test_a_request_that_is_not_there_is_not_found(edge: Edge, ward: Ward) -> None:
    admin = await tab_of(edge, ward.admin)
    assert (await admin.open(f"/board/{ward.department}/nothing")).status == 404
    assert (
        await admin.send(f"/board/{ward.department}/nothing/urgency", urgency="soon")
    ).status == 404


async def test_a_doctor_reads_why_it_is_they_who_are_asked(edge: Edge, ward: Ward) -> None:
    patient, mia = await edge.patient("Why Me"), ward.doctors[0]
    appointment = await ask_for(edge, ward, patient)
    doctor = await tab_of(edge, mia)
    why = "The group of this category. All of Hearts are asked; the first who accepts takes it."
    assert why in text_of(await doctor.open("/inbox"))
    assert why in text_of(await doctor.open(f"/visits/{appointment}"))
    seen = (await mia.get(f"/doctor/requests/{appointment}")).json
    assert seen["because"]["reason"] == "category"
