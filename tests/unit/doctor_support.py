"""One doctor on paper: the room's pure functions, what was sent, what wakes up, and a clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from actors.accounts import messages as accounts
from actors.admin_router import messages as router
from actors.appointment import DoctorRef, PatientRef, Picked, Request, Urgency, Window
from actors.asked import Asked
from actors.caller import Caller, Role, actor_caller
from actors.doctor import messages as doctor
from actors.doctor.actor import ROOM
from actors.doctor.state.kept import Doctor
from actors.effects import Send, Unwake, Wake
from actors.ids import (
    AccountKey,
    AppointmentId,
    CategoryId,
    DepartmentId,
    DoctorId,
    MessageId,
    PatientId,
    VisitTypeId,
)
from actors.notify import messages as notify
from actors.visit_type import Asking, VisitType
from tests.rooms import MONDAY

DEPARTMENT = DepartmentId("clinic")
ANN = doctor.address_of(DoctorId("ann"))
REF = DoctorRef(DoctorId("ann"), "Dr ann")
ACCOUNT = actor_caller(accounts.address_of(AccountKey("ann-s")))
ROUTER = actor_caller(router.address_of(DEPARTMENT))
ITSELF = actor_caller(ANN)
OWNER = Caller("ann", Role.DOCTOR)
PAT, QUIN = Caller("pat", Role.PATIENT), Caller("quin", Role.PATIENT)
SHOWN = VisitType(VisitTypeId("shown"), "Check", minutes=30, asking=Asking.TIMES)
COURSE = replace(SHOWN, id=VisitTypeId("course"), capacity=2)


def at(minutes: int) -> datetime:
    """Return *minutes* after the practice opens on Monday (nine in Berlin)."""
    return MONDAY + timedelta(minutes=minutes)


FIRST, SECOND, THIRD = at(35), at(70), at(105)
"""Free times of a new practice for a visit of half an hour, which has a buffer of five minutes."""


def request(
    name: str = "a1",
    patient: str = "pat",
    *,
    visit: VisitType = SHOWN,
    windows: tuple[Window, ...] = (),
    picked: datetime | None = None,
    urgency: Urgency = Urgency.ROUTINE,
) -> Request:
    """Return what *patient* asks for; a *picked* time is one of Ann's."""
    if picked is not None:
        windows = (Window(picked, picked + timedelta(minutes=visit.minutes or 20)),)
    return Request(
        appointment=AppointmentId(name),
        department=DEPARTMENT,
        patient=PatientRef(PatientId(patient), patient.title(), "Europe/Paris"),
        category=CategoryId("heart"),
        category_name="Heart",
        reason="My heart beats fast.",
        urgency=urgency,
        windows=windows,
        requested_at=MONDAY,
        visit=visit,
        picked=Picked(REF, picked) if picked else None,
    )


class Ann:
    """Dr Ann, in Berlin, from nine to five on weekdays."""

    def __init__(self) -> None:
        self.now = MONDAY
        self.count = 0
        self.state: Doctor = ROOM.born("ann")
        self.journal: list[Any] = []
        self.sent: list[Send] = []
        self.alarms: dict[str, Wake] = {}
        self.tell(doctor.OpenPractice("Dr ann", "Europe/Berlin"), ACCOUNT)

    def tell(self, command: doctor.Command, caller: Caller = OWNER) -> Sequence[Any]:
        """Return the events of *command*; `sent` and `alarms` have what they led to."""
        self.count += 1
        asked = Asked(caller, self.now, MessageId(f"m{self.count}"))
        events = ROOM.decide(self.state, command, asked)
        for event in events:
            self.state = ROOM.evolve(self.state, event)
            self.journal.append(event)
            for effect in ROOM.react(event, ANN):
                match effect:
                    case Send():
                        self.sent.append(effect)
                    case Wake(name):
                        self.alarms[name] = effect
                    case Unwake(name):
                        self.alarms.pop(name, None)
        return events

    def route(self, command: doctor.Command) -> Sequence[Any]:
        """Return the events of what the department's router says."""
        return self.tell(command, ROUTER)

    def ring(self, name: str) -> Sequence[Any]:
        """Let the clock go on to the alarm *name*; return the events of what it wakes up for."""
        wake: Any = self.alarms.pop(name)
        self.now = max(self.now, wake.at)
        return self.tell(wake.command, ITSELF)

    def ask(self, query: doctor.Query, caller: Caller = OWNER) -> Any:  # noqa: ANN401 - any view
        """Return the view that answers *query*."""
        return ROOM.answer(self.state, query, Asked(caller, self.now, MessageId("query")))

    def offer(self, wanted: Request, number: int = 1) -> Sequence[Any]:
        """Let the router ask for an answer to *wanted*."""
        return self.route(doctor.OfferRequest(wanted, number, MONDAY + timedelta(days=1)))

    def book(
        self, wanted: Request, start: datetime, number: int = 1, *, anywhere: bool = False
    ) -> Sequence[Any]:
        """Let the router book *wanted* at *start*."""
        return self.route(doctor.BookVisit(wanted, number, start, anywhere))

    def visit(self, wanted: Request, start: datetime, number: int = 1) -> AppointmentId:
        """Let *wanted* be a visit that stands at *start*."""
        self.book(wanted, start, number)
        [confirmed] = self.route(doctor.GrantClaim(wanted.appointment, number))
        assert confirmed.start == start
        return wanted.appointment

    def seen(self, appointment: AppointmentId) -> doctor.Offer:
        """Return what the doctor sees of *appointment*."""
        view = self.ask(doctor.GetOffer(appointment))
        assert isinstance(view, doctor.Offer)
        return view

    def words(self) -> list[Any]:
        """Return what was said to the router since the last time, and forget it."""
        said = [each.command for each in self.sent if each.to.kind == router.KIND]
        self.sent = [each for each in self.sent if each.to.kind != router.KIND]
        return [each for each in said if not isinstance(each, router.NoteDoctor)]

    def letters(self) -> list[notify.Notice]:
        """Return the letters to the doctor since the last time, and forget them."""
        said = [each.command for each in self.sent if each.to == notify.address_of("ann")]
        self.sent = [each for each in self.sent if each.to != notify.address_of("ann")]
        return [each.notice for each in said if isinstance(each, notify.Notify)]

    def check_replay(self) -> None:
        """Hold that the state comes back from the journal, and both from their encoding."""
        replayed = ROOM.born("ann")
        for event in self.journal:
            encoded = msgspec.msgpack.encode(event)
            replayed = ROOM.evolve(replayed, msgspec.msgpack.decode(encoded, type=ROOM.event))
        assert replayed == self.state
        encoded = msgspec.msgpack.encode(self.state)
        assert msgspec.msgpack.decode(encoded, type=Doctor) == self.state
