# ruff: noqa: D102 - the name of a rule is its sentence
"""Whatever doctors, patients and timers say about visits, in any order, late or twice.

A visit always has exactly one standing doctor and time; a move ends in exactly one way; nothing
that comes by itself is refused; whoever waits for an answer has an alarm.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from actors.admin_router import messages as router
from actors.admin_router.messages import (
    MoveCause,
    MoveEnded,
    MoveHeld,
    MoveStarted,
    RequestRouted,
    RequestWithdrawn,
    VisitMoved,
)
from actors.admin_router.state.kept import Routing, Won
from actors.appointment import Status
from actors.caller import actor_caller
from actors.doctor import messages as doctor_room
from actors.ids import AppointmentId
from actors.patient import messages as patient
from actors.refusal import Refusal
from tests.rooms import ADMIN, DESK, doctor_at, patient_at, ref
from tests.unit.desk_support import Desk, claim, confirm, propose, visit

NAMES = ("pat", "lea", "zoe")
DOCTORS = ("ann", "bob")
HOUR = timedelta(hours=1)

people = st.sampled_from(NAMES)
doctors = st.sampled_from(DOCTORS)
back = st.integers(0, 2)
"""How many rounds ago the one is that an answer is about."""
hours = st.integers(-1, 80)


class Visits(RuleBasedStateMachine):
    """One router; two doctors and three patients who say anything at any time."""

    @initialize()
    def three_visits(self) -> None:
        self.desk = Desk(*DOCTORS)
        self.number = 0
        for index, name in enumerate(NAMES):
            self.desk.now += timedelta(minutes=1)
            visit(self.desk, name, DOCTORS[index % 2], 24 + 24 * index, earlier=index > 0)
        self.won = {name: self.found(name).won for name in NAMES}
        self.seen = len(self.desk.journal)

    def found(self, name: str) -> Routing:
        return self.desk.found(of(name))

    def rounds(self, name: str, ago: int) -> int:
        """Return the round that an answer is about: of the move, of the visit, or one before."""
        routing = self.found(name)
        highest = routing.move.round if routing.move else routing.round
        return max(highest - ago, 0)

    def start(self, name: str, after: int) -> Any:  # noqa: ANN401 - a time
        """Return the time that is on its way, or another one."""
        move = self.found(name).move
        return move.start if move and after % 2 == 0 else self.desk.now + after * HOUR

    # --- patients

    @rule(name=people, who=doctors, after=hours)
    def move_visit(self, name: str, who: str, after: int) -> None:
        self.number += 1
        start, told = self.desk.now + after * HOUR, self.ends_told(name)
        moving = router.MoveVisit(of(name), ref(who), start, self.number)
        [first, *_] = self.desk.by_patient(name, moving)
        began = isinstance(first, MoveStarted) or first.why == "lapsed"
        assert began or self.ends_told(name) == told + 1

    def ends_told(self, name: str) -> int:
        return len(self.desk.told(patient_at(name), patient.RecordMoveEnd))

    @rule(name=people, ago=back, after=hours)
    def choose(self, name: str, ago: int, after: int) -> None:
        number, start = self.rounds(name, ago), self.start(name, after)
        self.desk.by_patient(name, router.RecordChoice(of(name), number, start))

    @rule(name=people, ago=back)
    def refuse(self, name: str, ago: int) -> None:
        self.desk.by_patient(name, router.RecordRefusal(of(name), self.rounds(name, ago)))

    @rule(name=people, wanted=st.booleans())
    def set_earlier(self, name: str, *, wanted: bool) -> None:
        self.desk.by_patient(name, router.SetEarlier(of(name), wanted))

    @rule(name=people)
    def check_in(self, name: str) -> None:
        self.desk.by_patient(name, router.RecordCheckIn(of(name), self.desk.now))

    @rule(name=people)
    def wish(self, name: str) -> None:
        self.desk.by_patient(name, router.WishMove(of(name)))

    @rule(name=st.just("pat"))
    def withdraw(self, name: str) -> None:
        self.desk.by_patient(name, router.WithdrawRequest(of(name), ""))

    # --- doctors

    @rule(name=people, who=doctors, ago=back, after=hours)
    def claim_a_time(self, name: str, who: str, ago: int, after: int) -> None:
        number, start = self.rounds(name, ago), self.start(name, after)
        claim(self.desk, of(name), who, number, start)

    @rule(name=people, steps=st.integers(1, 3))
    def let_the_move_go_on(self, name: str, steps: int) -> None:
        """Let doctor and patient answer as in a clinic where nothing goes wrong."""
        for _ in range(steps):
            self.go_on(name)

    @rule(name=people, who=doctors, after=st.integers(1, 60))
    def move_without_trouble(self, name: str, who: str, after: int) -> None:
        self.move_visit(name, who, after)
        self.let_the_move_go_on(name, 2)

    @rule(name=people)
    def find_a_time_again(self, name: str) -> None:
        """Let one of those who are asked take a request that has lost its doctor."""
        routing = self.found(name)
        if routing.asked:
            who, number, start = routing.asked[0].id, routing.round, self.desk.now + 24 * HOUR
            claim(self.desk, of(name), who, number, start)
            confirm(self.desk, of(name), who, number, start)

    def go_on(self, name: str) -> None:
        move = self.found(name).move
        if move is None:
            return
        who, number, start = move.doctor.id, move.round, move.start
        if not move.held:
            claim(self.desk, of(name), who, number, start)
        elif not move.granted:
            self.desk.by_patient(name, router.RecordChoice(of(name), number, start))
        else:
            confirm(self.desk, of(name), who, number, start)

    @rule(name=people, who=doctors, ago=back, after=hours)
    def propose_times(self, name: str, who: str, ago: int, after: int) -> None:
        start = self.desk.now + after * HOUR
        propose(self.desk, of(name), who, self.rounds(name, ago), [start, start + HOUR])

    @rule(name=people, who=doctors, ago=back)
    def decline(self, name: str, who: str, ago: int) -> None:
        number = self.rounds(name, ago)
        self.desk.by_doctor(who, router.RecordDecline(of(name), number, ref(who).id, "time_taken"))

    @rule(name=people, who=doctors, ago=back, away=st.booleans())
    def give_back(self, name: str, who: str, ago: int, *, away: bool) -> None:
        number = self.rounds(name, ago)
        self.desk.by_doctor(who, router.ReturnRequest(of(name), number, ref(who).id, away))

    @rule(name=people, who=doctors, ago=back, status=st.sampled_from(Status))
    def progress(self, name: str, who: str, ago: int, status: Status) -> None:
        number = self.rounds(name, ago)
        self.desk.by_doctor(who, router.RecordProgress(of(name), number, ref(who).id, status))

    # --- staff and time

    @rule(name=people, who=doctors)
    def reassign(self, name: str, who: str) -> None:
        try:
            self.desk.tell(router.Reassign(of(name), ref(who)), ADMIN)
        except Refusal:
            return

    @rule(name=people, ago=back)
    def late_alarm(self, name: str, ago: int) -> None:
        due = router.MoveDue(of(name), self.rounds(name, ago))
        self.desk.tell(due, actor_caller(DESK))

    @rule(minutes=st.integers(1, 600))
    def wait(self, minutes: int) -> None:
        end = self.desk.now + timedelta(minutes=minutes)
        while due := [n for n, each in self.desk.alarms.items() if each.at <= end]:
            self.desk.ring(min(due, key=lambda name: self.desk.alarms[name].at))
        self.desk.now = end

    # --- what is always so

    @invariant()
    def a_visit_has_one_time_until_it_moves(self) -> None:
        """Nothing but a move, an end or a new routing changes who has it and when."""
        for happened in self.desk.journal[self.seen :]:
            name = str(happened.appointment).removeprefix("of-")
            match happened:
                case VisitMoved(doctor=who, start=start):
                    assert self.won[name] is not None
                    self.won[name] = Won(who, start, happened.end, happened.round)
                case RequestRouted():
                    self.won[name] = None
                case router.RequestClaimed(doctor=who, start=start):
                    self.won[name] = Won(who, start, happened.end, happened.round)
                case _:
                    pass
        self.seen = len(self.desk.journal)
        for name in NAMES:
            assert time_of(self.found(name).won) == time_of(self.won[name])

    @invariant()
    def a_move_on_its_way_has_an_alarm_unless_it_is_granted(self) -> None:
        for name in NAMES:
            routing, alarm = self.found(name), self.desk.alarms.get(f"move:{of(name)}")
            if routing.move is None:
                assert alarm is None
            elif not routing.move.granted:
                assert routing.status.stands
                assert alarm is not None
                assert alarm.command == router.MoveDue(of(name), routing.move.round)

    @invariant()
    def a_move_ends_once(self) -> None:
        begun: Counter[tuple[AppointmentId, int]] = Counter()
        for happened in self.desk.journal:
            match happened:
                case MoveStarted(appointment=appointment, round=number):
                    begun[appointment, number] += 1
                case MoveHeld(appointment=appointment, round=number, cause=MoveCause.PROPOSED):
                    begun[appointment, number] = 1
                case VisitMoved(appointment=appointment, round=number):
                    begun[appointment, number] -= 1
                case MoveEnded(appointment=appointment, round=number) if number:
                    begun[appointment, number] -= 1
                case (
                    RequestRouted(appointment=appointment)
                    | RequestWithdrawn(appointment=appointment)
                ):
                    left = [key for key in begun if key[0] == appointment]
                    assert all(begun[key] == 0 for key in left)
                case _:
                    pass
        on_their_way = {(of(name), move.round) for name in NAMES if (move := self.found(name).move)}
        assert {key for key, count in begun.items() if count} == on_their_way
        assert set(begun.values()) <= {0, 1}

    @invariant()
    def a_doctor_who_claims_in_vain_is_told_to_let_go(self) -> None:
        for who in DOCTORS:
            closed = {
                (each.appointment, each.round)
                for each in self.desk.told(doctor_at(who), doctor_room.CloseOffer)
            }
            for happened in self.desk.journal:
                if isinstance(happened, router.ClaimDenied) and happened.doctor == who:
                    assert (happened.appointment, happened.round) in closed

    def teardown(self) -> None:
        """Hold that all of it comes back from the journal."""
        for kind in {type(each).__name__ for each in self.desk.journal}:
            event(kind)
        self.desk.check_replay()


def of(name: str) -> AppointmentId:
    return AppointmentId(f"of-{name}")


def time_of(won: Won | None) -> Any:  # noqa: ANN401 - what tells one time from another
    return won and (won.doctor.id, won.start, won.round)


TestVisits = Visits.TestCase
TestVisits.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
