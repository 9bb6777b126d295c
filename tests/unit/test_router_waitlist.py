"""A time that was freed goes to somebody else, in order, and is never lost on the way."""

from datetime import timedelta
from typing import Any

import pytest

from actors.admin_router import messages as router
from actors.admin_router.messages import EarlierSet, MoveCause, MoveEnded, MoveStarted, VisitMoved
from actors.appointment import Picked, Request, Status, Urgency, Window
from actors.doctor import messages as doctor
from actors.doctor.messages import DoctorFacts
from actors.ids import AppointmentId, VisitTypeId
from actors.patient import messages as patient
from actors.visit_type import VisitType
from tests.rooms import ADMIN, doctor_at, patient_at, ref
from tests.unit.desk_support import TWENTY, Desk, claim, confirm, move, request, routed, visit

HOUR = timedelta(hours=1)
LONG = VisitType(VisitTypeId("long"), "Long", minutes=60)
COURSE = VisitType(VisitTypeId("course"), "Course", minutes=20, capacity=8)


def in_triage(desk: Desk, name: str, **changes: Any) -> AppointmentId:  # noqa: ANN401 - any field
    """Let the patient *name*'s request lie in triage."""
    appointment = routed(desk, name, **changes)
    desk.tell(router.PullBack(appointment), ADMIN)
    return appointment


def free(desk: Desk, name: str = "pat") -> list[Any]:
    """Let the patient *name* withdraw; return what follows."""
    return desk.by_patient(name, router.WithdrawRequest(AppointmentId(f"of-{name}"), ""))[1:]


def started(events: list[Any]) -> list[MoveStarted]:
    return [each for each in events if isinstance(each, MoveStarted)]


def offered_to(desk: Desk, name: str, event: MoveStarted) -> patient.OfferTimes:
    """Let the doctor hold the freed time; return what the patient *name* is offered."""
    claim(desk, event.appointment, event.doctor.id, event.round, event.start)
    return desk.told(patient_at(name), patient.OfferTimes)[-1]


def take(desk: Desk, name: str, event: MoveStarted) -> list[Any]:
    """Let the patient take the freed time, and the doctor confirm it."""
    choice = router.RecordChoice(event.appointment, event.round, event.start)
    desk.by_patient(name, choice)
    return confirm(desk, event.appointment, event.doctor.id, event.round, event.start)


def test_a_freed_time_is_booked_for_a_request_in_triage() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    waits = in_triage(desk, "wim")
    [booked] = free(desk)
    assert isinstance(booked, router.RequestRouted)
    assert (booked.appointment, booked.why) == (waits, "freed")
    assert booked.book == desk.now + 24 * HOUR
    assert booked.doctors == (ref("ann"),)
    [book] = [e for e in desk.told(doctor_at("ann"), doctor.BookVisit) if e.round == booked.round]
    assert book.start == booked.book


def window(desk: Desk, hours: float, length: float) -> tuple[Window, ...]:
    start = desk.now + hours * HOUR
    return (Window(start, start + length * HOUR),)


def test_a_freed_time_must_suit_the_request() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    in_triage(desk, "wim", windows=window(desk, 30, 2))
    in_triage(desk, "una", visit=LONG)
    picked = Picked(ref("bob"), desk.now + 30 * HOUR)
    in_triage(desk, "pia", picked=picked)
    asked = in_triage(desk, "ask")
    desk.tell(router.AskPatient(asked, "Since when?"), ADMIN)
    routed(desk, "out")
    assert free(desk) == []


def test_a_request_with_a_window_around_the_freed_time_gets_it() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    waits = in_triage(desk, "wim", windows=window(desk, 23, 2))
    [booked] = free(desk)
    assert isinstance(booked, router.RequestRouted)
    assert booked.appointment == waits


def test_a_doctor_who_has_declined_is_not_booked_for_that() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    waits = routed(desk, "wim")
    number = desk.found(waits).round
    desk.by_doctor("ann", router.RecordDecline(waits, number, ref("ann").id, "Not my field."))
    desk.tell(router.PullBack(waits), ADMIN)
    assert free(desk) == []


