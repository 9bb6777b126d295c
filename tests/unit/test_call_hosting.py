"""What the doctor of a visit does: hold, remove, hand over, invite, end, say what came of it."""

import pytest

from actors.appointment import DoctorRef
from actors.call_session.messages import (
    GUEST_WITHIN,
    MOST_GUESTS,
    CallLog,
    EndCall,
    EnterAsGuest,
    GetCall,
    GetInvitation,
    GetLog,
    HoldPerson,
    InvitationView,
    InviteDoctor,
    InviteGuest,
    JoinCall,
    LeaveCall,
    Leaving,
    LegLeft,
    LegState,
    LoseLeg,
    NoteLine,
    Outcome,
    Part,
    RecordCheck,
    RemovePerson,
    SetOutcome,
    TellWaiting,
    Uninvite,
)
from actors.caller import NOBODY, Caller, actor_caller
from actors.doctor import messages as doctor
from actors.ids import AppointmentId, DoctorId, GuestId, LegId, UserId
from actors.media import DeviceCheck, Echo, Heard
from actors.visit_type import Medium
from tests.unit.call_support import (
    A1,
    ANN,
    BOB,
    BOSS,
    BY_PATIENT,
    DR_BOB,
    END,
    HASH,
    HOUR,
    KEY,
    PAT,
    QUIN,
    SECOND,
    START,
    W1,
    Meeting,
    a_thread,
    a_visit,
    in_call,
    kinds,
)

PATS = UserId("pat")
JOIN = JoinCall(LegId("pat-9"), Medium.VIDEO, (), KEY)


def state_of(meeting: Meeting, caller: Caller) -> LegState | None:
    """Return where *caller* is."""
    leg = meeting.where(caller)
    return leg.state if leg else None


# --- holding and removing ------------------------------------------------------------------------


def test_the_doctor_holds_somebody_and_goes_on() -> None:
    meeting = in_call()
    assert kinds(meeting.do(HoldPerson(PATS, held=True), ANN)) == ["LegChanged"]
    assert meeting.do(HoldPerson(PATS, held=True), ANN) == []
    assert state_of(meeting, PAT) is LegState.HELD
    meeting.do(HoldPerson(PATS, held=False), ANN)
    assert state_of(meeting, PAT) is LegState.IN_CALL


def test_a_new_page_and_a_new_start_do_not_end_a_hold() -> None:
    meeting = in_call()
    meeting.do(HoldPerson(PATS, held=True), ANN)
    meeting.join(PAT, "pat-2")
    assert state_of(meeting, PAT) is LegState.HELD
    meeting.do(LeaveCall(LegId("pat-2")), PAT)
    meeting.join(PAT, "pat-3")
    assert state_of(meeting, PAT) is LegState.HELD
    meeting.do(LoseLeg(LegId("pat-3")), PAT)
    meeting.do(HoldPerson(PATS, held=False), ANN)
    meeting.join(PAT, "pat-3")
    assert state_of(meeting, PAT) is LegState.IN_CALL


def test_who_was_removed_comes_back_only_when_rung() -> None:
    meeting = in_call()
    events = meeting.do(RemovePerson(PATS), ANN)
    assert [each.why for each in events if isinstance(each, LegLeft)] == [Leaving.REMOVED]
    assert meeting.refused(JOIN, PAT) == "removed"
    meeting.join(ANN, ring=True)
    assert meeting.join(PAT)
    assert meeting.do(LeaveCall(LegId("pat-1")), PAT)
    assert meeting.join(PAT)


def test_only_the_doctor_holds_and_removes_and_not_themselves() -> None:
    meeting = in_call()
    for command in (HoldPerson(UserId("ann"), held=True), RemovePerson(UserId("ann"))):
        assert meeting.refused(command, PAT) == "not_allowed"
        assert meeting.refused(command, ANN) == "invalid"
    assert meeting.refused(HoldPerson(UserId("bob"), held=True), ANN) == "not_found"
    assert meeting.refused(RemovePerson(UserId("bob")), ANN) == "not_found"


