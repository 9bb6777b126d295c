"""When a call session opens and closes, for whom, and what follows from that."""

from datetime import timedelta

import pytest

from actors.appointment import DoctorRef
from actors.call_session.messages import (
    LONGEST,
    OPENS_BEFORE,
    CallEnded,
    CloseDue,
    EndCall,
    EndVisit,
    GetCall,
    LeaveCall,
    Leaving,
    LegLeft,
    Part,
    Person,
    RecordArrival,
    RingEnd,
    RingEnded,
    SessionClosed,
    SetThread,
    SetVisit,
    TakeSeat,
    of_visit,
)
from actors.caller import Caller, actor_caller
from actors.ids import AppointmentId, DoctorId, LegId, PatientId, UserId
from actors.patient import messages as patient
from actors.visit_note.messages import SetPeople
from actors.visit_type import Medium
from tests.unit.call_support import (
    A1,
    ANN,
    BOB,
    BY_PATIENT,
    BY_THREAD,
    DR_ANN,
    DR_BOB,
    END,
    HOUR,
    MINUTE,
    PAIR,
    PAT,
    PATIENT,
    QUIN,
    SECOND,
    START,
    TWO,
    Meeting,
    a_thread,
    a_visit,
    in_call,
    kinds,
)

OTHER = actor_caller(patient.address_of(PatientId("quin")))


def test_a_visit_that_stands_opens_its_session_and_tells_its_note() -> None:
    meeting = Meeting(of_visit(A1))
    assert kinds(meeting.visit()) == ["SessionOpened", "DoctorsSet"]
    [(key, told)] = meeting.sends("visit_note")
    assert (key, told) == (A1, SetPeople(A1, PATIENT, (DR_ANN,), START))
    assert meeting.alarms["close"].at == END + OPENS_BEFORE
    assert meeting.visit() == []


def test_the_waiting_room_opens_half_an_hour_before_the_visit() -> None:
    meeting = a_visit()
    meeting.clock.at = START - OPENS_BEFORE - SECOND
    assert meeting.refused(TakeSeat(LegId("pat-1")), PAT) == "not_open_yet"
    assert not meeting.view(PAT).open
    meeting.clock.at += SECOND
    assert meeting.wait_in_room(PAT)
    assert meeting.view(PAT).open


def test_a_moved_visit_ends_its_rings_and_opens_at_its_new_time() -> None:
    meeting = a_visit()
    meeting.join(ANN, ring=True)
    events = meeting.visit(start=START + HOUR)
    assert [each.how for each in events if isinstance(each, RingEnded)] == [RingEnd.OVER]
    assert meeting.view(PAT).opens_at == START + HOUR - OPENS_BEFORE
    assert meeting.sends("conversation") == []


def test_a_visit_with_another_doctor_is_none_of_the_firsts() -> None:
    meeting = a_visit()
    meeting.wait_in_room(ANN)
    events = meeting.visit(DR_BOB)
    assert [each.why for each in events if isinstance(each, LegLeft)] == [Leaving.REMOVED]
    assert meeting.refused(GetCall(), ANN) == "not_found"
    assert meeting.view(BOB).part is Part.HOST
    assert meeting.sends("visit_note")[0][1].doctors == (DR_BOB,)


def test_a_visit_that_is_called_off_sends_home_who_waits() -> None:
    meeting = a_visit()
    meeting.wait_in_room(PAT)
    assert kinds(meeting.end_visit()) == ["LegLeft", "SessionClosed"]
    assert meeting.refused(TakeSeat(LegId("pat-1")), PAT) == "session_over"
    assert meeting.end_visit() == []
    assert "close" not in meeting.alarms


def test_people_who_talk_may_finish_when_the_visit_is_over() -> None:
    meeting = in_call()
    assert kinds(meeting.end_visit("fulfilled")) == ["VisitOver"]
    assert meeting.end_visit("fulfilled") == []
    meeting.do(LeaveCall(LegId("pat-1")), PAT)
    events = meeting.do(LeaveCall(LegId("ann-1")), ANN)
    closed = [each for each in events if isinstance(each, SessionClosed)]
    assert [each.why for each in closed] == ["fulfilled"]


def test_a_closed_session_opens_again_when_the_visit_stands_again() -> None:
    meeting = a_visit()
    meeting.end_visit("routed")
    assert kinds(meeting.visit(DR_BOB)) == ["SessionOpened", "DoctorsSet"]
    assert meeting.join(BOB)


@pytest.mark.parametrize(
    "caller", [PAT, ANN, QUIN, OTHER, BY_THREAD, actor_caller(patient.address_of(PatientId("p")))]
)
def test_only_the_patients_actor_says_how_the_visit_stands(caller: Caller) -> None:
    meeting = a_visit()
    for command in (
        SetVisit(A1, PAIR, PATIENT, DR_BOB, START, END, Medium.VIDEO),
        EndVisit(A1, "cancelled"),
        RecordArrival(A1, START),
    ):
        assert meeting.refused(command, caller) == "not_allowed"


def test_a_visit_is_not_opened_under_anothers_name() -> None:
    meeting = a_visit()
    other = SetVisit(AppointmentId("a2"), PAIR, PATIENT, DR_ANN, START, END, Medium.VIDEO)
    assert meeting.refused(other, BY_PATIENT) == "not_allowed"


