"""Who is let into a call, who rings whom, and how rings end."""

import pytest

from actors.call_session.messages import (
    MOST_PEOPLE,
    RETURN_WITHIN,
    RINGS_FOR,
    CancelRing,
    DeclineCall,
    DeclineReason,
    GetCall,
    JoinCall,
    LeaveCall,
    Leaving,
    LegDue,
    LegLeft,
    LegState,
    LoseLeg,
    Part,
    Person,
    RecordBusy,
    RingDue,
    RingEnd,
    RingEnded,
    SetTracks,
    TakeSeat,
)
from actors.caller import Caller, Role, actor_caller
from actors.conversation import messages as conversation
from actors.doctor import messages as doctor
from actors.ids import LegId, RingId, UserId
from actors.media import Source
from actors.phone import messages as phone
from actors.visit_type import Medium
from tests.unit.call_support import (
    A1,
    ANN,
    BOB,
    BOSS,
    KEY,
    PAT,
    QUIN,
    ROOT,
    SECOND,
    TWO,
    W1,
    Meeting,
    a_thread,
    a_visit,
    in_call,
    kinds,
)

PLAIN = JoinCall(LegId("x"), Medium.VIDEO, (), KEY)


def the_ring(meeting: Meeting) -> RingId:
    """Return the one ring that there is."""
    [ring] = meeting.state.rings
    return ring


def ended(events: list[object]) -> list[RingEnd]:
    """Return how rings ended in *events*."""
    return [each.how for each in events if isinstance(each, RingEnded)]


# --- the waiting room ----------------------------------------------------------------------------


def test_a_patient_waits_with_the_newest_page_alone() -> None:
    meeting = a_visit()
    assert kinds(meeting.wait_in_room(PAT, "one")) == ["LegEntered"]
    events = meeting.wait_in_room(PAT, "two")
    assert kinds(events) == ["LegLeft", "LegEntered"]
    assert events[0].why is Leaving.REPLACED
    assert meeting.wait_in_room(PAT, "two") == []
    assert list(meeting.state.legs) == ["two"]


def test_a_page_is_not_taken_by_another_person() -> None:
    meeting = a_visit()
    meeting.wait_in_room(PAT, "one")
    assert meeting.refused(TakeSeat(LegId("one")), ANN) == "not_your_leg"
    assert meeting.refused(LeaveCall(LegId("one")), ANN) == "not_your_leg"
    assert meeting.refused(SetTracks(LegId("one"), (), ()), ANN) == "not_your_leg"


def test_who_waits_is_not_engaged() -> None:
    meeting = a_visit()
    meeting.wait_in_room(PAT)
    meeting.do(LeaveCall(LegId("pat-1"), tell=True), PAT)
    assert meeting.sent == []
    assert meeting.do(LeaveCall(LegId("pat-1")), PAT) == []


# --- into the call -------------------------------------------------------------------------------


def test_the_patient_comes_in_when_the_doctor_is_there() -> None:
    meeting = a_visit()
    assert meeting.refused(PLAIN, PAT) == "host_not_there"
    assert kinds(meeting.join(ANN)) == ["CallStarted", "LegEntered", "MediaSet"]
    assert kinds(meeting.join(PAT)) == ["LegEntered", "VisitStarted"]
    told = doctor.RecordCall(A1, doctor.OfferStatus.IN_CALL)
    assert meeting.sends("doctor") == [("ann", told)]
    engaged = [each.engaged.leg for _, each in meeting.sends("phone")]
    assert engaged == ["ann-1", "pat-1"]


def test_the_doctor_rings_who_is_not_there_and_an_answer_ends_it() -> None:
    meeting = a_visit()
    meeting.join(ANN, ring=True)
    [(_, engaged), (rung, ringing)] = meeting.sends("phone")
    assert isinstance(engaged, phone.NoteEngaged)
    assert (rung, ringing.ringing.from_name, ringing.ringing.call) == ("pat", "Dr Ann", A1)
    ring = the_ring(meeting)
    assert meeting.alarms[f"ring:{ring}"].at == meeting.now + RINGS_FOR
    events = meeting.join(PAT)
    assert ended(events) == [RingEnd.ANSWERED]
    assert events[0].leg == "pat-1"
    assert (("pat", phone.StopRinging(ring, missed=False))) in meeting.sends("phone")
    assert f"ring:{ring}" not in meeting.alarms


def test_a_patient_who_is_rung_is_let_in_though_the_doctors_line_broke() -> None:
    meeting = a_visit()
    meeting.join(ANN, ring=True)
    meeting.do(LoseLeg(LegId("ann-1")), ANN)
    assert kinds(meeting.join(PAT))[:2] == ["RingEnded", "LegEntered"]


def test_a_ring_that_nobody_answers_is_missed_and_can_be_tried_again() -> None:
    meeting = a_visit()
    meeting.join(ANN, ring=True)
    ring = the_ring(meeting)
    assert meeting.do(RingDue(ring), actor_caller(meeting.me)) == []
    rang_at = meeting.now
    assert ended(meeting.ring(f"ring:{ring}")) == [RingEnd.TIMED_OUT]
    [(_, missed)] = meeting.sends("conversation")
    assert missed == conversation.RecordCall(A1, UserId("ann"), rang_at)
    assert meeting.sends("phone")[-1] == ("pat", phone.StopRinging(ring, missed=True))
    assert kinds(meeting.join(ANN, ring=True)) == ["Rang"]
    assert meeting.join(ANN, ring=True) == []