# --- the next doctor -----------------------------------------------------------------------------


def test_a_colleague_is_rung_to_join() -> None:
    meeting = in_call(W1)
    assert kinds(meeting.do(InviteDoctor(DR_BOB), ANN)) == ["DoctorInvited", "DoctorsSet", "Rang"]
    assert [key for key, _ in meeting.sends("phone")] == ["bob"]
    meeting.join(BOB)
    assert meeting.view(BOB).part is Part.DOCTOR
    assert meeting.view(ANN).part is Part.HOST


def test_a_colleagues_missed_call_is_not_in_the_patients_thread() -> None:
    meeting = in_call(W1)
    meeting.do(InviteDoctor(DR_BOB, take_over=True), ANN)
    [ring] = meeting.state.rings
    meeting.ring(f"ring:{ring}")
    assert meeting.sends("conversation") == []
    meeting.join(BOB)
    assert meeting.view(ANN).part is Part.HOST


def test_who_takes_over_is_the_host_and_the_first_may_stay_until_they_leave() -> None:
    meeting = in_call(W1)
    meeting.do(InviteDoctor(DR_BOB, take_over=True), ANN)
    events = meeting.join(BOB)
    assert "HostChanged" in kinds(events)
    assert (meeting.view(BOB).part, meeting.view(ANN).part) == (Part.HOST, Part.DOCTOR)
    [left] = [
        each for each in meeting.do(LeaveCall(LegId("ann-1")), ANN) if isinstance(each, LegLeft)
    ]
    assert left.why is Leaving.TRANSFERRED
    assert meeting.refused(GetCall(), ANN) == "not_found"
    assert meeting.ask(GetLog(), CallLog, ANN).events
    meeting.do(EndCall(Outcome.COMPLETED), BOB)
    assert ("ann", doctor.RecordCall(A1, doctor.OfferStatus.FULFILLED)) in meeting.sends("doctor")


def test_whom_the_doctor_may_not_invite() -> None:
    meeting = a_visit(W1)
    assert meeting.refused(InviteDoctor(DR_BOB), ANN) == "no_call"
    meeting.join(ANN)
    meeting.join(PAT)
    assert meeting.refused(InviteDoctor(DoctorRef(DoctorId("ann"), "Dr Ann")), ANN) == "invalid"
    assert meeting.refused(InviteDoctor(DR_BOB), PAT) == "not_allowed"
    thread = a_thread()
    thread.join(ANN)
    assert thread.refused(InviteDoctor(DR_BOB), ANN) == "visits_only"


# --- guests --------------------------------------------------------------------------------------


def test_a_guest_comes_by_a_link_waits_and_is_let_in() -> None:
    meeting = a_visit(W1)
    guest = meeting.guest("Ida")
    view = meeting.view(guest)
    assert (view.part, [each.person.name for each in view.people]) == (Part.GUEST, ["Ida"])
    assert view.guests == ()
    meeting.wait_in_room(guest)
    assert meeting.refused(JoinCall(LegId("g"), Medium.VIDEO, (), KEY), guest) == "host_not_there"
    meeting.join(ANN)
    assert meeting.join(guest, "g")
    assert {each.person.name for each in meeting.view(guest).people} == {"Ida", "Dr Ann"}
    assert all(key != guest.user for key, _ in meeting.sends("phone"))


def test_a_link_tells_nothing_of_the_patient() -> None:
    meeting = a_visit()
    meeting.do(InviteGuest("Ida", "interpreter", HASH), ANN)
    seen = meeting.ask(GetInvitation(HASH), InvitationView, NOBODY)
    assert seen == InvitationView("Ida", "interpreter", "Dr Ann", START, END + GUEST_WITHIN)
    assert meeting.refused(GetInvitation("b" * 64), NOBODY) == "not_found"
    assert HASH not in str(meeting.view(PAT).guests) + str(meeting.ask(GetLog(), CallLog, ANN))