def test_that_the_patient_has_checked_in_is_seen_by_the_doctor() -> None:
    meeting = a_visit()
    assert kinds(meeting.do(RecordArrival(A1, START), BY_PATIENT)) == ["PatientArrived"]
    assert meeting.do(RecordArrival(A1, START), BY_PATIENT) == []
    [pat] = [each for each in meeting.view(ANN).people if each.person.user == "pat"]
    assert pat.arrived_at == START


@pytest.mark.parametrize(("later", "is_there"), [(OPENS_BEFORE, True), (2 * OPENS_BEFORE, False)])
def test_who_came_for_an_earlier_time_has_not_come_for_any_later_one(
    later: timedelta, is_there: bool
) -> None:
    meeting = a_visit()
    meeting.do(RecordArrival(A1, START), BY_PATIENT)
    moved = SetVisit(A1, PAIR, PATIENT, DR_ANN, START + later, END + later, Medium.VIDEO)
    meeting.do(moved, BY_PATIENT)
    [pat] = [each for each in meeting.view(ANN).people if each.person.user == "pat"]
    assert (pat.arrived_at is not None) is is_there


# --- when its time is over -----------------------------------------------------------------------


def test_a_visit_that_nobody_came_to_closes_by_itself() -> None:
    meeting = a_visit()
    assert kinds(meeting.ring("close")) == ["SessionClosed"]
    assert meeting.now == END + OPENS_BEFORE


def test_who_waits_for_a_late_doctor_is_not_sent_home() -> None:
    meeting = a_visit()
    meeting.wait_in_room(PAT)
    assert kinds(meeting.ring("close")) == ["ClosingPutOff"]
    meeting.ring("close")
    assert meeting.join(ANN)
    meeting.do(EndCall(), ANN)
    assert meeting.alarms["close"].at == meeting.now + OPENS_BEFORE


def test_a_patient_who_checked_in_and_left_the_page_is_seen_later_too() -> None:
    meeting = a_visit()
    meeting.do(RecordArrival(A1, START), BY_PATIENT)
    assert kinds(meeting.ring("close")) == ["ClosingPutOff"]


def test_nobody_waits_for_ever() -> None:
    meeting = a_visit()
    meeting.wait_in_room(PAT)
    meeting.wait(END - START + LONGEST + HOUR)
    assert not meeting.state.open
    assert meeting.state.legs == {}


def test_a_call_that_nobody_ends_is_over_after_eight_hours() -> None:
    meeting = in_call()
    meeting.clock.at += LONGEST - MINUTE
    assert meeting.do(CloseDue(), actor_caller(meeting.me)) == []
    events = meeting.ring("long")
    assert {each.why for each in events if isinstance(each, LegLeft)} == {Leaving.ENDED}
    assert len([each for each in events if isinstance(each, CallEnded)]) == 1


def test_only_its_own_clock_closes_it() -> None:
    meeting = a_visit()
    meeting.clock.at += 20 * HOUR
    for caller in (ANN, PAT, BY_PATIENT):
        assert meeting.refused(CloseDue(), caller) == "not_allowed"


def test_what_never_stood_is_over_without_a_word() -> None:
    meeting = Meeting(of_visit(A1))
    assert meeting.do(EndVisit(A1, "cancelled"), OTHER) == []
    assert meeting.do(RecordArrival(A1, START), OTHER) == []
    thread = a_thread()
    assert thread.refused(EndVisit(A1, "cancelled"), BY_PATIENT) == "not_allowed"


# --- threads -------------------------------------------------------------------------------------


def test_the_people_of_a_thread_call_one_another_at_any_time() -> None:
    meeting = a_thread()
    assert meeting.view(PAT).opens_at is None
    assert meeting.join(PAT, ring=True)
    assert meeting.view(ANN).rings
    assert "close" not in meeting.alarms


def test_a_thread_that_closes_lets_them_finish() -> None:
    meeting = a_thread()
    meeting.join(PAT)
    meeting.join(ANN)
    assert kinds(meeting.thread(open_=False)) == ["VisitOver"]
    events = meeting.do(EndCall(), ANN)
    assert kinds(events)[-1] == "SessionClosed"
    assert meeting.refused(TakeSeat(LegId("x")), PAT) == "session_over"
    assert kinds(meeting.thread()) == ["SessionOpened"]
    assert meeting.thread() == []


def test_who_leaves_a_thread_is_in_its_call_no_more() -> None:
    three = (*TWO, Person(UserId("bob"), "Dr Bob", Part.HOST))
    meeting = a_thread(*three)
    meeting.join(BOB)
    events = meeting.thread()
    assert "LegLeft" in kinds(events)
    assert kinds(events)[-1] in {"CallEnded", "RingEnded", "MediaDue"}
    assert meeting.refused(GetCall(), BOB) == "not_found"


@pytest.mark.parametrize("caller", [PAT, ANN, BY_PATIENT])
def test_only_the_conversation_says_who_may_call(caller: Caller) -> None:
    meeting = a_thread()
    assert meeting.refused(SetThread(PAIR, TWO, open=False), caller) == "not_allowed"


def test_a_doctor_is_known_to_the_note_under_the_name_of_now() -> None:
    meeting = a_visit()
    events = meeting.visit(DoctorRef(DoctorId("ann"), "Dr Ann Lee"))
    assert kinds(events) == ["SessionOpened", "DoctorsSet"]