@pytest.mark.parametrize("reason", DeclineReason)
def test_who_is_rung_may_say_no(reason: DeclineReason) -> None:
    meeting = a_visit()
    meeting.join(ANN, ring=True)
    ring = the_ring(meeting)
    assert meeting.refused(DeclineCall(ring, reason), ANN) == "not_allowed"
    [said] = meeting.do(DeclineCall(ring, reason), PAT)
    assert (said.how, said.reason) == (RingEnd.DECLINED, reason.value)
    assert meeting.refused(DeclineCall(ring, reason), PAT) == "ring_over"
    assert meeting.sends("conversation") == []


def test_who_rings_may_stop_it_and_hanging_up_stops_it_too() -> None:
    meeting = a_visit()
    meeting.join(ANN, ring=True)
    assert meeting.refused(CancelRing(the_ring(meeting)), PAT) == "not_allowed"
    assert ended(meeting.do(CancelRing(the_ring(meeting)), ANN)) == [RingEnd.CANCELLED]
    meeting.join(ANN, ring=True)
    events = meeting.do(LeaveCall(LegId("ann-1")), ANN)
    assert ended(events) == [RingEnd.CANCELLED]
    assert "CallEnded" in kinds(events)
    assert [each.seconds for _, each in meeting.sends("conversation")] == [0, 0]


def test_a_phone_that_is_busy_ends_the_ring() -> None:
    meeting = a_visit()
    meeting.join(ANN, ring=True)
    ring = the_ring(meeting)
    assert meeting.refused(RecordBusy(ring), meeting.by_phone("ann")) == "not_allowed"
    assert ended(meeting.do(RecordBusy(ring), meeting.by_phone("pat"))) == [RingEnd.BUSY]
    assert meeting.do(RecordBusy(ring), meeting.by_phone("pat")) == []


def test_who_rang_is_told_why_nobody_came_until_they_come_or_are_rung_again() -> None:
    meeting = a_visit()
    meeting.join(ANN, ring=True)
    meeting.do(DeclineCall(the_ring(meeting), DeclineReason.IN_A_MINUTE), PAT)
    [told] = meeting.view(ANN).unanswered
    assert (told.to, told.how, told.reason) == ("pat", RingEnd.DECLINED, "in_a_minute")
    assert meeting.view(PAT).unanswered == ()
    meeting.join(ANN, ring=True)
    assert meeting.view(ANN).unanswered == ()
    meeting.do(RecordBusy(the_ring(meeting)), meeting.by_phone("pat"))
    assert [each.how for each in meeting.view(ANN).unanswered] == [RingEnd.BUSY]
    meeting.join(PAT)
    assert meeting.view(ANN).unanswered == ()
    meeting.check_replay()


def test_a_ring_that_who_rang_has_ended_is_no_news_to_them() -> None:
    meeting = a_visit()
    meeting.join(ANN, ring=True)
    meeting.do(CancelRing(the_ring(meeting)), ANN)
    assert meeting.view(ANN).unanswered == ()


def test_in_a_thread_the_first_doctor_who_answers_stops_the_others_phones() -> None:
    meeting = a_thread(*TWO, Person(UserId("bob"), "Dr Bob", Part.HOST))
    meeting.join(PAT, ring=True)
    assert {each.to for each in meeting.state.rings.values()} == {"ann", "bob"}
    assert ended(meeting.join(BOB)) == [RingEnd.ANSWERED, RingEnd.ANSWERED]
    assert meeting.sends("conversation") == []


def test_a_patient_of_a_visit_does_not_ring_the_doctor() -> None:
    meeting = in_call()
    meeting.do(LeaveCall(LegId("ann-1")), ANN)
    assert "Rang" not in kinds(meeting.join(PAT, ring=True))


# --- broken lines --------------------------------------------------------------------------------


def test_a_page_whose_line_broke_keeps_its_place_for_a_while() -> None:
    meeting = in_call()
    assert kinds(meeting.do(LoseLeg(LegId("pat-1")), PAT)) == ["LegChanged"]
    leg = meeting.where(PAT)
    assert leg is not None
    assert (leg.state, leg.was) == (LegState.RETURNING, LegState.IN_CALL)
    [back] = meeting.join(PAT)
    assert back.back
    assert meeting.alarms.keys().isdisjoint({"leg:pat-1"})
    assert meeting.sends("phone") == []


def test_a_page_that_does_not_come_back_is_gone() -> None:
    meeting = in_call()
    meeting.do(LoseLeg(LegId("pat-1")), PAT)
    events = meeting.ring("leg:pat-1")
    assert [each.why for each in events if isinstance(each, LegLeft)] == [Leaving.LOST]
    assert meeting.sends("phone") == [("pat", phone.NoteFree(meeting.state.id, LegId("pat-1")))]


