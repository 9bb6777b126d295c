"""Own and department's commands in any order: a patient's appointment against a small model."""

# ruff: noqa: D102 - the name of a rule is its sentence

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from actors.appointment import Stage, Status
from actors.patient import messages as patient
from actors.refusal import Refusal
from tests.unit.patient_support import (
    CLINICS,
    HOUR,
    MINUTE,
    NOON,
    WISH,
    Person,
    confirmation,
    moved,
    offer,
    routing,
)

LENGTH, CUTOFF, AHEAD = 20 * MINUTE, 2 * HOUR, 30 * MINUTE
MANY = replace(WISH, visit=replace(WISH.visit, most_per_day=1000))
HOURS = st.sampled_from([-1, 0, 1, 2, 3, 6, 25, 60])
SELDOM = st.sampled_from([False, False, False, True])
NUMBERS = st.integers(0, 2)


@dataclass
class Model:
    """What one appointment should be."""

    status: Status = Status.REQUESTED
    start: datetime | None = None
    number: int = 0
    choices: tuple[datetime, ...] = ()
    until: datetime = NOON
    earlier_offer: bool = False
    chosen: datetime | None = None
    moving_to: datetime | None = None
    moves: int = 0
    wished: bool = False
    arrived: datetime | None = None
    alarms: dict[int, datetime] = field(default_factory=dict)

    def place(self, start: datetime, minutes: tuple[int, ...], now: datetime) -> None:
        """Stand at *start*, with the reminders that are still ahead."""
        self.start, self.choices, self.chosen, self.wished = start, (), None, False
        dues = {each: start - each * MINUTE for each in minutes}
        self.alarms = {each: due for each, due in dues.items() if due > now}

    def end(self, status: Status) -> None:
        """Be in *status*, with no time (any more) and nothing on its way."""
        self.status, self.choices, self.chosen, self.moving_to = status, (), None, None
        self.wished, self.alarms = False, {}

    def changeable(self, now: datetime) -> bool:
        """Return whether the patient may move or cancel the visit alone."""
        if self.start is None or self.status not in {Status.CONFIRMED, Status.WAITING}:
            return False
        return now < self.start - CUTOFF

    def movable(self, now: datetime) -> bool:
        """Return whether the patient may ask for another time."""
        busy = self.moving_to or self.chosen or (self.choices and not self.earlier_offer)
        return self.changeable(now) and self.status is Status.CONFIRMED and not busy

    def choosable(self, now: datetime) -> bool:
        """Return whether the patient may take or refuse what is held."""
        return bool(self.choices) and self.chosen is None and now < self.until


