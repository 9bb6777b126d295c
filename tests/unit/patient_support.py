"""One patient on paper: their actor's pure functions, its alarms, and what it sends."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from actors.accounts import messages as accounts
from actors.address import Address
from actors.admin_router import messages as router
from actors.appointment import DoctorRef, Request, Span, Stage
from actors.asked import Asked
from actors.caller import Caller, Role, actor_caller
from actors.effects import Effect, Send, Unwake, Wake
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
from actors.patient import messages as patient
from actors.patient.actor import ROOM
from actors.refusal import Refusal
from actors.visit_type import Asking, VisitType

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday, far from any change of clocks."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CLINIC = DepartmentId("clinic")
HEART = CategoryId("heart")
ANN, BOB = DoctorRef(DoctorId("ann"), "Dr Ann"), DoctorRef(DoctorId("bob"), "Dr Bob")
ME = patient.address_of(PatientId("pat"))
PAT = Caller("pat", Role.PATIENT)
DESK = actor_caller(router.address_of(CLINIC))
MYSELF = actor_caller(ME)
VISIT = VisitType(
    VisitTypeId("talk"), "Talk", minutes=20, asking=Asking.TIMES, cutoff_minutes=120, most_per_day=9
)
WISH = patient.RequestAppointment(CLINIC, HEART, "Heart", "My heart beats fast.", visit=VISIT)
CLINICS = (24 * 60, 60, 10)
"""How long before a visit the clinic reminds."""


def span(start: datetime, minutes: int = 20) -> Span:
    """Return so many minutes from *start*."""
    return Span(start, start + minutes * MINUTE)


class Person:
    """A registered patient, with a clock."""

    def __init__(self, zone: str = "Europe/Paris") -> None:
        self.now = NOON
        self.state = ROOM.born(ME.key)
        self.journal: list[Any] = []
        self.alarms: dict[str, Wake] = {}
        self.sent: list[tuple[Address, Any]] = []
        account = actor_caller(accounts.address_of(AccountKey("of-pat")))
        self.tell(patient.RegisterPatient("Pat", zone), account)

    def tell(self, command: msgspec.Struct, caller: Caller) -> list[Any]:
        """Return the events of *command*, and follow what they send and set."""
        asked = Asked(caller, self.now, MessageId(f"m{len(self.journal)}"))
        events = list(ROOM.decide(self.state, command, asked))
        for event in events:
            self.state = ROOM.evolve(self.state, event)
            self.journal.append(event)
            self._follow(ROOM.react(event, ME))
        return events

    def _follow(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send(to, command):
                    self.sent.append((to, command))
                case Wake(name):
                    self.alarms[name] = effect
                case Unwake(name):
                    self.alarms.pop(name, None)

    def does(self, command: patient.OwnCommand) -> list[Any]:
        """Return the events of what the patient does."""
        return self.tell(command, PAT)

    def hears(self, command: msgspec.Struct) -> list[Any]:
        """Return the events of what the department says; it is never refused."""
        return self.tell(command, DESK)

    def refused(self, command: patient.OwnCommand) -> Refusal:
        """Return why the patient may not do this."""
        before = self.state
        with pytest.raises(Refusal) as caught:
            self.does(command)
        assert self.state is before
        return caught.value

    def wait_until(self, time: datetime) -> None:
        """Let time pass; each alarm rings when it is due."""
        while self.alarms and (first := min(self.alarms.values(), key=lambda a: a.at)).at <= time:
            self.now = max(self.now, first.at)
            self.ring(first.name)
        self.now = time

    def ring(self, name: str) -> list[Any]:
        """Let this alarm go off now, however late that is."""
        return self.tell(self.alarms.pop(name).command, MYSELF)

    def asks(self, wish: patient.RequestAppointment = WISH) -> AppointmentId:
        """Return the appointment that the patient asks for."""
        [requested] = self.does(wish)
        appointment: AppointmentId = requested.appointment
        return appointment

    def request_of(self, appointment: AppointmentId) -> Request:
        """Return what was asked for."""
        return self.view(appointment).request

    def has_visit(self, start: datetime, wish: patient.RequestAppointment = WISH) -> AppointmentId:
        """Return a visit that stands with Ann at *start*."""
        appointment = self.asks(wish)
        self.hears(confirmation(appointment, start))
        return appointment

    def view(self, appointment: AppointmentId) -> patient.AppointmentView:
        """Return the appointment as the patient sees it."""
        asked = Asked(PAT, self.now, MessageId("query"))
        view = ROOM.answer(self.state, patient.GetAppointment(appointment), asked)
        assert isinstance(view, patient.AppointmentView)
        return view

    def bell(self) -> list[str]:
        """Return what each notice is about, the oldest first, without that a request came."""
        topics = [each.topic for each in self.letters()]
        return [each.value for each in topics if each is not notify.Topic.RECEIVED]

    def letters(self) -> list[notify.Notice]:
        """Return what the letter box was told."""
        box = notify.address_of("pat")
        return [
            said.notice for to, said in self.sent if to == box and isinstance(said, notify.Notify)
        ]

    def told_department(self) -> list[Any]:
        """Return what the department was told."""
        return [said for to, said in self.sent if to == router.address_of(CLINIC)]

    def check(self) -> None:
        """Hold that alarms are the reminders to come, and that the journal brings all back."""
        assert {(wake.name, wake.at) for wake in self.alarms.values()} == {
            (f"remind:{view.id}:{each.minutes}", each.due)
            for view in self.state.appointments.values()
            for each in view.reminders
            if each.state is patient.ReminderState.SET
        }
        replayed = ROOM.born(ME.key)
        for event in self.journal:
            encoded = msgspec.msgpack.encode(event)
            replayed = ROOM.evolve(replayed, msgspec.msgpack.decode(encoded, type=ROOM.event))
        assert replayed == self.state
        snapshot = msgspec.msgpack.encode(self.state)
        assert msgspec.msgpack.decode(snapshot, type=ROOM.state) == self.state


def confirmation(
    appointment: AppointmentId,
    start: datetime,
    doctor: DoctorRef = ANN,
    minutes: tuple[int, ...] = CLINICS,
) -> patient.ConfirmAppointment:
    """Return that the visit stands at *start*."""
    end = start + 20 * MINUTE
    return patient.ConfirmAppointment(appointment, doctor, start, end, "Europe/Berlin", minutes)


def moved(
    appointment: AppointmentId,
    start: datetime,
    *,
    doctor: DoctorRef = ANN,
    cause: router.MoveCause = router.MoveCause.PATIENT,
    number: int = 0,
) -> patient.RecordMove:
    """Return that the visit stands at *start* now."""
    end = start + 20 * MINUTE
    return patient.RecordMove(
        appointment, doctor, start, end, "Europe/Berlin", cause.value, number, CLINICS
    )


def offer(
    appointment: AppointmentId,
    *starts: datetime,
    number: int = 1,
    until: datetime = NOON + DAY,
    earlier: bool = False,
) -> patient.OfferTimes:
    """Return that Ann holds times from these *starts*."""
    spans = tuple(span(start) for start in starts)
    return patient.OfferTimes(appointment, number, ANN, "Europe/Berlin", spans, until, earlier)


def routing(
    appointment: AppointmentId, why: str = "first", stage: Stage = Stage.GROUP
) -> patient.RecordRouting:
    """Return that the request lies with somebody."""
    return patient.RecordRouting(appointment, stage, "Hearts", NOON + DAY, why)
