"""What the people of the demonstration can do, each in one line of a story."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from actors.address import Address
from actors.admin_router import messages as admin_router
from actors.appointment import DoctorRef, Picked, Window
from actors.caller import Caller
from actors.conversation.messages import between, with_team
from actors.directory.messages import Person
from actors.doctor import messages as doctor
from actors.doctor.messages import (
    AcceptRequest,
    FreeTimes,
    GetOffer,
    HoldTime,
    ListOpenTimes,
    Offer,
    ProposeTimes,
)
from actors.ids import AppointmentId, CategoryId, DoctorId, PatientId, QuestionId
from actors.intake import Answer
from actors.operations.demo.cast import ADA, Somebody
from actors.operations.demo.pens import Pen
from actors.operations.demo.stage import Stage
from actors.operations.demo.wards import TEAM, Ward, doctor_of
from actors.patient import messages as patient
from actors.patient.messages import (
    AppointmentRequested,
    AppointmentView,
    GetAppointment,
    RequestAppointment,
)
from actors.visit_type import VisitType

AHEAD = timedelta(days=14)


class Wish(msgspec.Struct, frozen=True):
    """What a patient asks for; *answers* go to the category's questions, by id."""

    who: Somebody
    ward: Ward
    category: CategoryId
    visit: VisitType
    reason: str
    answers: Mapping[QuestionId, str] = {}
    earlier: bool = False
    windows: tuple[Window, ...] = ()


class Hands:
    """Acts for everybody; *story* tells the commands of one story from those of others."""

    def __init__(self, stage: Stage, people: Mapping[str, Person], story: str) -> None:
        self._stage = stage
        self._people = people
        self._story = story
        self.now = stage.clock.now()

    def part(self, name: str) -> "Hands":
        """Return who acts in a part of the story that is told more than once."""
        return Hands(self._stage, self._people, f"{self._story}-{name}")

    async def ask(self, wish: Wish, picked: Picked | None = None) -> AppointmentId:
        """Ask for a visit, at the *picked* time if there is one."""
        category = next(each for each in wish.ward.categories if each.id == wish.category)
        command = RequestAppointment(
            department=wish.ward.id,
            category=category.id,
            category_name=category.name,
            reason=wish.reason,
            visit=wish.visit,
            answers=tuple(
                Answer(each.id, each.text, wish.answers[each.id])
                for each in category.questions
                if each.id in wish.answers
            ),
            windows=wish.windows,
            picked=picked,
            same_doctor=False,
            earlier=wish.earlier,
        )
        at = patient.address_of(PatientId(self._user(wish.who)))
        happened = await self._stage.tell(at, command, self.caller(wish.who), self._story)
        requested = happened.first(AppointmentRequested)
        if requested is None:
            raise TimeoutError
        return requested.appointment

    async def pick(
        self, wish: Wish, by: Somebody, skip: int = 0, since: datetime | None = None
    ) -> AppointmentId:
        """Hold a time that the doctor has free, *since* then, and ask for it."""
        at, me = self._practice(by), self.caller(wish.who)
        first = since or self.now
        query = ListOpenTimes(wish.visit, first, first + AHEAD)
        found = await self._stage.ask(at, query, FreeTimes, me)
        start = found.starts[skip]
        await self._stage.tell(at, HoldTime(wish.visit, start), me, self._story)
        length = timedelta(minutes=found.visit_minutes)
        exact = msgspec.structs.replace(wish, windows=(Window(start, start + length),))
        return await self.ask(exact, Picked(self.doctor(by), start))

    async def book(self, wish: Wish, by: Somebody, start: datetime) -> AppointmentId:
        """Ask for a visit, and have the doctor accept it for *start*."""
        appointment = await self.ask(wish)
        await self.accept(wish.who, appointment, by, start)
        return appointment

    async def accept(
        self, who: Somebody, appointment: AppointmentId, by: Somebody, start: datetime
    ) -> None:
        """Have the doctor accept it for *start*, and wait until the patient knows."""
        await self.as_doctor(by, appointment, AcceptRequest(appointment, start))
        await self.until_booked(who, appointment)

    async def propose(
        self, by: Somebody, appointment: AppointmentId, starts: tuple[datetime, ...]
    ) -> None:
        """Have the doctor hold other times, for half a day."""
        command = ProposeTimes(appointment, starts, 12 * 60)
        await self.as_doctor(by, appointment, command)

    async def as_doctor(
        self, by: Somebody, appointment: AppointmentId, command: msgspec.Struct
    ) -> None:
        """Do something about a request, as soon as the doctor has it."""
        at, me = self._practice(by), self.caller(by)
        await self._stage.soon(at, GetOffer(appointment), Offer, me)
        await self._stage.tell(at, command, me, self._story)

    async def as_patient(self, who: Somebody, command: msgspec.Struct) -> None:
        """Do something about one's own visit."""
        at = patient.address_of(PatientId(self._user(who)))
        await self._stage.tell(at, command, self.caller(who), self._story)

    async def as_admin(
        self, ward: Ward, appointment: AppointmentId, command: msgspec.Struct
    ) -> None:
        """Do something about a request, as soon as the department has it."""
        desk, me = admin_router.address_of(ward.id), self.caller(ADA)
        query = admin_router.GetRequest(appointment)
        await self._stage.soon(desk, query, admin_router.RoutedRequest, me)
        await self._stage.tell(desk, command, me, self._story)

    async def until_booked(self, who: Somebody, appointment: AppointmentId) -> None:
        """Wait until the patient knows that it has a doctor and a time."""
        at, query = patient.address_of(PatientId(self._user(who))), GetAppointment(appointment)
        await self._stage.soon(at, query, AppointmentView, self.caller(who), _is_settled)

    def doctor(self, one: Somebody) -> DoctorRef:
        """Return a doctor as others may call them."""
        return doctor_of(self._people[one.email])

    def caller(self, one: Somebody) -> Caller:
        """Return *one* as an actor knows them."""
        return Caller(self._user(one), one.role)

    def pen(self, who: Somebody, by: Somebody) -> Pen:
        """Return what writes into the thread of a patient and a doctor."""
        patient_id, doctor_id = PatientId(self._user(who)), DoctorId(self._user(by))
        return Pen(self._stage, between(patient_id, doctor_id), self._story)

    def team_pen(self, who: Somebody, ward: Ward) -> Pen:
        """Return what writes into the thread of a patient and the doctors of a department."""
        thread = with_team(PatientId(self._user(who)), ward.id, TEAM)
        return Pen(self._stage, thread, self._story)

    def _user(self, one: Somebody) -> str:
        return self._people[one.email].user

    def _practice(self, one: Somebody) -> Address:
        return doctor.address_of(DoctorId(self._user(one)))


def _is_settled(view: AppointmentView) -> bool:
    return not view.status.open
