"""One department's router on paper, with two doctors and whoever comes, for the tests of visits."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from actors.address import Address
from actors.admin_router import messages as router
from actors.admin_router.actor import ROOM
from actors.admin_router.state.kept import Routing, born
from actors.appointment import PatientRef, Request, Span, Status, Urgency
from actors.asked import Asked
from actors.caller import Caller, actor_caller
from actors.effects import Send, Unwake, Wake
from actors.ids import AppointmentId, MessageId, PatientId
from tests.rooms import (
    ADMIN,
    CATEGORY,
    DEPARTMENT,
    DESK,
    GROUP,
    MONDAY,
    doctor_at,
    patient_at,
    ref,
)

TWENTY = timedelta(minutes=20)
T = TypeVar("T")


class Desk:
    """The router's state and journal, what it has sent, its alarms, and a clock."""

    def __init__(self, *doctors: str) -> None:
        self.now = MONDAY
        self.state = born(DEPARTMENT)
        self.journal: list[Any] = []
        self.sent: list[Send] = []
        self.alarms: dict[str, Wake] = {}
        self.count = 0
        members = tuple(ref(name) for name in doctors or ("ann", "bob"))
        self.tell(router.OpenDepartment("Clinic"), ADMIN)
        self.tell(router.SetGroup(router.Group(GROUP, "Hearts", members)), ADMIN)
        self.tell(router.SetCategory(router.Category(CATEGORY, "Heart", GROUP)), ADMIN)

    def tell(self, command: router.Command, caller: Caller) -> list[Any]:
        """Return the events of *command*; what they send and wake up for is noted."""
        self.count += 1
        asked = Asked(caller, self.now, MessageId(f"m{self.count}"))
        events = list(ROOM.decide(self.state, command, asked))
        for event in events:
            self.state = ROOM.evolve(self.state, event)
            self.journal.append(event)
            for effect in ROOM.react(event, DESK):
                match effect:
                    case Send():
                        self.sent.append(effect)
                    case Wake(name):
                        self.alarms[name] = effect
                    case Unwake(name):
                        self.alarms.pop(name, None)
        return events

    def by_doctor(self, name: str, command: router.Command) -> list[Any]:
        """Let the doctor *name*'s actor say *command*."""
        return self.tell(command, actor_caller(doctor_at(name)))

    def by_patient(self, name: str, command: router.Command) -> list[Any]:
        """Let the patient *name*'s actor say *command*."""
        return self.tell(command, actor_caller(patient_at(name)))

    def ring(self, name: str) -> list[Any]:
        """Let the alarm *name* go off at its time."""
        alarm = self.alarms.pop(name)
        self.now = max(self.now, alarm.at)
        return self.tell(alarm.command, actor_caller(DESK))  # type: ignore[arg-type]

    def found(self, appointment: AppointmentId) -> Routing:
        """Return how far the request came."""
        return self.state.get(appointment)

    def told(self, to: Address, kind: type[T]) -> list[T]:
        """Return what of that kind was sent to the actor at *to*."""
        return [e.command for e in self.sent if e.to == to and isinstance(e.command, kind)]

    def check_replay(self) -> None:
        """Hold that the state comes back from its journal, and both from their encoding."""
        replayed = born(DEPARTMENT)
        for event in self.journal:
            encoded = msgspec.msgpack.encode(event)
            replayed = ROOM.evolve(replayed, msgspec.msgpack.decode(encoded, type=ROOM.event))
        assert replayed == self.state
        encoded = msgspec.msgpack.encode(self.state)
        assert msgspec.msgpack.decode(encoded, type=ROOM.state) == self.state


def request(name: str, desk: Desk, **changes: Any) -> Request:  # noqa: ANN401 - any field
    """Return what the patient *name* asks for."""
    asked = Request(
        appointment=AppointmentId(f"of-{name}"),
        department=DEPARTMENT,
        patient=PatientRef(PatientId(name), name.title(), "Europe/Paris"),
        category=CATEGORY,
        category_name="Heart",
        reason="My heart beats fast.",
        urgency=Urgency.ROUTINE,
        windows=(),
        requested_at=desk.now,
    )
    return msgspec.structs.replace(asked, **changes)


def routed(desk: Desk, name: str, **changes: Any) -> AppointmentId:  # noqa: ANN401 - as above
    """Let the patient *name* ask; return the appointment."""
    asked = request(name, desk, **changes)
    desk.by_patient(name, router.RouteRequest(asked))
    return asked.appointment


def visit(
    desk: Desk,
    name: str,
    doctor: str = "ann",
    hours: float = 24,
    *,
    length: timedelta = TWENTY,
    **changes: Any,  # noqa: ANN401 - as above
) -> AppointmentId:
    """Let the patient *name* have a visit with *doctor*, so many *hours* from now."""
    appointment = routed(desk, name, **changes)
    number, start = desk.found(appointment).round, desk.now + timedelta(hours=hours)
    claim(desk, appointment, doctor, number, start, length=length)
    confirm(desk, appointment, doctor, number, start, length=length)
    assert desk.found(appointment).status is Status.CONFIRMED
    return appointment


def claim(
    desk: Desk,
    appointment: AppointmentId,
    doctor: str,
    number: int,
    start: datetime,
    *,
    length: timedelta = TWENTY,
) -> list[Any]:
    """Let *doctor* claim it."""
    end = start + length
    said = router.ClaimRequest(appointment, number, ref(doctor), "Europe/Berlin", start, end)
    return desk.by_doctor(doctor, said)


def confirm(
    desk: Desk,
    appointment: AppointmentId,
    doctor: str,
    number: int,
    start: datetime,
    *,
    length: timedelta = TWENTY,
) -> list[Any]:
    """Let *doctor* say that it stands."""
    said = router.RecordConfirmation(
        appointment, number, ref(doctor).id, start, start + length, "Europe/Berlin"
    )
    return desk.by_doctor(doctor, said)


def propose(
    desk: Desk, appointment: AppointmentId, doctor: str, number: int, starts: Sequence[datetime]
) -> list[Any]:
    """Let *doctor* propose times, held for a day."""
    spans = tuple(Span(start, start + TWENTY) for start in starts)
    until = desk.now + timedelta(days=1)
    return desk.by_doctor(
        doctor,
        router.RecordProposal(appointment, number, ref(doctor), "Europe/Berlin", spans, until),
    )


def move(
    desk: Desk,
    name: str,
    doctor: str,
    hours: float,
    number: int = 1,
) -> list[Any]:
    """Let the patient *name* ask to move the visit."""
    appointment, start = AppointmentId(f"of-{name}"), desk.now + timedelta(hours=hours)
    return desk.by_patient(name, router.MoveVisit(appointment, ref(doctor), start, number))
