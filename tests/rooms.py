"""A clinic on paper: the rooms' pure functions, a lane for each pair of actors, and no runtime.

A lane keeps its order; which lane goes next is the test's choice. `copy` is cheap, so a test can
try every choice (see `every_ending`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from actors.accounts import messages as accounts
from actors.address import Address
from actors.admin_router import messages as router
from actors.admin_router.actor import ROOM as ROUTER
from actors.appointment import DoctorRef, Picked, Urgency, Window
from actors.asked import Asked
from actors.caller import Caller, Role, actor_caller
from actors.doctor import messages as doctor
from actors.doctor.actor import ROOM as DOCTOR
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import (
    AccountKey,
    AppointmentId,
    CategoryId,
    DepartmentId,
    DoctorId,
    GroupId,
    MessageId,
    PatientId,
    VisitTypeId,
)
from actors.patient import messages as patient
from actors.patient.actor import ROOM as PATIENT
from actors.refusal import Refusal
from actors.runtime.room import Room
from actors.visit_type import Asking, VisitType

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday morning, far from any change of clocks."""
DEPARTMENT = DepartmentId("clinic")
CATEGORY = CategoryId("heart")
GROUP = GroupId("hearts")
ADMIN = Caller("admin", Role.ADMIN)
OPERATOR = Caller("operator", Role.OPERATOR)
ACCOUNT = actor_caller(accounts.address_of(AccountKey("of-somebody")))
DESK = router.address_of(DEPARTMENT)

SHOWN = VisitType(VisitTypeId("shown"), "Shown", 20, asking=Asking.TIMES, most_per_day=50)
QUICK = VisitType(VisitTypeId("quick"), "Quick", 15, asking=Asking.DIRECT, most_per_day=50)
PLAIN = VisitType(VisitTypeId("plain"), "Visit", most_per_day=50)

Lane = tuple[Address, Address]


class Letter(NamedTuple):
    """A durable send on its way."""

    id: str
    command: Any


class Alarm(NamedTuple):
    """A wake-up that is set."""

    at: datetime
    command: Any


