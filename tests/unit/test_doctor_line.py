"""Where a patient who waits stands, and what the calls of visits tell a doctor's diary."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.admin_router import messages as router
from actors.appointment import Status
from actors.call_session import messages as call_session
from actors.caller import Caller, Role, actor_caller
from actors.doctor import messages as doctor
from actors.doctor.messages import DoctorStatus, OfferStatus
from actors.doctor.state.line import LENGTHS_KEPT, length_of
from actors.ids import AppointmentId
from actors.refusal import NotAllowed, NotFound
from tests.unit.doctor_support import FIRST, OWNER, PAT, QUIN, SECOND, THIRD, Ann, at, request

A1, A2, A3 = (AppointmentId(f"a{number}") for number in (1, 2, 3))
ADMIN = Caller("root", Role.ADMIN)


def call_of(appointment: AppointmentId) -> Caller:
    return actor_caller(call_session.address_of(call_session.of_visit(appointment)))


def called(ann: Ann, appointment: AppointmentId, status: OfferStatus) -> list[doctor.Event]:
    return list(ann.tell(doctor.RecordCall(appointment, status), call_of(appointment)))


def three() -> Ann:
    """Return Dr Ann with three visits in a row, whose patients are not there yet."""
    ann = Ann()
    for name, patient, start in (
        ("a1", "pat", FIRST),
        ("a2", "quin", SECOND),
        ("a3", "rob", THIRD),
    ):
        ann.visit(request(name, patient), start)
    ann.words()
    return ann


def arrive(ann: Ann, appointment: AppointmentId, minutes: int) -> None:
    ann.now = at(minutes)
    assert ann.route(doctor.RecordArrival(appointment, 1, ann.now))


def line(ann: Ann, appointment: AppointmentId, caller: Caller = OWNER) -> doctor.Line:
    found = ann.ask(doctor.GetLine(appointment), caller)
    assert isinstance(found, doctor.Line)
    return found


# --- what calls say ------------------------------------------------------------------------------


def test_a_call_says_that_the_visit_began_and_took_place() -> None:
    ann = three()
    ann.now = FIRST
    assert called(ann, A1, OfferStatus.IN_CALL)
    assert not called(ann, A1, OfferStatus.IN_CALL)
    assert ann.seen(A1).started_at == FIRST
    ann.now = at(50)
    assert called(ann, A1, OfferStatus.FULFILLED)
    began, over = ann.words()
    assert isinstance(over, router.RecordProgress)
    assert (began.status, over.status) == (Status.IN_CALL, Status.FULFILLED)
    ann.check_replay()


@pytest.mark.parametrize("status", [OfferStatus.IN_CALL, OfferStatus.FULFILLED, OfferStatus.NOSHOW])
def test_what_a_call_says_too_late_changes_nothing_and_is_not_refused(status: OfferStatus) -> None:
    ann = three()
    ann.now = THIRD
    ann.tell(doctor.MarkNoShow(A1))
    assert not called(ann, A1, status)
    ann.route(doctor.CancelVisit(A2, "No."))
    assert not called(ann, A2, status)
    assert not called(ann, AppointmentId("unknown"), status)


def test_a_call_says_nothing_of_an_offer_and_no_other_status() -> None:
    ann = Ann()
    ann.offer(request())
    assert not called(ann, A1, OfferStatus.IN_CALL)
    ann = three()
    assert not called(ann, A1, OfferStatus.CANCELLED)


def test_a_call_in_which_the_wrong_person_was_is_no_visit_by_the_doctors_word() -> None:
    ann = three()
    ann.now = FIRST
    called(ann, A1, OfferStatus.IN_CALL)
    assert called(ann, A1, OfferStatus.NOSHOW)
    assert ann.seen(A1).status is OfferStatus.NOSHOW


@pytest.mark.parametrize("caller", [OWNER, PAT, ADMIN, call_of(A2)])
def test_only_the_call_of_that_visit_may_speak_of_it(caller: Caller) -> None:
    with pytest.raises(NotAllowed):
        three().tell(doctor.RecordCall(A1, OfferStatus.IN_CALL), caller)


def test_a_doctor_who_begins_by_hand_and_a_call_say_the_same() -> None:
    ann = three()
    ann.now = FIRST
    ann.tell(doctor.StartVisit(A1))
    assert not called(ann, A1, OfferStatus.IN_CALL)
    assert called(ann, A1, OfferStatus.FULFILLED)
    assert not ann.tell(doctor.FinishVisit(A1))


# --- here or away --------------------------------------------------------------------------------


def test_a_doctor_who_is_there_is_noted_every_ten_minutes() -> None:
    ann = three()
    assert ann.tell(doctor.NoteHere())
    ann.now += timedelta(minutes=9)
    assert not ann.tell(doctor.NoteHere())
    ann.now += timedelta(minutes=1)
    assert ann.tell(doctor.NoteHere())
    ann.check_replay()


@pytest.mark.parametrize("caller", [PAT, ADMIN, Caller("bob", Role.DOCTOR), call_of(A1)])
def test_nobody_else_says_that_a_doctor_is_there(caller: Caller) -> None:
    with pytest.raises(NotAllowed):
        three().tell(doctor.NoteHere(), caller)


def test_a_doctor_is_here_for_twelve_minutes_after_they_were_seen() -> None:
    ann = three()
    assert line(ann, A1).status is DoctorStatus.AWAY
    ann.tell(doctor.NoteHere())
    ann.now += timedelta(minutes=12) - timedelta(seconds=1)
    assert line(ann, A1).status is DoctorStatus.HERE
    ann.now += timedelta(seconds=1)
    assert line(ann, A1).status is DoctorStatus.AWAY


def test_a_doctor_in_a_call_is_with_somebody_else_for_all_but_that_patient() -> None:
    ann = three()
    ann.now = FIRST
    called(ann, A1, OfferStatus.IN_CALL)
    assert line(ann, A1).status is DoctorStatus.HERE
    assert line(ann, A2).status is DoctorStatus.IN_CALL
    ann.now += call_session.LONGEST
    assert line(ann, A2).status is DoctorStatus.AWAY


# --- the place -----------------------------------------------------------------------------------


def test_who_waits_stands_behind_those_whose_time_is_before_theirs() -> None:
    ann = three()
    arrive(ann, A3, 78)
    assert (line(ann, A3).place, line(ann, A3).ahead) == (1, 0)
    arrive(ann, A1, 79)
    arrive(ann, A2, 80)
    assert [line(ann, each).place for each in (A1, A2, A3)] == [1, 2, 3]
    called(ann, A1, OfferStatus.IN_CALL)
    assert [line(ann, each).place for each in (A1, A2, A3)] == [0, 1, 2]
    called(ann, A1, OfferStatus.FULFILLED)
    assert [line(ann, each).place for each in (A1, A2, A3)] == [0, 1, 2]


def test_who_has_not_checked_in_is_told_how_many_wait_before_them() -> None:
    ann = three()
    arrive(ann, A1, 10)
    assert (line(ann, A2).place, line(ann, A2).ahead) == (0, 1)


def test_those_who_waited_on_another_day_are_not_before_anybody() -> None:
    ann = three()
    arrive(ann, A1, 10)
    ann.visit(request("later", "sue"), FIRST + timedelta(days=1))
    ann.now += timedelta(days=1)
    ann.route(doctor.RecordArrival(AppointmentId("later"), 1, ann.now))
    assert line(ann, AppointmentId("later")).place == 1


# --- how long ------------------------------------------------------------------------------------


def measured(minutes: int, times: int) -> Ann:
    """Return Dr Ann whose last visits took so long, with three to come on the day after."""
    ann = Ann()
    for number in range(times):
        start = FIRST + timedelta(weeks=number)
        name = ann.visit(request(f"old{number}", "pat"), start)
        ann.now = start
        called(ann, name, OfferStatus.IN_CALL)
        ann.now += timedelta(minutes=minutes)
        called(ann, name, OfferStatus.FULFILLED)
    base = timedelta(weeks=times)
    to_come = (("a1", "pat", FIRST), ("a2", "quin", SECOND), ("a3", "rob", THIRD))
    for new, patient, start in to_come:
        ann.visit(request(new, patient), start + base)
    ann.now = FIRST + base
    for waiting in (A1, A2):
        ann.route(doctor.RecordArrival(waiting, 1, SECOND + base))
    return ann


def test_a_range_needs_eight_visits_and_somebody_ahead() -> None:
    few = line(measured(10, 7), A2)
    assert (few.ahead, few.from_minutes, few.to_minutes) == (1, None, None)
    enough = measured(10, 8)
    assert (line(enough, A2).from_minutes, line(enough, A2).to_minutes) == (10, 10)
    assert (line(enough, A3).from_minutes, line(enough, A3).to_minutes) == (20, 20)
    assert (line(enough, A1).from_minutes, line(enough, A1).to_minutes) == (None, None)


def test_what_is_left_of_a_call_with_somebody_else_counts() -> None:
    ann = measured(10, 8)
    called(ann, A1, OfferStatus.IN_CALL)
    ann.now += timedelta(minutes=4)
    assert (line(ann, A2).from_minutes, line(ann, A2).to_minutes) == (6, 6)
    ann.now += timedelta(minutes=30)
    assert (line(ann, A2).from_minutes, line(ann, A2).to_minutes) == (0, 0)
    ann.check_replay()


def test_a_visit_without_a_call_has_no_length() -> None:
    ann = three()
    ann.now = THIRD
    ann.tell(doctor.FinishVisit(A1))
    assert ann.state.lengths == ()


def test_the_last_fifty_lengths_are_kept() -> None:
    ann = measured(1, LENGTHS_KEPT + 2)
    assert len(ann.state.lengths) == LENGTHS_KEPT


@given(st.lists(st.integers(0, 7200), min_size=8, max_size=50))
def test_half_of_the_visits_lie_between_the_quartiles(lengths: list[int]) -> None:
    length = length_of(tuple(lengths))
    assert length is not None
    within = sum(length.low <= each <= length.high for each in lengths)
    assert within * 2 >= len(lengths)
    assert min(lengths) <= length.low <= length.high <= max(lengths)


# --- who is told ---------------------------------------------------------------------------------


def told(ann: Ann) -> list[AppointmentId]:
    """Return the visits whose call sessions were told since this was asked last."""
    to_calls = [each for each in ann.sent if each.to.kind == call_session.KIND]
    ann.sent = [each for each in ann.sent if each not in to_calls]
    for each in to_calls:
        assert isinstance(each.command, call_session.NoteLine)
        assert each.to == call_session.address_of(call_session.of_visit(each.command.appointment))
    return [AppointmentId(each.to.key) for each in to_calls]


def test_who_waits_is_told_when_the_line_moves_and_nobody_else() -> None:
    ann = three()
    told(ann)
    arrive(ann, A2, 77)
    assert told(ann) == [A2]
    arrive(ann, A3, 78)
    assert told(ann) == [A3]
    arrive(ann, A1, 79)
    assert sorted(told(ann)) == [A1, A2, A3]
    called(ann, A1, OfferStatus.IN_CALL)
    assert sorted(told(ann)) == [A2, A3]
    called(ann, A1, OfferStatus.FULFILLED)
    assert sorted(told(ann)) == [A2, A3]
    ann.route(doctor.CancelVisit(A2, "No."))
    assert told(ann) == [A3]
    ann.check_replay()


def test_who_waits_is_told_that_the_doctor_is_there() -> None:
    ann = three()
    arrive(ann, A1, 20)
    told(ann)
    assert ann.tell(doctor.NoteHere())
    assert told(ann) == [A1]
    ann.now += timedelta(minutes=11)
    assert ann.tell(doctor.NoteHere())
    assert told(ann) == []


# --- who may ask ---------------------------------------------------------------------------------


def test_its_patient_the_doctor_staff_and_its_guests_may_ask() -> None:
    ann = three()
    guest = Caller("g1", Role.GUEST, session=call_session.of_visit(A1))
    for caller in (PAT, OWNER, ADMIN, guest):
        assert line(ann, A1, caller).doctor.name == "Dr ann"


@pytest.mark.parametrize(
    "caller",
    [
        QUIN,
        Caller("pat", Role.DOCTOR),
        Caller("bob", Role.DOCTOR),
        Caller("g1", Role.GUEST, session=call_session.of_visit(A2)),
        Caller("pat", Role.GUEST),
        Caller("", Role.NOBODY),
    ],
)
def test_nobody_else_learns_who_waits(caller: Caller) -> None:
    with pytest.raises(NotFound):
        line(three(), A1, caller)


def test_what_is_no_visit_has_no_line() -> None:
    ann = Ann()
    ann.offer(request())
    for appointment in (A1, A2):
        with pytest.raises(NotFound):
            line(ann, appointment)
