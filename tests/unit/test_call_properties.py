# ruff: noqa: D102  the name of a rule is its sentence
"""Whoever comes, goes, rings, records, and whatever breaks, in any order: what always holds."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from actors.call_session import messages as calls
from actors.call_session.messages import (
    AskRecording,
    BackDue,
    CancelRing,
    CloseDue,
    Consent,
    DeclineCall,
    EndCall,
    EndVisit,
    GetCall,
    GetLog,
    HearSignals,
    HoldPerson,
    InviteDoctor,
    InviteGuest,
    JoinCall,
    LeaveCall,
    LegState,
    LoseLeg,
    LoseWorker,
    MediaSet,
    NoteConnected,
    NoteLine,
    Outcome,
    Part,
    Person,
    RecordArrival,
    RecordBusy,
    RemovePerson,
    ReportPath,
    SendSignal,
    SetOutcome,
    SetThread,
    SetTracks,
    Signal,
    StopRecording,
    TakeSeat,
    TellWaiting,
    TendMedia,
    Uninvite,
    of_thread,
    of_visit,
)
from actors.call_session.state import consented, plan_of
from actors.call_session.state.kept import TALKING, place
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.conversation import messages as conversation
from actors.ids import ConversationId, GuestId, LegId, PatientId, RecordingId, RingId, UserId
from actors.media import Mode, Source
from actors.patient import messages as patient
from actors.phone import messages as phone
from actors.refusal import Refusal
from actors.visit_type import Medium
from config.media import MediaSettings
from tests.unit.call_support import (
    A1,
    ANN,
    BOB,
    BOSS,
    BY_PATIENT,
    CLARA,
    DR_ANN,
    DR_BOB,
    KEY,
    PAT,
    QUIN,
    ROOT,
    START,
    TWO,
    W1,
    W2,
    Meeting,
)

WHO = st.integers(0, 5)
PAGE = st.integers(1, 2)
STRANGERS = (
    QUIN,
    CLARA,
    BOSS,
    NOBODY,
    Caller("pat", Role.DOCTOR),
    Caller("ann", Role.PATIENT),
    Caller("guest", Role.GUEST, "a1"),
    actor_caller(patient.address_of(PatientId("quin"))),
    actor_caller(conversation.address_of(ConversationId("quin-ann"))),
)
"""Callers who have nothing to do with the session, whatever happens in it."""


class OneVisit(RuleBasedStateMachine):
    """The session of a visit, and everybody who may have to do with it."""

    settings = MediaSettings(recording=True)

    def __init__(self) -> None:
        super().__init__()
        self.meeting = Meeting(of_visit(A1), W1, settings=self.settings)
        self.meeting.clock.at = START
        self.guests: list[Caller] = []
        self.engaged: dict[str, LegId] = {}
        self.epochs = 0
        self.open()

    def open(self) -> None:
        """Let the visit stand."""
        self.meeting.visit()

    def people(self) -> list[Caller]:
        """Return who may do something."""
        return [ANN, PAT, BOB, *self.guests[-2:]]

    def one(self, which: int) -> Caller:
        """Return one of them; the first two come twice as often."""
        people = [ANN, PAT, *self.people()]
        return people[which % len(people)]

    def page(self, who: Caller, number: int) -> LegId:
        """Return the name of a page of theirs."""
        return LegId(f"{who.user}-{number}")

    def try_to(self, command: object, caller: Caller) -> list[Any]:
        """Let *caller* do it if the rules allow."""
        before = self.meeting.state
        try:
            return self.meeting.do(command, caller)
        except Refusal:
            assert self.meeting.state is before
            return []

    # -- what people do ---------------------------------------------------------------------------

    @rule(who=WHO, page=PAGE)
    def somebody_waits(self, who: int, page: int) -> None:
        self.try_to(TakeSeat(self.page(self.one(who), page)), self.one(who))

    @rule(who=WHO, page=PAGE, ring=st.booleans(), seals=st.integers(0, 5))
    def somebody_joins(self, who: int, page: int, ring: bool, seals: int) -> None:
        key, one = KEY if seals else "", self.one(who)
        self.try_to(JoinCall(self.page(one, page), Medium.VIDEO, (), key, ring), one)

    @rule(page=PAGE)
    def they_meet(self, page: int) -> None:
        for one in self.people():
            self.try_to(JoinCall(self.page(one, page), Medium.VIDEO, (), KEY), one)

    @rule(who=WHO, page=PAGE)
    def somebody_leaves(self, who: int, page: int) -> None:
        self.try_to(LeaveCall(self.page(self.one(who), page)), self.one(who))

    @rule(who=WHO, whom=WHO, page=PAGE)
    def a_line_breaks(self, who: int, whom: int, page: int) -> None:
        self.try_to(LoseLeg(self.page(self.one(whom), page)), self.one(who))

    @rule(who=WHO, page=PAGE, muted=st.booleans())
    def tracks_change(self, who: int, page: int, muted: bool) -> None:
        sends = (Source.MICROPHONE,)
        tracks = SetTracks(self.page(self.one(who), page), sends, sends if muted else ())
        self.try_to(tracks, self.one(who))

    @rule(who=WHO, whom=WHO, connected=st.booleans())
    def a_path_stands_or_not(self, who: int, whom: int, connected: bool) -> None:
        epoch = self.meeting.state.media.epoch
        mine, theirs = self.meeting.where(self.one(who)), self.meeting.where(self.one(whom))
        if mine and theirs:
            self.try_to(ReportPath(mine.id, epoch, connected, theirs.id), self.one(who))

    @rule(who=WHO, how=st.integers(0, 2))
    def a_ring_ends(self, who: int, how: int) -> None:
        for ring in list(self.meeting.state.rings.values())[:1]:
            match how:
                case 0:
                    self.try_to(DeclineCall(ring.id), self.one(who))
                case 1:
                    self.try_to(CancelRing(ring.id), self.one(who))
                case _:
                    self.try_to(RecordBusy(ring.id), self.meeting.by_phone(ring.to))

    @rule(who=WHO, agreed=st.booleans())
    def somebody_is_asked_to_be_recorded(self, who: int, agreed: bool) -> None:
        self.try_to(AskRecording(), self.one(who))
        recording = self.meeting.state.recording
        if recording is not None:
            self.try_to(Consent(recording.id, agreed), self.one(who))

    @rule()
    def all_agree(self) -> None:
        for one in self.people():
            if self.meeting.state.recording is not None:
                self.try_to(Consent(self.meeting.state.recording.id, agreed=True), one)

    @rule(who=WHO)
    def somebody_stops_the_recording(self, who: int) -> None:
        if self.meeting.state.recording is not None:
            self.try_to(StopRecording(self.meeting.state.recording.id), self.one(who))

    @rule(by=WHO, whom=WHO, held=st.booleans())
    def somebody_is_held(self, by: int, whom: int, held: bool) -> None:
        self.try_to(HoldPerson(UserId(self.one(whom).user), held), self.one(by))

    @rule(by=WHO, whom=WHO)
    def somebody_is_removed(self, by: int, whom: int) -> None:
        self.try_to(RemovePerson(UserId(self.one(whom).user)), self.one(by))

    @rule(by=WHO, outcome=st.none() | st.sampled_from(Outcome))
    def the_call_ends(self, by: int, outcome: Outcome | None) -> None:
        self.try_to(EndCall(outcome), self.one(by))

    @rule(by=WHO, outcome=st.sampled_from(Outcome))
    def the_outcome_is_said(self, by: int, outcome: Outcome) -> None:
        self.try_to(SetOutcome(outcome), self.one(by))

    @rule(take_over=st.booleans(), by=WHO)
    def a_colleague_is_invited(self, take_over: bool, by: int) -> None:
        self.try_to(InviteDoctor(DR_BOB, take_over), self.one(by))

    @rule(by=st.sampled_from([ANN, PAT]))
    def a_guest_comes(self, by: Caller) -> None:
        code = f"{len(self.guests):064x}"
        try:
            self.guests.append(self.meeting.guest("Ida", code, by))
        except Refusal:
            return

    @rule(by=WHO)
    def a_guest_is_uninvited(self, by: int) -> None:
        for guest in self.guests[-1:]:
            self.try_to(Uninvite(GuestId(guest.user)), self.one(by))

    # -- what else happens ------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0, 1, 6, 11, 31, 61, 3600, 40_000]))
    def time_goes_by(self, seconds: int) -> None:
        self.meeting.wait(timedelta(seconds=seconds))

    @rule(workers=st.sampled_from([(), (W1,), (W2,), (W1, W2)]))
    def workers_come_and_go(self, workers: tuple[calls.Worker, ...]) -> None:
        gone = set(self.meeting.desk.workers) - set(workers)
        self.meeting.desk.workers = workers
        for worker in gone:
            self.meeting.do(LoseWorker(worker), ROOT)

    @rule(doctor=st.sampled_from([DR_ANN, DR_ANN, DR_BOB]), hours=st.sampled_from([0, 0, 1, 48]))
    def the_visit_moves(self, doctor: Any, hours: int) -> None:  # noqa: ANN401
        self.meeting.visit(doctor, START + timedelta(hours=hours))

    @rule(outcome=st.sampled_from(["fulfilled", "cancelled"]))
    def the_visit_is_over(self, outcome: str) -> None:
        self.meeting.end_visit(outcome)

    @rule(which=st.integers(0, len(STRANGERS) - 1))
    def a_stranger_changes_nothing(self, which: int) -> None:
        caller, before = STRANGERS[which], self.meeting.state
        for command in self.everything():
            with suppress(Refusal):
                assert self.meeting.do(command, caller) == [], command
            assert self.meeting.state is before
        for message in (
            SendSignal(LegId("pat-1"), LegId("ann-1"), 1, Signal.KEY, "{}"),
            HearSignals(LegId("pat-1"), 1),
        ):
            self.meeting.refused(message, caller)
        self.meeting.refused(GetCall(), caller)
        if caller != BOSS:
            self.meeting.refused(GetLog(), caller)
        assert not self.meeting.room.may_watch(self.meeting.state, caller)

    def everything(self) -> list[object]:
        """Return commands of every kind that a stranger may try."""
        leg, user = LegId("pat-1"), UserId("pat")
        rings = list(self.meeting.state.rings) or [RingId("none")]
        recording = self.meeting.state.recording
        name = recording.id if recording else RecordingId("none")
        epoch = self.meeting.state.media.epoch
        return [
            TakeSeat(leg),
            TakeSeat(LegId("new")),
            JoinCall(leg, Medium.VIDEO, (), KEY, ring=True),
            LeaveCall(leg),
            LoseLeg(leg),
            SetTracks(leg, (), ()),
            ReportPath(leg, epoch, connected=False, to=LegId("ann-1")),
            DeclineCall(rings[0]),
            CancelRing(rings[0]),
            RecordBusy(rings[0]),
            AskRecording(),
            Consent(name, agreed=True),
            StopRecording(name),
            HoldPerson(user, held=True),
            RemovePerson(user),
            InviteDoctor(DR_BOB, take_over=True),
            InviteGuest("Eve", "", "e" * 64),
            EndCall(Outcome.NOSHOW),
            SetOutcome(Outcome.NOSHOW),
            TellWaiting("x"),
            EndVisit(A1, "cancelled"),
            RecordArrival(A1, START),
            NoteLine(A1),
            SetThread(ConversationId("pat-ann"), (), open=False),
            TendMedia(epoch),
            BackDue(epoch),
            CloseDue(),
            LoseWorker(W1),
            NoteConnected(epoch, leg, connected=False),
        ]

    # -- what holds -------------------------------------------------------------------------------

    @invariant()
    def everybody_has_one_leg_at_most(self) -> None:
        users = [each.user for each in self.meeting.state.legs.values()]
        assert len(users) == len(set(users))

    @invariant()
    def a_call_goes_on_while_somebody_is_in_it_and_no_longer(self) -> None:
        state = self.meeting.state
        assert (state.call is not None) == bool(state.talking)

    @invariant()
    def who_is_here_may_take_part_and_nobody_is_here_when_it_is_over(self) -> None:
        state = self.meeting.state
        assert {each.user for each in state.legs.values()} <= {
            each.user for each in state.everybody()
        }
        assert state.open or not state.legs
        assert state.open or not state.rings

    @invariant()
    def epochs_only_grow_and_change_with_what_they_say(self) -> None:
        sets = [each for each in self.meeting.events if isinstance(each, MediaSet)]
        for before, after in pairwise(sets):
            if after.epoch != before.epoch + 1:
                assert (after.epoch, before.worker) == (before.epoch, None)
                assert (after.mode, after.sealing) == (before.mode, before.sealing)

    @invariant()
    def two_at_most_are_direct(self) -> None:
        state = self.meeting.state
        if state.call is not None and state.media.mode is Mode.DIRECT:
            assert len(state.talking) <= 2
            assert not self.settings.hide_addresses

    @invariant()
    def nobody_is_recorded_who_has_not_agreed(self) -> None:
        state = self.meeting.state
        plan = plan_of(state)
        if state.recording is not None and state.recording.started_at is not None:
            assert state.in_call <= set(state.recording.agreed)
        if plan is not None and plan.record is not None:
            assert consented(state)

    @invariant()
    def the_worker_knows_the_call_or_is_about_to(self) -> None:
        meeting = self.meeting
        plan = plan_of(meeting.state)
        wake = meeting.alarms.get("media")
        assert plan is None or wake is not None
        told = bool(meeting.desk.plans) and meeting.desk.plans[-1] == plan
        assert (
            plan is None
            or told
            or (wake is not None and wake.at <= meeting.now)
            or (not meeting.desk.workers)
            or meeting.state.media.tries
        )

    @invariant()
    def who_is_rung_is_not_in_the_call_and_who_rings_is(self) -> None:
        state = self.meeting.state
        for ring in state.rings.values():
            assert ring.to not in state.in_call
            assert ring.by in state.in_call
            assert f"ring:{ring.id}" in self.meeting.alarms

    @invariant()
    def whose_line_broke_is_waited_for(self) -> None:
        for leg in self.meeting.state.legs.values():
            assert (leg.state is LegState.RETURNING) == (f"leg:{leg.id}" in self.meeting.alarms)
            assert (leg.state is LegState.RETURNING) == (leg.was is not None)

    @invariant()
    def phones_know_who_is_in_the_call(self) -> None:
        for user, told in self.meeting.sends("phone"):
            if isinstance(told, phone.NoteEngaged):
                self.engaged[user] = told.engaged.leg
            elif isinstance(told, phone.NoteFree) and self.engaged.get(user) == told.leg:
                del self.engaged[user]
        state = self.meeting.state
        talking = {
            leg.user: leg.id
            for leg in state.legs.values()
            if place(leg) in TALKING and not state.is_guest(leg.user)
        }
        assert self.engaged == talking

    @invariant()
    def an_open_visit_closes_some_time(self) -> None:
        meeting = self.meeting
        if meeting.state.open and meeting.state.hosting is not None:
            assert "close" in meeting.alarms or "long" in meeting.alarms

    @invariant()
    def guests_see_who_is_in_the_call_alone(self) -> None:
        meeting = self.meeting
        for guest in self.guests[-2:]:
            if meeting.room.may_watch(meeting.state, guest):
                try:
                    view = meeting.view(guest)
                except Refusal:
                    continue
                seen = {each.person.user for each in view.people}
                assert seen <= {*meeting.state.in_call, guest.user}
                assert all(
                    each.check is None or each.person.user == guest.user for each in view.people
                )

    def teardown(self) -> None:
        self.meeting.check_replay()


class OneHiddenVisit(OneVisit):
    """The same in a clinic where browsers never learn of one another's address."""

    settings = MediaSettings(recording=True, hide_addresses=True)


class OneThread(OneVisit):
    """The session of a thread of a patient and two doctors."""

    def __init__(self) -> None:
        super().__init__()

    def open(self) -> None:
        """Let them take part in the thread."""
        self.meeting = Meeting(of_thread(conversation.between(PatientId("pat"), DR_ANN.id)), W1)
        self.meeting.thread(*self.three())

    def three(self) -> tuple[Person, ...]:
        """Return who takes part."""
        return (*TWO, Person(UserId("bob"), "Dr Bob", Part.HOST))

    @rule(doctor=st.booleans(), hours=st.booleans())
    def the_visit_moves(self, doctor: bool, hours: bool) -> None:
        self.meeting.thread(*(self.three() if doctor or hours else TWO))

    @rule(outcome=st.booleans())
    def the_visit_is_over(self, outcome: bool) -> None:
        assert BY_PATIENT.user
        if outcome:
            self.meeting.thread(*self.three(), open_=False)


TestOneVisit = OneVisit.TestCase
TestOneHiddenVisit = OneHiddenVisit.TestCase
TestOneThread = OneThread.TestCase
TestOneVisit.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestOneHiddenVisit.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
TestOneThread.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