def test_an_old_alarm_does_not_end_a_line_that_broke_again() -> None:
    meeting = in_call()
    meeting.do(LoseLeg(LegId("pat-1")), PAT)
    lost_at = meeting.now
    meeting.clock.at += RETURN_WITHIN - SECOND
    meeting.join(PAT)
    meeting.do(LoseLeg(LegId("pat-1")), PAT)
    meeting.clock.at += 2 * SECOND
    assert meeting.do(LegDue(LegId("pat-1"), lost_at), actor_caller(meeting.me)) == []


def test_others_may_say_that_somebody_is_lost_only_when_nothing_is_heard_of_them() -> None:
    meeting = in_call()
    assert meeting.do(LoseLeg(LegId("pat-1")), ANN) == []
    meeting.clock.at += 10 * SECOND
    [changed] = meeting.do(LoseLeg(LegId("pat-1")), ANN)
    assert (changed.state, changed.why) == (LegState.RETURNING, "silent")
    assert meeting.do(LoseLeg(LegId("pat-1")), ANN) == []


def test_a_page_that_has_just_come_is_not_said_to_be_lost() -> None:
    meeting = a_visit()
    meeting.join(ANN)
    meeting.clock.at += 60 * SECOND
    meeting.join(PAT)
    meeting.clock.at += 9 * SECOND
    assert meeting.do(LoseLeg(LegId("pat-1")), ANN) == []
    meeting.clock.at += SECOND
    assert meeting.do(LoseLeg(LegId("pat-1")), ANN)


def test_the_call_is_over_when_all_lines_stay_broken() -> None:
    meeting = in_call()
    for caller in (PAT, ANN):
        meeting.do(LoseLeg(meeting.leg(caller)), caller)
    assert meeting.state.call is not None
    meeting.wait(RETURN_WITHIN)
    assert meeting.state.call is None


def test_a_newer_page_takes_the_place_in_the_call() -> None:
    meeting = in_call()
    events = meeting.join(PAT, "pat-2")
    assert kinds(events)[:2] == ["LegLeft", "LegEntered"]
    assert "CallEnded" not in kinds(events)
    told = [type(each).__name__ for _, each in meeting.sends("phone")]
    assert told == ["NoteFree", "NoteEngaged"]


def test_the_thread_shows_how_long_they_talked_and_only_if_they_met() -> None:
    meeting = in_call()
    meeting.clock.at += 90 * SECOND
    meeting.do(LeaveCall(LegId("pat-1")), PAT)
    meeting.do(LeaveCall(LegId("ann-1")), ANN)
    [(_, told)] = meeting.sends("conversation")
    assert (told.by, told.seconds) == ("ann", 90)
    meeting.join(ANN)
    meeting.do(LeaveCall(LegId("ann-1")), ANN)
    assert meeting.sends("conversation") == []


# --- room for all --------------------------------------------------------------------------------


def test_a_third_needs_a_relay_and_a_ninth_finds_no_room() -> None:
    people = [Person(UserId(f"d{number}"), "Dr", Part.HOST) for number in range(MOST_PEOPLE + 1)]
    meeting = a_thread(*TWO, *people)
    doctors = [Caller(each.user, Role.DOCTOR) for each in people]
    meeting.join(doctors[0])
    meeting.join(doctors[1])
    assert meeting.refused(PLAIN, doctors[2]) == "no_relay"
    assert not meeting.view(PAT).relay
    meeting.desk.workers = (W1,)
    for each in doctors[2:MOST_PEOPLE]:
        meeting.join(each)
    assert meeting.refused(PLAIN, doctors[MOST_PEOPLE]) == "call_full"
    assert meeting.join(doctors[3], "again")


@pytest.mark.parametrize("key", ["short", "k" * 88])
def test_a_key_is_one_or_nothing(key: str) -> None:
    meeting = a_visit()
    assert meeting.refused(JoinCall(LegId("x"), Medium.VIDEO, (), key), ANN) == "invalid"
    for leg in ("", "x" * 65):
        assert meeting.refused(TakeSeat(LegId(leg)), ANN) == "invalid"


def test_tracks_are_said_once_each_and_only_what_is_sent_is_muted() -> None:
    meeting = in_call()
    sends = (Source.SCREEN, Source.MICROPHONE, Source.SCREEN)
    muted = (Source.CAMERA, Source.MICROPHONE)
    [told] = meeting.do(SetTracks(LegId("pat-1"), sends, muted), PAT)
    assert (told.sends, told.muted) == (
        (Source.MICROPHONE, Source.SCREEN),
        (Source.MICROPHONE,),
    )
    assert meeting.do(SetTracks(LegId("pat-1"), sends, muted), PAT) == []


@pytest.mark.parametrize("caller", [QUIN, BOB, BOSS, ROOT, Caller("pat", Role.DOCTOR)])
def test_strangers_learn_nothing(caller: Caller) -> None:
    meeting = in_call()
    for message in (GetCall(), PLAIN, TakeSeat(LegId("x")), LeaveCall(LegId("pat-1"))):
        assert meeting.refused(message, caller) == "not_found"
    assert not meeting.room.may_watch(meeting.state, caller)
