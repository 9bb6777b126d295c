"""Two hundred accepts at once: each time is given once, and who loses is told why (Z12)."""

import asyncio
from datetime import datetime, time, timedelta
from pathlib import Path

from actors.appointment import DoctorRef, Status, Window
from actors.caller import Caller, Role
from actors.doctor import messages as doctor
from actors.ids import AppointmentId
from actors.refusal import Refusal
from actors.visit_type import STANDARD
from tests.clinic import open_clinic
from tests.edge import ZONE, Answer, Edge, Person, Ward, open_ward
from tests.storm import Storm, every_day, gather_storm, midnight, overlapping, stretches

ACCEPTS = 200
EIGHT_TIMES = doctor.Hours(
    ZONE, every_day(time(12, 20)), visit_minutes=15, buffer_before_minutes=5, buffer_after_minutes=5
)
ALL_DAY = doctor.Hours(ZONE, every_day(time(18)))


def around_the_hours(day: datetime, number: int) -> Window:
    """Return a window that begins and ends at another time for each number, always round them."""
    start = day + timedelta(hours=number % 9, minutes=number % 7)
    return Window(start, day + timedelta(hours=13 + number % 11))


async def test_one_doctor_gives_each_free_time_once_and_says_no_to_the_rest(
    tmp_path: Path,
) -> None:
    async with open_clinic(tmp_path) as clinic:
        day = midnight(clinic)
        windows = [(around_the_hours(day, number),) for number in range(ACCEPTS)]
        storm = await gather_storm(clinic, 1, EIGHT_TIMES, windows)
        me = storm.doctors[0].id
        query = doctor.ListFreeTimes(next(iter(storm.requests)))
        free = await clinic.client.ask(
            doctor.address_of(me), query, doctor.FreeTimes, Caller(me, Role.DOCTOR)
        )
        answers = await asyncio.gather(*(storm.accept(me, each) for each in storm.requests))
        await clinic.settled()

        visits = await storm.visits(me)
        assert len(free.starts) == 8
        assert [visit.start for visit in visits] == list(free.starts)
        assert overlapping(stretches(visits, EIGHT_TIMES)) == []
        refusals = [answer for answer in answers if answer is not None]
        assert len(refusals) == ACCEPTS - 8
        assert {(refusal.code, refusal.sentence) for refusal in refusals} == {
            (
                "no_free_time",
                "None of your free times fits what the patient asked for. Pick a time, or decline.",
            )
        }
        await hold_together(storm, dict(zip(storm.requests, answers, strict=True)))


async def hold_together(storm: Storm, answers: dict[AppointmentId, Refusal | None]) -> None:
    """Ask patient, department and doctor alike: confirmed, or refused and still open."""
    me = storm.doctors[0].id
    for appointment, refusal in answers.items():
        seen, routed = await storm.seen_by_patient(appointment), await storm.routed(appointment)
        offer = await storm.offer(me, appointment)
        if refusal is None:
            assert (seen.status, offer.status) == (Status.CONFIRMED, doctor.OfferStatus.CONFIRMED)
            assert (seen.start, seen.end) == (offer.start, offer.end) == (routed.start, routed.end)
        else:
            assert (seen.status, offer.status) == (Status.ROUTED, doctor.OfferStatus.OPEN)
            assert [one.id for one in routed.asked] == [me]
    assert await storm.clinic.journal.dead_letters() == []


