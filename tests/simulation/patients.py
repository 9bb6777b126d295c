"""Patients: they ask, choose, move, come, stay away, and change their minds."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from actors.address import Address
from actors.appointment import Picked, Status, Urgency, Window
from actors.caller import Caller, Role
from actors.doctor import messages as doctor
from actors.ids import DoctorId, PatientId, UserId
from actors.patient import messages as patient
from actors.patient.messages import AppointmentView
from actors.visit_type import Asking, VisitType
from tests.simulation.person import CATEGORIES, DEPARTMENT, VISITS, Person, ref

AHEAD = timedelta(hours=3)
"""How far ahead shown times are looked for."""


class Patient(Person):
    """Asks for appointments, and deals with what comes of them."""

    async def begin(self) -> None:
        """Sign up."""
        self.caller = Caller(await self.sign_up(Role.PATIENT), Role.PATIENT)

    @property
    def address(self) -> Address:
        """Where one's own actor is."""
        return patient.address_of(PatientId(UserId(self.caller.user)))

    async def act(self) -> None:
        """Ask for an appointment, or deal with one of before."""
        mine = await self.hand.see(
            self.address, patient.ListAppointments(), patient.Appointments, self.caller
        )
        views = mine.items if isinstance(mine, patient.Appointments) else ()
        live = [each for each in views if not each.status.final]
        if live and self.chance.happens(0.65):
            await self.deal_with(self.chance.one_of(live))
        elif self.chance.happens(0.05):
            facts = patient.Facts(reminder_minutes=self.chance.one_of((None, (), (30, 5))))
            await self.tell(patient.ChangeProfile(self.name, "Asia/Kolkata", facts))
        else:
            await self.ask()

    async def tell(self, command: patient.Command) -> None:
        """Give one's own actor *command*."""
        await self.hand.tell(self.address, command, self.caller)

    # -- asking -----------------------------------------------------------------------------------

    async def ask(self) -> None:
        """Ask to be seen: soon, in a narrow window, whenever, or at a shown time."""
        visit = self.chance.one_of(VISITS)
        category, name, _ = self.chance.one_of(CATEGORIES)
        wish = patient.RequestAppointment(
            DEPARTMENT,
            category,
            name,
            "It hurts.",
            self.chance.one_of(tuple(Urgency)),
            visit=visit,
            same_doctor=self.chance.happens(0.5),
            earlier=self.chance.happens(0.3),
        )
        if visit.asking is Asking.REQUEST:
            await self.tell(msgspec.structs.replace(wish, windows=self.windows()))
            return
        found = await self.shown_time(visit)
        if found is None:
            return
        who, start, minutes = found
        if self.chance.happens(0.8):
            await self.hold(who, visit, start)
        window = Window(start, start + timedelta(minutes=minutes))
        picked = Picked(ref(who), start)
        await self.tell(msgspec.structs.replace(wish, picked=picked, windows=(window,)))

    def windows(self) -> tuple[Window, ...]:
        """Return the times that suit."""
        if self.chance.happens(0.4):
            return ()
        start = self.setting.clock.now() + timedelta(minutes=self.chance.whole(-5, 60))
        return (Window(start, start + timedelta(minutes=self.chance.whole(25, 90))),)

    async def shown_time(
        self, visit: VisitType, who: DoctorId | None = None
    ) -> tuple[DoctorId, datetime, int] | None:
        """Return a time that some doctor shows, if there is one."""
        who = who or self.some_doctor()
        if who is None:
            return None
        now = self.setting.clock.now()
        query = doctor.ListOpenTimes(visit, now, now + AHEAD, limit=8)
        free = await self.hand.see(doctor.address_of(who), query, doctor.FreeTimes, self.caller)
        if not isinstance(free, doctor.FreeTimes) or not free.starts:
            return None
        return who, self.chance.one_of(free.starts), free.visit_minutes

    def some_doctor(self) -> DoctorId | None:
        """Return somebody who was let in."""
        return self.chance.one_of(list(self.known.approved)) if self.known.approved else None

    async def hold(self, who: DoctorId, visit: VisitType, start: datetime) -> None:
        """Have the time kept, and at times let it go again."""
        to = doctor.address_of(who)
        await self.hand.tell(to, doctor.HoldTime(visit, start), self.caller)
        if self.chance.happens(0.1):
            await self.hand.tell(to, doctor.ReleaseTime(), self.caller)

    # -- dealing with what came of it -------------------------------------------------------------

    async def deal_with(self, view: AppointmentView) -> None:
        """Choose among held times, change a visit that stands, or withdraw."""
        if self.chance.happens(0.2):
            reason = self.chance.one_of(tuple(patient.CancelReason))
            await self.tell(patient.WithdrawRequest(view.id, "I am well again.", reason))
        elif view.choices is not None:
            await self.choose(view, view.choices)
        elif view.status.stands:
            await self.change(view)

    async def choose(self, view: AppointmentView, choices: patient.Choices) -> None:
        """Take one of the times, or none."""
        if self.chance.happens(0.7):
            start = self.chance.one_of(choices.spans).start
            await self.tell(patient.TakeTime(view.id, start))
        else:
            await self.tell(patient.RefuseTimes(view.id, self.windows(), "Not then."))

    async def change(self, view: AppointmentView) -> None:
        """Move the visit, wish for another time, come, or put oneself on the waiting list."""
        ways: tuple[Callable[[AppointmentView], Awaitable[None]], ...] = (
            self.move,
            self.wish,
            self.come,
            self.would_come_earlier,
        )
        await self.chance.one_of(ways)(view)

    async def move(self, view: AppointmentView) -> None:
        """Move the visit to a shown time, of the same doctor or of another."""
        if view.doctor is None:
            return
        same = self.chance.happens(0.6)
        found = await self.shown_time(view.request.visit, view.doctor.id if same else None)
        if found is not None:
            who, start, _ = found
            if self.chance.happens(0.5):
                await self.hold(who, view.request.visit, start)
            await self.tell(patient.MoveAppointment(view.id, start, None if same else ref(who)))

    async def wish(self, view: AppointmentView) -> None:
        """Ask the doctor for another time."""
        await self.tell(patient.WishMove(view.id, self.windows(), "Could it be another day?"))

    async def come(self, view: AppointmentView) -> None:
        """Say that one is there."""
        if view.status is Status.CONFIRMED:
            await self.tell(patient.CheckIn(view.id))

    async def would_come_earlier(self, view: AppointmentView) -> None:
        """Say whether one would come earlier."""
        await self.tell(patient.SetEarlier(view.id, not view.earlier))
