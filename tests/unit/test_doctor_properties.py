# ruff: noqa: D102  the name of a rule is its sentence
"""Whatever patients, the doctor and the router say in any order: the diary holds together."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import NamedTuple

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from actors.appointment import Request, Span
from actors.caller import Caller
from actors.doctor import messages as doctor
from actors.doctor.messages import Closed, Every, Repeat
from actors.doctor.state.kept import Live
from actors.ids import AppointmentId as Id
from actors.ids import PatientId
from actors.refusal import Refusal
from actors.visit_type import VisitType
from tests.unit.doctor_support import (
    ACCOUNT,
    COURSE,
    OWNER,
    PAT,
    QUIN,
    ROUTER,
    SHOWN,
    Ann,
    at,
    request,
)

A1 = Id("a1")
PATIENTS = {A1: PAT, Id("a2"): QUIN, Id("a3"): PAT}
NAMES = st.sampled_from(list(PATIENTS))
KNOWN_NAMES = st.integers(0, 9)
"""Which of those that the doctor has to do with, if there are any."""
NEW = st.sampled_from([1, 1, 1, 2, 0, -1])
KNOWN = st.sampled_from([0, 0, 0, 0, -1, -1, -2, 1])
"""How far a round lies from the last that the doctor knows; a stale one is over already."""
WEEK = timedelta(weeks=1)
STARTS = st.sampled_from(
    [
        at(60 * hour + 35 * slot + odd)
        for hour in (0, 24)
        for slot in range(1, 6)
        for odd in (0, 0, 10)
    ]
)
VISITS = st.sampled_from([SHOWN, COURSE])


class Taken(NamedTuple):
    """A time in the diary, and whose it is."""

    span: Span
    visit: VisitType
    appointment: Id | None
    patient: PatientId


class OneDoctor(RuleBasedStateMachine):
    """One doctor, two patients, three appointments, and a router whose words come late or twice."""

    def __init__(self) -> None:
        super().__init__()
        self.ann = Ann()
        self.visits: dict[Id, VisitType] = {}

    def wanted(self, name: Id, visit: VisitType, picked: datetime | None = None) -> Request:
        """Return the request of that name, which is always for the same kind of visit."""
        kind = self.visits.setdefault(name, visit)
        return request(name, PATIENTS[name].user, visit=kind, picked=picked)

    def one(self, which: int) -> Id:
        """Return one of those that the doctor has to do with, or one that they have not."""
        names = sorted(self.ann.state.live) or [A1]
        return names[which % len(names)]

    def number(self, name: Id, step: int) -> int:
        """Return the round that lies *step* after the last that the doctor knows."""
        live, past = self.ann.state.live.get(name), self.ann.state.past.get(name)
        if live is None:
            return max(1, (past.round if past else 0) + step)
        return max(1, (live.move.round if live.move else live.round) + step)

    def taken(self) -> list[Taken]:
        """Return all that takes time now."""
        state = self.ann.state
        visits = [
            Taken(span, live.request.visit, name, live.request.patient.id)
            for name, live in state.live.items()
            for span in live.taken
        ]
        holds = [
            Taken(hold.span, hold.visit, None, patient)
            for patient, hold in state.holds.items()
            if hold.until > self.ann.now
        ]
        return [*visits, *holds]

    # --- from the router: never refused ----------------------------------------------------------

    def route(self, command: doctor.Command, about: Id) -> Sequence[object]:
        """Let the router speak of one appointment; all others stay, but for what is long over."""
        before = dict(self.ann.state.live)
        events = self.ann.tell(command, ROUTER)
        for name, live in before.items():
            long_over = live.span is not None and live.span.end + WEEK <= self.ann.now
            assert self.ann.state.live.get(name) == live or name == about or long_over
        assert sum(not isinstance(each, doctor.LineMoved) for each in events) <= 1
        return events

    @rule(name=NAMES, visit=VISITS, step=NEW, picked=st.none() | STARTS)
    def offer(self, name: Id, visit: VisitType, step: int, picked: datetime | None) -> None:
        number = self.number(name, step)
        live = self.ann.state.live.get(name)
        if live is not None and not live.status.waits:
            return
        command = doctor.OfferRequest(self.wanted(name, visit, picked), number, at(24 * 60))
        self.route(command, name)

    @rule(name=NAMES, visit=VISITS, step=NEW, start=STARTS, anywhere=st.booleans())
    def book(
        self, name: Id, visit: VisitType, step: int, start: datetime, *, anywhere: bool
    ) -> None:
        stood, number = self.standing(name), self.number(name, step)
        wanted = self.wanted(name, visit)
        events = self.route(doctor.BookVisit(wanted, number, start, anywhere), name)
        event("booked" if any(isinstance(e, doctor.TimeHeld) for e in events) else "not booked")
        if stood is not None:
            assert self.standing(name) == stood

    @rule(name=NAMES, visit=VISITS, start=STARTS)
    def stand(self, name: Id, visit: VisitType, start: datetime) -> None:
        self.book(name, visit, 1, start, anywhere=True)
        self.granted(name, self.number(name, 0), None)

    @rule(who=KNOWN_NAMES, step=KNOWN, which=st.none() | st.integers(0, 2))
    def grant(self, who: int, step: int, which: int | None) -> None:
        name = self.one(who)
        self.granted(name, self.number(name, step), which)

    def granted(self, name: Id, number: int, which: int | None) -> None:
        live = self.ann.state.live.get(name)
        held = [] if live is None else _held_in(live, number)
        start = None if which is None or not held else held[which % len(held)].start
        for each in self.route(doctor.GrantClaim(name, number, start), name):
            assert isinstance(each, doctor.VisitConfirmed)
            event("moved" if each.moved else "confirmed")
            assert Span(each.start, each.end) in held
            assert self.ann.state.live[name].taken == (Span(each.start, each.end),)

    @rule(who=KNOWN_NAMES, step=KNOWN, why=st.sampled_from(Closed))
    def close(self, who: int, step: int, why: Closed) -> None:
        name = self.one(who)
        stood, number = self.standing(name), self.number(name, step)
        self.route(doctor.CloseOffer(name, number, why), name)
        live = self.ann.state.live.get(name)
        assert self.standing(name) == stood
        assert live is None or not _held_in(live, number)

    @rule(who=KNOWN_NAMES, step=st.none() | KNOWN, moved=st.booleans())
    def cancel(self, who: int, step: int | None, *, moved: bool) -> None:
        name = self.one(who)
        number = 0 if step is None else self.number(name, step)
        stood, live = self.standing(name), self.ann.state.live.get(name)
        self.route(doctor.CancelVisit(name, "", number, moved), name)
        left = self.ann.state.live.get(name)
        if number == 0 or (live is not None and live.round == number):
            assert left is None
        else:
            assert self.standing(name) == stood
            assert left is None or not _held_in(left, number)

    @rule(who=KNOWN_NAMES, step=KNOWN, arrives=st.booleans())
    def wish_or_arrive(self, who: int, step: int, *, arrives: bool) -> None:
        name = self.one(who)
        stood, number = self.standing(name), self.number(name, step)
        arrival = doctor.RecordArrival(name, number, self.ann.now)
        wish = doctor.RecordWish(name, number, (), "Later.")
        self.route(arrival if arrives else wish, name)
        assert self.standing(name) == stood

    # --- by people: refused now and then ---------------------------------------------------------

    def say(self, command: doctor.Command, caller: Caller = OWNER) -> None:
        stood = {name: self.standing(name) for name in self.ann.state.live}
        try:
            self.ann.tell(command, caller)
        except Refusal as refusal:
            event(f"refused: {refusal.code}")
        for name in self.ann.state.live:
            assert stood.get(name) in {None, self.standing(name)}

    @rule(caller=st.sampled_from([PAT, QUIN]), visit=VISITS, start=STARTS, moving=st.none() | NAMES)
    def hold(self, caller: Caller, visit: VisitType, start: datetime, moving: Id | None) -> None:
        self.say(doctor.HoldTime(visit, start, moving), caller)

    @rule(caller=st.sampled_from([PAT, QUIN]))
    def release(self, caller: Caller) -> None:
        self.say(doctor.ReleaseTime(), caller)

    @precondition(lambda self: self.ann.alarms)
    @rule()
    def ring(self) -> None:
        self.ann.ring(min(self.ann.alarms))

    @rule(who=KNOWN_NAMES, start=st.none() | STARTS)
    def accept(self, who: int, start: datetime | None) -> None:
        name = self.one(who)
        self.say(doctor.AcceptRequest(name, start))

    @rule(who=KNOWN_NAMES, starts=st.lists(STARTS, min_size=1, max_size=3))
    def propose(self, who: int, starts: list[datetime]) -> None:
        name = self.one(who)
        self.say(doctor.ProposeTimes(name, tuple(starts), 30))

    @rule(who=KNOWN_NAMES, what=st.integers(0, 4))
    def go_through_the_day(self, who: int, what: int) -> None:
        name = self.one(who)
        commands = (
            doctor.DeclineRequest(name, "No."),
            doctor.GiveBackVisit(name, "Ill."),
            doctor.StartVisit(name),
            doctor.FinishVisit(name),
            doctor.MarkNoShow(name),
        )
        self.say(commands[what])

    @rule(who=KNOWN_NAMES, count=st.integers(1, 3))
    def repeat(self, who: int, count: int) -> None:
        name = self.one(who)
        self.say(doctor.BookSeries(name, Repeat(Every.WEEK, 1, count)))

    @precondition(lambda self: len(self.ann.journal) % 7 == 0)
    @rule(asked=st.booleans(), name=NAMES)
    def suspend_and_resume(self, name: Id, *, asked: bool) -> None:
        self.ann.tell(doctor.SuspendPractice(), ACCOUNT)
        assert all(map(self.begun, self.ann.state.live))
        if asked:
            self.offer(name, SHOWN, 1, None)
            self.book(name, SHOWN, 1, at(70), anywhere=True)
        self.ann.tell(doctor.ResumePractice(), ACCOUNT)

    @rule(minutes=st.sampled_from([1, 1, 5, 5, 20]))
    def go_on(self, minutes: int) -> None:
        self.ann.now += timedelta(minutes=minutes)

    # --- what always holds -----------------------------------------------------------------------

    def standing(self, name: Id) -> Span | None:
        """Return the time of the visit, if it stands or is over."""
        live = self.ann.state.live.get(name)
        return live.span if live is not None and not live.status.waits else None

    def begun(self, name: Id) -> bool:
        """Return whether the visit has begun, or its time has come."""
        live = self.ann.state.live[name]
        started = live.started_at is not None or live.status.name in {"FULFILLED", "NOSHOW"}
        due = live.span is not None and live.span.start <= self.ann.now
        return not live.status.waits and (started or due)

    @invariant()
    def no_two_share_a_time_but_those_of_a_course(self) -> None:
        taken = self.taken()
        for one, two in combinations(taken, 2):
            overlap = one.span.start < two.span.end and two.span.start < one.span.end
            if overlap and not _same_appointment(one, two):
                assert one.span == two.span
                assert one.visit.id == two.visit.id
                sitting = {
                    (each.appointment, each.patient) for each in taken if each.span == one.span
                }
                assert len(sitting) <= one.visit.capacity

    @invariant()
    def what_is_asked_can_be_shown(self) -> None:
        inbox = self.ann.ask(doctor.GetInbox())
        assert {each.id for each in inbox.open} == {
            name for name, live in self.ann.state.live.items() if live.status.waits
        }

    def teardown(self) -> None:
        self.ann.check_replay()


def _held_in(live: Live, number: int) -> list[Span]:
    """Return the times held for round *number*, without that of a visit that stands."""
    if live.move is not None and live.move.round == number:
        return list(live.move.spans)
    return list(live.taken) if live.round == number and live.status.waits else []


def _same_appointment(one: Taken, two: Taken) -> bool:
    """Return whether both are of one appointment, or one is its patient's hold for moving it."""
    if one.appointment and two.appointment:
        return one.appointment == two.appointment
    return one.patient == two.patient


TestOneDoctor = OneDoctor.TestCase
TestOneDoctor.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