class Clinic:
    """Actors with their states and journals, lanes with letters, alarms, and a clock."""

    def __init__(self, rooms: Sequence[Room[Any]] = (PATIENT, DOCTOR, ROUTER)) -> None:
        self.rooms = {room.kind: room for room in rooms}
        self.now = self.latest = MONDAY
        self.count = 0
        self.states: dict[Address, Any] = {}
        self.journals: dict[Address, tuple[Any, ...]] = {}
        self.lanes: dict[Lane, tuple[Letter, ...]] = {}
        self.alarms: dict[tuple[Address, str], Alarm] = {}
        self.refused: tuple[tuple[Any, Refusal], ...] = ()
        """Durable sends and alarms that a room refused: there must never be one."""

    def copy(self) -> "Clinic":
        """Return a clinic that goes its own way from here."""
        other = Clinic(())
        other.__dict__.update(self.__dict__)
        other.states, other.journals = dict(self.states), dict(self.journals)
        other.lanes, other.alarms = dict(self.lanes), dict(self.alarms)
        return other

    def state(self, address: Address) -> Any:  # noqa: ANN401 - each room has its own
        """Return the state of the actor at *address*."""
        return self.states.get(address) or self.rooms[address.kind].born(address.key)

    def journal(self, address: Address) -> tuple[Any, ...]:
        """Return every event of the actor at *address*."""
        return self.journals.get(address, ())

    def ask(self, to: Address, query: msgspec.Struct, caller: Caller) -> Any:  # noqa: ANN401
        """Return the view that answers *query*."""
        asked = Asked(caller, self.now, MessageId("query"))
        return self.rooms[to.kind].answer(self.state(to), query, asked)

    def tell(self, to: Address, command: msgspec.Struct, caller: Caller) -> Sequence[Any]:
        """Return the events of *command*; what they send waits in the lanes."""
        self.count += 1
        return self._give(to, command, caller, f"m{self.count}")

    def _give(self, to: Address, command: Any, caller: Caller, name: str) -> Sequence[Any]:  # noqa: ANN401
        room, state = self.rooms[to.kind], self.state(to)
        self.latest = max(self.latest, self.now)
        events = list(room.decide(state, command, Asked(caller, self.now, MessageId(name))))
        for event in events:
            state = room.evolve(state, event)
        self.states[to] = state
        self.journals[to] = (*self.journal(to), *events)
        effects = [effect for event in events for effect in room.react(event, to)]
        for number, effect in enumerate(effects):
            self._follow(effect, to, f"{name}.{number}")
        return events

    def _follow(self, effect: Effect, me: Address, name: str) -> None:
        match effect:
            case Send(to, command) if to.kind in self.rooms:
                waiting = self.lanes.get((me, to), ())
                self.lanes[me, to] = (*waiting, Letter(name, command))
            case Send():
                pass
            case Wake(called, at, command):
                self.alarms[me, called] = Alarm(at, command)
            case Unwake(called):
                self.alarms.pop((me, called), None)

    def busy_lanes(self) -> list[Lane]:
        """Return the lanes in which a letter waits."""
        return sorted(self.lanes)

    def deliver(self, lane: Lane) -> None:
        """Deliver the first letter of *lane*."""
        letter, *rest = self.lanes.pop(lane)
        if rest:
            self.lanes[lane] = tuple(rest)
        self._deliver(lane[1], letter.command, lane[0], letter.id)

    def _deliver(self, to: Address, command: Any, sender: Address, name: str) -> None:  # noqa: ANN401
        try:
            self._give(to, command, actor_caller(sender), name)
        except Refusal as refusal:
            self.refused = (*self.refused, (command, refusal))

    def due(self) -> list[tuple[Address, str]]:
        """Return the alarms that are due, the earliest first."""
        due = [key for key, alarm in self.alarms.items() if alarm.at <= self.now]
        return sorted(due, key=lambda key: (self.alarms[key].at, key))

    def ring(self, alarm: tuple[Address, str]) -> None:
        """Let *alarm* go off."""
        self.count += 1
        self._deliver(alarm[0], self.alarms.pop(alarm).command, alarm[0], f"t{self.count}")

    def alarm_times(self) -> dict[tuple[Address, str], datetime]:
        """Return when each wake-up is due."""
        return {key: alarm.at for key, alarm in self.alarms.items()}

    def settle(self) -> None:
        """Deliver everything that waits, until nothing does."""
        while lanes := self.busy_lanes():
            self.deliver(lanes[0])

    def wait(self, time: timedelta) -> None:
        """Let *time* pass; whatever is due on the way goes off and settles."""
        end = self.now + time
        while alarms := sorted((each.at, key) for key, each in self.alarms.items()):
            at, key = alarms[0]
            if at > end:
                break
            self.now = max(self.now, at)
            self.ring(key)
            self.settle()
        self.now = end

    def check_journals(self) -> None:
        """Hold that states come back from their journals, and both from their encoding."""
        for address, state in self.states.items():
            room = self.rooms[address.kind]
            replayed = room.born(address.key)
            for event in self.journal(address):
                encoded = msgspec.msgpack.encode(event)
                replayed = room.evolve(replayed, msgspec.msgpack.decode(encoded, type=room.event))
            assert replayed == state
            assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=room.state) == state

    def fingerprint(self) -> bytes:
        """Return what tells this clinic from one where other things may still happen."""
        lanes = [
            (*lane, [each.command for each in self.lanes[lane]]) for lane in sorted(self.lanes)
        ]
        states = [(address, self.states[address]) for address in sorted(self.states)]
        alarms = [(*key, self.alarms[key]) for key in sorted(self.alarms)]
        return msgspec.msgpack.encode((states, lanes, alarms, self.now))


Move = Callable[[Clinic], object]


def every_ending(clinic: Clinic, moves: Sequence[Move]) -> Iterator[Clinic]:
    """Return every way in which *clinic* can come to rest, with each of *moves* done at any time.

    A move that is refused was made by a person who is told so; it changes nothing.
    """
    seen: set[tuple[bytes, frozenset[int]]] = set()
    todo = [(clinic, frozenset(range(len(moves))))]
    while todo:
        here, left = todo.pop()
        mark = (here.fingerprint(), left)
        if mark in seen:
            continue
        seen.add(mark)
        lanes = here.busy_lanes()
        if not lanes and not left:
            yield here
        for lane in lanes:
            delivered = here.copy()
            delivered.deliver(lane)
            todo.append((delivered, left))
        todo.extend((_moved(here, moves[move]), left - {move}) for move in left)