class Appointments(RuleBasedStateMachine):
    """One patient, one appointment at a time, and whatever anybody says about it."""

    def __init__(self) -> None:
        super().__init__()
        self.pat = Person()
        self.minutes: tuple[int, ...] = CLINICS
        self.id, self.model = self.pat.asks(MANY), Model()

    @property
    def open(self) -> bool:
        return not self.model.status.final

    def at(self, hours: int) -> datetime:
        return self.pat.now + hours * HOUR

    def does(self, command: patient.OwnCommand, *, allowed: bool) -> list[Any]:
        """Return the events; hold that the patient is refused just when the model says so."""
        refused = ""
        events: list[Any] = []
        try:
            events = self.pat.does(command)
        except Refusal as refusal:
            refused = refusal.code
        assert bool(events) <= allowed, command
        assert not (allowed and refused), refused
        return events

    # --- the department's ------------------------------------------------------------------------

    @rule(
        why=st.sampled_from(["first", "deadline", "returned", "away", "lapsed", "refused"]),
        now=SELDOM,
    )
    def is_routed(self, why: str, now: bool) -> None:
        if self.model.status.stands and not now:
            return
        self.pat.hears(routing(self.id, why, Stage.GROUP))
        if self.open:
            self.model.end(Status.ROUTED)
            self.model.start = self.model.arrived = None

    @rule(hours=st.lists(HOURS, min_size=1, max_size=3, unique=True), number=NUMBERS)
    def is_offered_times(self, hours: list[int], number: int) -> None:
        starts, until = [self.at(each) for each in hours], self.at(12)
        events = self.pat.hears(
            offer(self.id, *starts, number=number, until=until, earlier=number == 2)
        )
        assert bool(events) <= self.open
        if events:
            self.model.number, self.model.choices = number, tuple(sorted(starts))
            self.model.until, self.model.chosen = until, None
            self.model.earlier_offer = number == 2
            self.model.wished = self.model.wished and number == 2
            if self.model.status.open:
                self.model.status = Status.OFFERED

    @rule(number=NUMBERS, why=st.sampled_from(["lapsed", "time_taken"]))
    def has_offer_closed(self, number: int, why: str) -> None:
        self.pat.hears(patient.CloseChoices(self.id, number, why))
        if self.model.choices and number == self.model.number:
            self.model.choices, self.model.chosen = (), None
            if self.model.status is Status.OFFERED:
                self.model.status = Status.ROUTED

    @rule(hours=HOURS)
    def is_confirmed(self, hours: int) -> None:
        events = self.pat.hears(confirmation(self.id, self.at(hours)))
        if events:
            self.model.place(self.at(hours), self.minutes, self.pat.now)
            self.model.status, self.model.moving_to = Status.CONFIRMED, None
            self.model.arrived = None
        else:
            assert not self.open or self.model.start == self.at(hours)

    @rule(hours=HOURS, number=st.integers(0, 4))
    def is_moved(self, hours: int, number: int) -> None:
        events = self.pat.hears(moved(self.id, self.at(hours), number=number))
        assert bool(events) == self.model.status.stands
        if events:
            self.model.place(self.at(hours), self.minutes, self.pat.now)
            if number == self.model.moves:
                self.model.moving_to = None
            arrived = self.model.arrived
            if arrived is not None and arrived < self.at(hours) - AHEAD:
                self.model.status, self.model.arrived = Status.CONFIRMED, None

    @rule(number=st.integers(0, 4))
    def hears_that_it_stays(self, number: int) -> None:
        self.pat.hears(patient.RecordMoveEnd(self.id, "time_taken", number))
        if not self.model.status.stands:
            return
        if number == 0:
            self.model.choices, self.model.chosen = (), None
        elif number == self.model.moves:
            self.model.moving_to = None

    @rule(status=st.sampled_from([Status.IN_CALL, Status.FULFILLED, Status.NOSHOW]), now=SELDOM)
    def makes_progress(self, status: Status, now: bool) -> None:
        if not now:
            return
        events = self.pat.hears(patient.RecordProgress(self.id, status))
        assert bool(events) == (self.model.status.stands and status is not self.model.status)
        if events:
            self.model.end(status)

    @rule(declined=st.booleans(), now=SELDOM)
    def ends_by_the_clinic(self, declined: bool, now: bool) -> None:
        if not now:
            return
        command = (
            patient.DeclineAppointment(self.id, "No.")
            if declined
            else patient.ExpireAppointment(self.id)
        )
        events = self.pat.hears(command)
        assert bool(events) == self.open
        if events:
            self.model.end(Status.DECLINED if declined else Status.EXPIRED)
        if events and not declined:
            self.model.start = None

    # --- the patient's ---------------------------------------------------------------------------

    @rule(which=st.integers(0, 3), hours=HOURS)
    def takes_a_time(self, which: int, hours: int) -> None:
        held = self.model.choices
        start = held[which] if which < len(held) else self.at(hours)
        allowed = self.model.choosable(self.pat.now) and start in held and start > self.pat.now
        if self.does(patient.TakeTime(self.id, start), allowed=allowed):
            self.model.chosen = start

    @rule()
    def refuses_times(self) -> None:
        allowed = self.model.choosable(self.pat.now)
        if self.does(patient.RefuseTimes(self.id), allowed=allowed):
            self.model.choices = ()
            if self.model.status is Status.OFFERED:
                self.model.status = Status.ROUTED

    @rule(hours=HOURS)
    def moves(self, hours: int) -> None:
        start = self.at(hours)
        allowed = self.model.movable(self.pat.now) and start not in {self.model.start, None}
        command = patient.MoveAppointment(self.id, start)
        if self.does(command, allowed=allowed and start > self.pat.now):
            self.model.moving_to, self.model.choices = start, ()
            self.model.moves += 1

    @rule()
    def wishes_for_another_time(self) -> None:
        allowed = self.model.movable(self.pat.now) and not self.model.wished
        if self.does(patient.WishMove(self.id), allowed=allowed):
            self.model.wished = True

    @rule()
    def checks_in(self) -> None:
        start, now = self.model.start, self.pat.now
        near = start is not None and start - AHEAD <= now < start + LENGTH
        allowed = near and self.model.status is Status.CONFIRMED
        if self.does(patient.CheckIn(self.id), allowed=allowed):
            self.model.status, self.model.arrived = Status.WAITING, now

    @rule()
    def withdraws(self) -> None:
        allowed = self.model.status.open or self.model.changeable(self.pat.now)
        if self.does(patient.WithdrawRequest(self.id), allowed=allowed):
            self.model.end(Status.CANCELLED)

    @rule(own=st.sampled_from([None, (), (30,), (1440, 300, 30)]))
    def chooses_reminders(self, own: tuple[int, ...] | None) -> None:
        facts = patient.Facts(reminder_minutes=own)
        self.pat.does(patient.ChangeProfile("Pat", "Europe/Paris", facts))
        self.minutes = CLINICS if own is None else own
        start, before = self.model.start, self.model.alarms
        going_on = self.model.status in {Status.CONFIRMED, Status.WAITING}
        if start is not None and start > self.pat.now and going_on:
            dues = {each: start - each * MINUTE for each in self.minutes}
            ahead = {each: due for each, due in dues.items() if due > self.pat.now}
            self.model.alarms = {each: dues[each] for each in dues if each in {*before, *ahead}}

    @precondition(lambda self: not self.open)
    @rule(hours=HOURS)
    def asks_again_and_has_a_visit(self, hours: int) -> None:
        self.id, self.model = self.pat.asks(MANY), Model()
        self.is_confirmed(hours)

    # --- time ------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 15, 45, 6 * 60, 30 * 60]))
    def waits(self, minutes: int) -> None:
        self.pat.now += minutes * MINUTE

    @rule(which=st.integers(0, 9))
    def is_rung(self, which: int) -> None:
        due = [name for name, each in self.pat.alarms.items() if each.at <= self.pat.now]
        if not due:
            return
        name = due[which % len(due)]
        [event] = self.pat.ring(name)
        assert self.model.start is not None
        assert isinstance(event, patient.ReminderSkipped) or self.pat.now < self.model.start
        del self.model.alarms[event.minutes]

    # --- what must hold --------------------------------------------------------------------------

    @invariant()
    def the_view_is_as_the_model(self) -> None:
        view, model = self.pat.view(self.id), self.model
        assert (view.status, view.start) == (model.status, model.start)
        held = () if view.choices is None else tuple(each.start for each in view.choices.spans)
        assert (held, view.chosen) == (model.choices, model.chosen)
        assert (view.moving_to, view.wished) == (model.moving_to, model.wished)

    @invariant()
    def alarms_are_the_reminders_to_come(self) -> None:
        self.pat.check()
        ours = {each.name: each.at for each in self.pat.alarms.values()}
        wanted = {f"remind:{self.id}:{each}": due for each, due in self.model.alarms.items()}
        assert ours == wanted


Appointments.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestAppointments = Appointments.TestCase
