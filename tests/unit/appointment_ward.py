"""A clinic in which one thing happens to one appointment at a time, with trouble on the way.

What it holds while letters are on their way: a visit that moves keeps its doctor and its time until
the new ones are sure.
"""

# ruff: noqa: D102 - the name of a check is its sentence

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.appointment import Picked, Span, Status, Window
from actors.doctor import messages as doctor
from actors.ids import AppointmentId
from actors.refusal import Refusal
from tests.agreement import CAME_TO_A_TIME, STANDS, check_at_rest, check_closings
from tests.rooms import (
    ADMIN,
    DESK,
    PLAIN,
    QUICK,
    SHOWN,
    Clinic,
    as_doctor,
    doctor_at,
    patient_at,
    ref,
    request,
    small_clinic,
    suspend,
    withdraw,
)
from tests.unit.appointment_model import ALWAYS, CUTOFF, HOUR, LENGTH, Model, Time

DOCTORS = ("ann", "bob")
PAT = patient_at("pat")
KINDS = [replace(each, minutes=20, cutoff_minutes=120) for each in (PLAIN, SHOWN, QUICK)]
ASKED, PICKS, BOOKS = KINDS

doctors = st.sampled_from(DOCTORS)
hours = st.integers(1, 12)
posts = st.lists(st.integers(0, 5), min_size=8, max_size=8)
"""Which lane goes next, again and again."""


class Trouble(NamedTuple):
    """What goes wrong after so many letters: `suspended`, `taken`, `withdrawn` or `ringing`."""

    kind: str
    who: str
    after: int


troubles = st.none() | st.builds(
    Trouble,
    st.sampled_from(["suspended", "taken", "withdrawn", "ringing"]),
    doctors,
    st.integers(0, 4),
)