def test_a_freed_time_is_offered_to_who_would_come_earlier_and_taken_with_one_tap() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    later = visit(desk, "lea", "bob", 48, earlier=True)
    [event] = started(free(desk))
    assert (event.appointment, event.cause) == (later, MoveCause.EARLIER)
    assert event.until == desk.now + timedelta(minutes=desk.state.policy.earlier_minutes)
    offer = offered_to(desk, "lea", event)
    assert offer.earlier
    [moved] = take(desk, "lea", event)
    assert isinstance(moved, VisitMoved)
    assert desk.found(later).earlier
    assert desk.found(later).skipped == (moved.freed,)
    desk.check_replay()


def test_the_time_that_is_freed_by_that_goes_to_the_next() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    visit(desk, "lea", "bob", 48, earlier=True)
    last = visit(desk, "zoe", "ann", 72, earlier=True)
    [event] = started(free(desk))
    offered_to(desk, "lea", event)
    moved, going_on = take(desk, "lea", event)
    assert isinstance(moved, VisitMoved)
    assert isinstance(going_on, MoveStarted)
    assert (going_on.appointment, going_on.doctor) == (last, ref("bob"))
    assert going_on.start == moved.freed.start


def test_who_refuses_or_lets_it_lapse_is_not_asked_again_and_the_next_is() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    first = visit(desk, "lea", "ann", 48, earlier=True)
    desk.now += HOUR
    visit(desk, "zoe", "ann", 71, earlier=True)
    desk.now += HOUR
    visit(desk, "kim", "ann", 90, earlier=True)
    [event] = started(free(desk))
    offered_to(desk, "lea", event)
    end, second = desk.by_patient("lea", router.RecordRefusal(first, event.round))
    assert isinstance(end, MoveEnded)
    assert (end.why, end.close) == ("refused", True)
    assert second.appointment == "of-zoe"
    offered_to(desk, "zoe", second)
    end, third = desk.ring(f"move:{second.appointment}")
    assert end.why == "lapsed"
    assert third.appointment == "of-kim"
    offered_to(desk, "kim", third)
    [end] = desk.ring(f"move:{third.appointment}")
    skipped = [each.start for each in desk.found(first).skipped]
    assert skipped == [event.start]
    desk.check_replay()


@pytest.mark.parametrize("claimed", [False, True])
def test_a_freed_time_whose_booking_is_withdrawn_goes_on_to_the_next(claimed: bool) -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24, length=2 * TWENTY)
    waits = in_triage(desk, "wim")
    later = visit(desk, "lea", "bob", 48, earlier=True, length=2 * TWENTY)
    [booked] = free(desk)
    assert booked.appointment == waits
    if claimed:
        claim(desk, waits, "ann", booked.round, booked.book)
    [event] = started(free(desk, "wim"))
    assert (event.appointment, event.doctor, event.start) == (later, ref("ann"), booked.book)
    desk.check_replay()


def test_a_freed_time_that_is_gone_again_is_not_offered_on() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    later = visit(desk, "lea", "ann", 48, earlier=True)
    visit(desk, "zoe", "ann", 72, earlier=True)
    [event] = started(free(desk))
    said = router.RecordDecline(later, event.round, ref("ann").id, "time_taken")
    assert [type(each) for each in desk.by_doctor("ann", said)] == [MoveEnded]
    assert not desk.told(patient_at("lea"), patient.RecordMoveEnd)
    assert not desk.told(patient_at("lea"), patient.CloseChoices)
    assert desk.found(later).skipped == ()


@pytest.mark.parametrize(
    ("hours", "wanted", "kind"),
    [(24, True, VisitType(VisitTypeId("v"), "V")), (48, False, LONG), (48, True, LONG)],
)
def test_a_freed_time_is_offered_only_where_it_helps(
    hours: int, *, wanted: bool, kind: VisitType
) -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 30)
    length = HOUR if kind == LONG else timedelta(minutes=20)
    visit(desk, "lea", "bob", hours, length=length, earlier=wanted, visit=kind)
    assert free(desk) == []