def test_a_link_is_over_when_it_is_taken_back_and_after_a_day() -> None:
    meeting = in_call(W1)
    guest = meeting.guest()
    meeting.join(guest)
    events = meeting.do(RemovePerson(UserId(guest.user)), ANN)
    assert kinds(events)[:2] == ["LegLeft", "GuestUninvited"]
    assert meeting.refused(GetCall(), guest) == "not_found"
    assert meeting.refused(EnterAsGuest(HASH, "Ida"), NOBODY) == "not_found"
    other = meeting.guest("Ben", "b" * 64)
    meeting.clock.at = END + GUEST_WITHIN
    assert meeting.refused(GetCall(), other) == "not_found"
    assert meeting.refused(EnterAsGuest("b" * 64, "Ben"), NOBODY) == "not_found"


def test_who_invites_and_ends_invitations() -> None:
    meeting = a_visit()
    by_ann = meeting.guest("Ida", HASH, ANN)
    by_pat = meeting.guest("Ben", "b" * 64, PAT)
    assert meeting.refused(InviteGuest("Eve", "", "c" * 64), by_ann) == "not_allowed"
    assert meeting.refused(Uninvite(GuestId(by_ann.user)), PAT) == "not_allowed"
    assert meeting.refused(Uninvite(GuestId(by_ann.user)), by_pat) == "not_found"
    assert meeting.refused(Uninvite(GuestId("nobody")), ANN) == "not_found"
    assert meeting.do(Uninvite(GuestId(by_pat.user)), PAT)
    assert meeting.do(Uninvite(GuestId(by_ann.user)), ANN)


def test_so_many_guests_and_only_to_visits() -> None:
    meeting = a_visit()
    for number in range(MOST_GUESTS):
        meeting.guest(code_hash=str(number) * 64)
    assert meeting.refused(InviteGuest("Ida", "", "f" * 64), PAT) == "too_many_guests"
    assert a_thread().refused(InviteGuest("Ida", "", HASH), PAT) == "visits_only"
    for wrong in (InviteGuest("", "", HASH), InviteGuest("Ida", "", "short")):
        assert a_visit().refused(wrong, PAT) == "invalid"
    again = a_visit()
    again.guest()
    assert again.do(InviteGuest("Ida", "", HASH), PAT) == []


def test_a_guest_of_another_visit_is_a_stranger() -> None:
    meeting = a_visit()
    guest = meeting.guest()
    other = Caller(guest.user, guest.role, session="a2")
    assert meeting.refused(GetCall(), other) == "not_found"
    assert not meeting.room.may_watch(meeting.state, other)
    assert meeting.room.may_watch(meeting.state, guest)


# --- the end -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.COMPLETED, doctor.OfferStatus.FULFILLED),
        (Outcome.FOLLOW_UP, doctor.OfferStatus.FULFILLED),
        (Outcome.NOSHOW, doctor.OfferStatus.NOSHOW),
        (Outcome.CALL_AGAIN, None),
    ],
)
def test_what_the_visit_came_to_is_told_to_the_diary(
    outcome: Outcome, status: doctor.OfferStatus | None
) -> None:
    meeting = in_call()
    meeting.do(EndCall(outcome), ANN)
    told = [each.status for _, each in meeting.sends("doctor")]
    assert told == ([status] if status else [])
    assert not meeting.view(ANN).ask_outcome


def test_the_doctor_is_asked_once_when_the_call_is_over() -> None:
    meeting = in_call()
    assert meeting.refused(SetOutcome(Outcome.COMPLETED), ANN) == "call_goes_on"
    meeting.do(EndCall(), ANN)
    assert meeting.view(ANN).ask_outcome
    assert not meeting.view(PAT).ask_outcome
    assert meeting.refused(SetOutcome(Outcome.COMPLETED), PAT) == "not_allowed"
    meeting.do(SetOutcome(Outcome.CALL_AGAIN), ANN)
    meeting.do(SetOutcome(Outcome.COMPLETED), ANN)
    assert meeting.do(SetOutcome(Outcome.COMPLETED), ANN) == []
    assert meeting.refused(SetOutcome(Outcome.NOSHOW), ANN) == "outcome_set"