async def test_times_that_a_doctor_picks_never_overlap(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic:
        storm = await gather_storm(clinic, 1, ALL_DAY, [()] * ACCEPTS)
        me = storm.doctors[0].id
        noon = midnight(clinic) + timedelta(hours=12)
        picked = {
            appointment: noon + timedelta(minutes=number * 73 % ACCEPTS)
            for number, appointment in enumerate(storm.requests)
        }
        refusals = await asyncio.gather(*(storm.accept(me, *pick) for pick in picked.items()))
        await clinic.settled()

        answers = dict(zip(picked, refusals, strict=True))
        visits = await storm.visits(me)
        unbuffered = doctor.Hours(ZONE, (), buffer_after_minutes=0)
        taken = stretches(visits, unbuffered)
        assert overlapping(taken) == []
        assert {visit.id for visit in visits} == {
            each for each, refusal in answers.items() if refusal is None
        }
        for appointment, refusal in answers.items():
            if refusal is not None:
                assert refusal.code == "time_taken"
                assert refusal.fields == {"start": "You have another visit at that time."}
                start = picked[appointment]
                end = start + timedelta(minutes=ALL_DAY.visit_minutes)
                assert any(each.start < end and start < each.end for each in taken)
        await hold_together(storm, answers)


async def test_each_request_of_a_group_is_won_once_and_the_others_are_told_by_whom(
    tmp_path: Path,
) -> None:
    async with open_clinic(tmp_path) as clinic:
        storm = await gather_storm(clinic, 5, ALL_DAY, [()] * (ACCEPTS // 5))
        pairs = [(who, each) for each in storm.requests for who in storm.doctors]
        refusals = await asyncio.gather(*(storm.accept(who.id, each) for who, each in pairs))
        await clinic.settled()

        answers = dict(zip(pairs, refusals, strict=True))
        for appointment in storm.requests:
            winner = await agreed_winner(storm, appointment)
            for who in storm.doctors:
                await hold_answer(storm, who, appointment, winner, answers[who, appointment])
        for who in storm.doctors:
            assert overlapping(stretches(await storm.visits(who.id), ALL_DAY)) == []
        assert await clinic.journal.dead_letters() == []


async def agreed_winner(storm: Storm, appointment: AppointmentId) -> DoctorRef:
    """Return who won, as patient, department and exactly one doctor say alike."""
    seen, routed = await storm.seen_by_patient(appointment), await storm.routed(appointment)
    assert seen.doctor is not None
    assert (seen.status, routed.status) == (Status.CONFIRMED, Status.CONFIRMED)
    assert (seen.doctor, seen.start, seen.end) == (routed.doctor, routed.start, routed.end)
    diaries = [(who, visit) for who in storm.doctors for visit in await storm.visits(who.id)]
    ((who, visit),) = [one for one in diaries if one[1].id == appointment]
    assert (who, visit.start, visit.end) == (seen.doctor, seen.start, seen.end)
    return who


async def hold_answer(
    storm: Storm,
    who: DoctorRef,
    appointment: AppointmentId,
    winner: DoctorRef,
    refusal: Refusal | None,
) -> None:
    """Hold what *who* was answered, and what they see now, against who won."""
    offer = await storm.offer(who.id, appointment)
    if who == winner:
        assert refusal is None
        assert offer.status is doctor.OfferStatus.CONFIRMED
        return
    assert (offer.status, offer.why) == (doctor.OfferStatus.CLOSED, doctor.Closed.TAKEN)
    assert offer.by_name == winner.name
    assert offer.request is None
    if refusal is not None:
        sentence = f"This request was taken by {winner.name}."
        assert (refusal.code, refusal.sentence) == ("offer_over", sentence)


# --- over HTTP -----------------------------------------------------------------------------------


async def ask(edge: Edge, ward: Ward, requests: int, wish: dict[str, object]) -> list[str]:
    """Return the ids of so many requests, of as many patients as may have that many open."""
    patients = [await edge.patient() for _ in range(0, requests, STANDARD.most_per_day)]
    ids = []
    for number in range(requests):
        made = await patients[number // STANDARD.most_per_day].post(
            "/appointments", ward.wish(**wish)
        )
        assert made.status == 201, made.text
        ids.append(str(made.json["id"]))
    await edge.clinic.settled()
    return ids


async def accept(person: Person, appointment: str) -> Answer:
    return await person.post(f"/doctor/requests/{appointment}/accept", {})


async def test_z12_one_time_is_booked_once_over_http(edge: Edge) -> None:
    ward = await open_ward(edge)
    mia, _ = ward.doctors
    weekly = [{"weekday": day, "start": "09:00:00", "end": "17:00:00"} for day in range(7)]
    set_hours = await mia.call("PUT", "/doctor/hours", {"zone": ZONE, "weekly": weekly})
    assert set_hours.status == 200, set_hours.text
    start = midnight(edge.clinic) + timedelta(hours=9)
    window = {"start": start.isoformat(), "end": (start + timedelta(minutes=20)).isoformat()}
    ids = await ask(edge, ward, 30, {"windows": [window]})
    answers = await asyncio.gather(*(accept(mia, each) for each in ids))

    (won,) = [answer for answer in answers if answer.status == 200]
    assert won.json["status"] == "confirmed"
    assert datetime.fromisoformat(won.json["start"]) == start
    for lost in answers:
        if lost is not won:
            assert lost.status == 409, lost.text
            assert lost.headers["Content-Type"] == "application/problem+json"
            assert lost.json["type"] == "urn:carewire:problem:no_free_time"
            assert (lost.code, lost.json["status"]) == ("no_free_time", 409)
            assert lost.json["detail"].startswith("None of your free times fits")
    assert len((await mia.get("/doctor/visits")).json["items"]) == 1


async def test_z12_a_request_of_a_group_is_won_once_over_http(edge: Edge) -> None:
    ward = await open_ward(edge)
    names = ["Dr Mia", "Dr Ben"]
    ids = await ask(edge, ward, 20, {})
    for appointment, answers in zip(
        ids,
        await asyncio.gather(
            *(asyncio.gather(*(accept(who, each) for who in ward.doctors)) for each in ids)
        ),
        strict=True,
    ):
        assert sorted(answer.status for answer in answers) == [200, 409], [
            answer.text for answer in answers
        ]
        winner = next(n for n, answer in zip(names, answers, strict=True) if answer.status == 200)
        lost = next(answer for answer in answers if answer.status == 409)
        assert lost.headers["Content-Type"] == "application/problem+json"
        assert lost.code in {"taken", "offer_over"}
        assert winner in lost.json["detail"]
        path = f"/admin/departments/{ward.department}/requests/{appointment}"
        assert winner in (await ward.admin.get(path)).text
    await edge.clinic.settled()
    queue = (await ward.admin.get(f"/admin/departments/{ward.department}/queue")).json
    assert {one["request"]["appointment"] for one in queue["confirmed"]} == set(ids)