def test_a_time_that_is_too_near_or_at_a_suspended_doctor_is_not_offered() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 0.4)
    visit(desk, "quin", "ann", 24)
    visit(desk, "lea", "bob", 48, earlier=True)
    assert free(desk) == []
    facts = DoctorFacts(ref("ann"), "Europe/Berlin", receives=False)
    desk.by_doctor("ann", router.NoteDoctor(facts))
    assert free(desk, "quin") == []


def test_a_patient_who_is_busy_then_is_not_asked() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    lea = request("lea", desk).patient
    visit(desk, "lea", "bob", 48, earlier=True)
    busy = visit_of(desk, request("second", desk, patient=lea), "bob", 24)
    assert desk.found(busy).status is Status.CONFIRMED
    assert free(desk) == []


def visit_of(desk: Desk, asked: Request, name: str, hours: int) -> AppointmentId:
    """Let *asked* become a visit."""
    desk.by_patient(asked.patient.id, router.RouteRequest(asked))
    start = desk.now + hours * HOUR
    claim(desk, asked.appointment, name, 1, start)
    confirm(desk, asked.appointment, name, 1, start)
    return asked.appointment


def test_the_most_urgent_comes_first_then_who_has_no_time_yet() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    visit(desk, "quin", "ann", 25)
    visit(desk, "lea", "ann", 48, earlier=True)
    in_triage(desk, "wim")
    in_triage(desk, "una", urgency=Urgency.SOON)
    assert [each.appointment for each in free(desk)] == ["of-una"]
    assert [each.appointment for each in free(desk, "quin")] == ["of-wim"]


def test_a_freed_seat_in_a_course_goes_to_one_who_would_come_to_the_course() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24, visit=COURSE)
    visit(desk, "lea", "ann", 48, earlier=True)
    desk.now += HOUR
    course = visit(desk, "zoe", "ann", 72, earlier=True, visit=COURSE)
    [event] = started(free(desk))
    assert event.appointment == course


def test_a_move_frees_the_old_time_for_others() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24, earlier=True)
    visit(desk, "lea", "ann", 72, earlier=True)
    [event] = started(move(desk, "pat", "bob", 90))
    claim(desk, event.appointment, "bob", event.round, event.start)
    _, going_on = confirm(desk, event.appointment, "bob", event.round, event.start)
    assert isinstance(going_on, MoveStarted)
    assert going_on.appointment == "of-lea"


def test_the_patients_own_move_takes_the_place_of_an_offer_which_goes_to_the_next() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    visit(desk, "lea", "ann", 48, earlier=True)
    desk.now += HOUR
    visit(desk, "zoe", "ann", 72, earlier=True)
    [event] = started(free(desk))
    offered_to(desk, "lea", event)
    lapsed, own, going_on = move(desk, "lea", "bob", 60)
    assert (lapsed.why, own.cause) == ("lapsed", MoveCause.PATIENT)
    assert going_on.appointment == "of-zoe"
    assert desk.alarms["move:of-lea"].command == router.MoveDue(own.appointment, own.round)


def test_who_does_not_want_earlier_times_any_more_refuses_what_is_offered() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 24)
    later = visit(desk, "lea", "ann", 48)
    on = desk.by_patient("lea", router.SetEarlier(later, wanted=True))
    assert [type(each) for each in on] == [EarlierSet]
    assert desk.by_patient("lea", router.SetEarlier(later, wanted=True)) == []
    [event] = started(free(desk))
    offered_to(desk, "lea", event)
    set_now, end = desk.by_patient("lea", router.SetEarlier(later, wanted=False))
    assert not set_now.wanted
    assert end.why == "refused"
    assert desk.told(patient_at("lea"), patient.CloseChoices)