class Ward(RuleBasedStateMachine):
    """A patient who asks for one appointment after another, two doctors, another patient."""

    @initialize()
    def a_clinic(self) -> None:
        self.clinic = small_clinic(*DOCTORS, patients=("pat", "quin"))
        for kind in KINDS:
            self.clinic.tell(DESK, router.SetVisitType(kind), ADMIN)
        for name in DOCTORS:
            hours = doctor.Hours("UTC", ALWAYS, 20, 0, 0)
            self.clinic.tell(doctor_at(name), doctor.SetHours(hours), as_doctor(name))
        self.clinic.settle()
        self.id, self.model = AppointmentId("none"), Model(status=Status.CANCELLED)
        self.suspended: set[str] = set()
        self.told: tuple[int, Time | None] = (0, None)
        self.until: datetime | None = None
        self.asked_until: datetime | None = None

    # --- one step ------------------------------------------------------------------------------

    def happens(
        self,
        act: Callable[[Clinic], object],
        after: Model,
        *,
        allowed: bool = True,
        trouble: Trouble | None = None,
        post: list[int] | None = None,
    ) -> None:
        """Let *act* happen, and hold that it ends as *after*, or as the *trouble* allows."""
        before = self.model
        assert self._does(act) == allowed, (before, after)
        after = after if allowed else before
        crossed = self._deliver(before, after, trouble, post or [0])
        self.model = self.seen()
        if trouble is None or not crossed:
            assert self.is_as(after), (before, after, self.model)
        else:
            event(f"{trouble.kind}: {before.status} to {self.model.status}")
            self._check_crossed(before, after, trouble)

    def _does(self, act: Callable[[Clinic], object]) -> bool:
        """Let *act* happen; return False if it is refused."""
        try:
            act(self.clinic)
        except Refusal as refusal:
            event(f"refused: {refusal.code}")
            return False
        return True

    def is_as(self, after: Model) -> bool:
        """Return whether it is as it should be: a request whose windows are over may be, too."""
        over = self.asked_until is not None and self.asked_until <= self.clinic.now
        expired = over and self.model.status is Status.EXPIRED and after.status is Status.ROUTED
        return expired or self.model == after

    def _deliver(
        self, before: Model, after: Model, trouble: Trouble | None, post: list[int]
    ) -> bool:
        """Deliver all letters, with the trouble on the way; return whether there was any."""
        crossed, count = False, 0
        while (lanes := self.clinic.busy_lanes()) or (trouble and not crossed):
            if trouble is not None and not crossed and (count >= trouble.after or not lanes):
                crossed = True
                self._trouble(trouble, before, after)
            elif lanes:
                self.clinic.deliver(lanes[post[count % len(post)] % len(lanes)])
                count += 1
            self._check_on_the_way(before, after, trouble if crossed else None)
        return crossed

    def _trouble(self, trouble: Trouble, before: Model, after: Model) -> None:
        match trouble.kind:
            case "suspended":
                suspend(self.clinic, trouble.who)
                self.suspended.add(trouble.who)
            case "taken":
                wanted = after.time or before.time
                self.another_books(trouble.who, self.clinic.now + HOUR if not wanted else wanted[1])
            case "withdrawn":
                self._does(lambda clinic: withdraw(clinic, "pat", self.id))
            case _:
                self._rings()

    def _rings(self) -> None:
        """Let the alarm of the appointment go off before its time, as if letters were slow."""
        for name in ("answer", "move"):
            alarm = (DESK, f"{name}:{self.id}")
            if alarm in self.clinic.alarms:
                self.clinic.ring(alarm)

    def another_books(self, who: str, start: datetime) -> None:
        window = (Window(start, start + LENGTH),)
        picked = Picked(ref(who), start)
        self._does(
            lambda clinic: request(clinic, "quin", visit=BOOKS, windows=window, picked=picked)
        )

    # --- what is held --------------------------------------------------------------------------

    def standing(self) -> set[Time]:
        """Return each doctor's time that the appointment has now."""
        return {
            (name, live.span.start)
            for name in DOCTORS
            if (live := self.clinic.state(doctor_at(name)).live.get(self.id))
            and live.span
            and live.status in STANDS
        }

    def _check_on_the_way(self, before: Model, after: Model, trouble: Trouble | None) -> None:
        """Hold that the old time stands until the new one does."""
        ends = {"withdrawn", "suspended"}
        if not (before.stands and after.stands) or (trouble and trouble.kind in ends):
            return
        now, old = self.standing(), before.time
        assert old in now or now == {after.time}, (now, old, after.time)
        view = self.clinic.state(PAT).appointments[self.id]
        won = self.clinic.state(DESK).get(self.id).won
        for time in ((view.doctor.id, view.start), (won.doctor.id, won.start)):
            assert time == old or (time == after.time and time in now)

    def _check_crossed(self, before: Model, after: Model, trouble: Trouble) -> None:
        """Hold that it ended as one of both went, or was lost as the trouble has it."""
        found = self.model
        times = {before.time, after.time}
        match trouble.kind:
            case "withdrawn":
                possible = found.status is Status.CANCELLED or found.time in times
            case "suspended":
                involved = {time[0] for time in (before.time, after.time) if time}
                involved |= {before.offering, after.offering}
                lost = found.status is Status.ROUTED and trouble.who in involved
                possible = lost or found.time in times
            case _:
                possible = found.time in times
        assert possible, (before, after, found)
        if before.stands and trouble.kind in {"taken", "ringing"}:
            assert found.stands or after.status is not before.status, (before, after, found)

    @invariant()
    def all_agree_at_rest(self) -> None:
        clinic = self.clinic
        assert not clinic.refused
        check_at_rest(clinic.states, clinic.alarm_times(), clinic.latest)
        if self.model.stands:
            assert self.standing() == {self.model.time}
            assert self.model.time is not None
            who, start = self.model.time
            begun = start <= clinic.now or self.model.status is Status.IN_CALL
            assert begun or who not in self.suspended
        else:
            over = self.model.status in {Status.FULFILLED, Status.NOSHOW}
            assert over or self.standing() == set()

    @invariant()
    def calendars_are_told_of_every_change(self) -> None:
        view = self.clinic.state(PAT).appointments.get(self.id)
        if view is None:
            return
        (sequence, time), now = self.told, self.model.time
        assert view.sequence >= sequence
        assert now == time or view.sequence > sequence or not (now and time)
        self.told = (view.sequence, now or time)

    def seen(self) -> Model:
        """Return the model of what the patient sees."""
        view = self.clinic.state(PAT).appointments[self.id]
        choices, came = view.choices, view.status in CAME_TO_A_TIME
        self.until = choices.until if choices else None
        return Model(
            view.status,
            (view.doctor.id, view.start) if came and view.doctor and view.start else None,
            tuple(each.start for each in choices.spans) if choices else (),
            choices.doctor.id if choices else "",
        )

    @property
    def may_choose(self) -> bool:
        """Whether times are held for the patient, and still are."""
        return self.until is not None and self.clinic.now < self.until

    def is_free(self, who: str, start: datetime) -> bool:
        """Return whether nobody else has that time of the doctor, and the doctor receives."""
        state = self.clinic.state(doctor_at(who))
        wanted = Span(start, start + LENGTH)
        others = [span for key, live in state.live.items() if key != self.id for span in live.taken]
        clash = any(each.start < wanted.end and wanted.start < each.end for each in others)
        return who not in self.suspended and not clash

    def at(self, hours: int) -> datetime:
        hour = self.clinic.now.replace(minute=0, second=0)
        return hour + hours * HOUR

    @property
    def can_change(self) -> bool:
        """Whether the patient may still cancel or move the visit alone."""
        model = self.model
        if model.time is None or model.status not in {Status.CONFIRMED, Status.WAITING}:
            return False
        return self.clinic.now < model.time[1] - CUTOFF

    def teardown(self) -> None:
        """Hold that nothing is closed twice, and all comes back from the journals."""
        if hasattr(self, "clinic"):
            check_closings(self.clinic.journals)
            self.clinic.check_journals()