def _moved(clinic: Clinic, move: Move) -> Clinic:
    moved = clinic.copy()
    try:
        move(moved)
    except Refusal:
        return moved
    return moved


# --- people --------------------------------------------------------------------------------------


def as_patient(name: str) -> Caller:
    """Return the patient *name* as a caller."""
    return Caller(name, Role.PATIENT)


def as_doctor(name: str) -> Caller:
    """Return the doctor *name* as a caller."""
    return Caller(name, Role.DOCTOR)


def patient_at(name: str) -> Address:
    """Return where the patient *name* is reached."""
    return patient.address_of(PatientId(name))


def doctor_at(name: str) -> Address:
    """Return where the doctor *name* is reached."""
    return doctor.address_of(DoctorId(name))


def ref(name: str) -> DoctorRef:
    """Return the doctor *name* as others call them."""
    return DoctorRef(DoctorId(name), f"Dr {name}")


def small_clinic(*doctors: str, patients: Sequence[str] = ("pat",)) -> Clinic:
    """Return a department whose category goes to a group of *doctors*, and *patients*."""
    clinic = Clinic()
    clinic.tell(DESK, router.OpenDepartment("Clinic"), ADMIN)
    members = tuple(ref(name) for name in doctors)
    for visit in (PLAIN, SHOWN, QUICK):
        clinic.tell(DESK, router.SetVisitType(visit), ADMIN)
    clinic.tell(DESK, router.SetGroup(router.Group(GROUP, "Hearts", members)), ADMIN)
    clinic.tell(DESK, router.SetCategory(router.Category(CATEGORY, "Heart", GROUP)), ADMIN)
    for name in doctors:
        clinic.tell(doctor_at(name), doctor.OpenPractice(f"Dr {name}", "Europe/Berlin"), ACCOUNT)
    for name in patients:
        clinic.tell(
            patient_at(name), patient.RegisterPatient(name.title(), "Europe/Paris"), ACCOUNT
        )
    clinic.settle()
    return clinic


def request(
    clinic: Clinic,
    name: str = "pat",
    *,
    category: str = CATEGORY,
    urgency: Urgency = Urgency.ROUTINE,
    windows: tuple[Window, ...] = (),
    visit: VisitType = PLAIN,
    picked: Picked | None = None,
    earlier: bool = False,
) -> AppointmentId:
    """Let the patient *name* ask to be seen; return the appointment's id."""
    wish = patient.RequestAppointment(
        department=DEPARTMENT,
        category=CategoryId(category),
        category_name=category.title(),
        reason="My heart beats fast.",
        urgency=urgency,
        windows=windows,
        visit=visit,
        picked=picked,
        earlier=earlier,
    )
    [requested] = clinic.tell(patient_at(name), wish, as_patient(name))
    appointment: AppointmentId = requested.appointment
    return appointment


def accept(
    clinic: Clinic, name: str, appointment: AppointmentId, start: datetime | None = None
) -> None:
    """Let the doctor *name* accept."""
    clinic.tell(doctor_at(name), doctor.AcceptRequest(appointment, start), as_doctor(name))


def decline(clinic: Clinic, name: str, appointment: AppointmentId) -> None:
    """Let the doctor *name* decline."""
    command = doctor.DeclineRequest(appointment, "Not my field.")
    clinic.tell(doctor_at(name), command, as_doctor(name))


def withdraw(clinic: Clinic, name: str, appointment: AppointmentId) -> None:
    """Let the patient *name* withdraw."""
    command = patient.WithdrawRequest(appointment, "I am well again.")
    clinic.tell(patient_at(name), command, as_patient(name))


def suspend(clinic: Clinic, name: str) -> None:
    """Let the doctor *name* be disabled."""
    clinic.tell(doctor_at(name), doctor.SuspendPractice(), ACCOUNT)