def test_a_visit_without_a_call_has_no_outcome_and_a_thread_neither() -> None:
    assert a_visit().refused(SetOutcome(Outcome.NOSHOW), ANN) == "no_call"
    thread = a_thread()
    assert thread.refused(SetOutcome(Outcome.COMPLETED), ANN) == "visits_only"
    assert a_visit().do(EndCall(), ANN) == []


def test_a_call_that_is_ended_is_over_for_all() -> None:
    meeting = in_call()
    assert meeting.refused(EndCall(), PAT) == "not_allowed"
    events = meeting.do(EndCall(), ANN)
    assert kinds(events) == ["LegLeft", "LegLeft", "CallEnded"]
    assert {each.why for each in events if isinstance(each, LegLeft)} == {Leaving.ENDED}


# --- while somebody waits ------------------------------------------------------------------------


def test_a_word_for_who_waits() -> None:
    meeting = a_visit()
    assert meeting.do(TellWaiting(" Five minutes late "), ANN)
    assert meeting.view(PAT).word == "Five minutes late"
    assert meeting.do(TellWaiting("Five minutes late"), ANN) == []
    assert meeting.refused(TellWaiting("x" * 301), ANN) == "invalid"
    assert meeting.refused(TellWaiting("x"), PAT) == "not_allowed"


def test_only_the_doctors_actor_says_that_the_line_has_moved() -> None:
    meeting = a_visit()
    by_ann, by_bob = (actor_caller(doctor.address_of(DoctorId(name))) for name in ("ann", "bob"))
    assert kinds(meeting.do(NoteLine(A1), by_ann)) == ["LineNoted"]
    assert [meeting.view(each).line for each in (PAT, ANN)] == [1, 1]
    assert meeting.do(NoteLine(A1), by_bob) == []
    assert meeting.do(NoteLine(AppointmentId("a2")), by_ann) == []
    for caller in (ANN, PAT, BOSS, BY_PATIENT):
        assert meeting.refused(NoteLine(A1), caller) == "not_allowed"
    meeting.end_visit()
    assert meeting.do(NoteLine(A1), by_ann) == []


def checked(**echo: object) -> DeviceCheck:
    """Return a check."""
    measured = Echo(**{"round_trip_ms": 20, "loss_percent": 0.0, "jitter_ms": 2, **echo})  # type: ignore[arg-type]
    good = Heard.GOOD
    return DeviceCheck(good, good, good, measured, "Firefox on Linux", START - HOUR)


def test_the_doctor_sees_what_the_patient_found_out() -> None:
    meeting = a_visit()
    guest = meeting.guest()
    [noted] = meeting.do(RecordCheck(checked()), PAT)
    assert noted.check.at == meeting.now
    for caller, sees in ((ANN, True), (PAT, True), (guest, False)):
        shown = [each.check for each in meeting.view(caller).people if each.check]
        assert bool(shown) is sees
    for wrong in ({"loss_percent": float("nan")}, {"round_trip_ms": -1}, {"path": "x"}):
        assert meeting.refused(RecordCheck(checked(**wrong)), PAT) == "invalid"


# --- the log -------------------------------------------------------------------------------------


def test_the_log_is_for_doctors_of_the_visit_and_administrators() -> None:
    meeting = in_call()
    meeting.clock.at += SECOND
    meeting.do(EndCall(Outcome.COMPLETED), ANN)
    for caller in (ANN, BOSS):
        log = meeting.ask(GetLog(), CallLog, caller)
        assert kinds(list(log.events))[-1] == "OutcomeSet"
        assert {each.name for each in log.people} == {"Pat", "Dr Ann"}
    for caller in (PAT, QUIN, BOB, NOBODY):
        assert meeting.refused(GetLog(), caller) == "not_found"
    assert Meeting(meeting.state.id).refused(GetLog(), BOSS) == "not_found"
