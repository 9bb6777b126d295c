"""Doctors: they answer, propose, see their patients, go away, and change their hours."""

import asyncio
from datetime import datetime, timedelta

from actors.accounts import messages as accounts
from actors.address import Address
from actors.caller import Caller, Role
from actors.doctor import messages as doctor
from actors.doctor.messages import Every, Offer, Repeat
from actors.ids import AppointmentId, DoctorId, UserId
from actors.zones import ZONES
from tests.simulation.person import ALWAYS, Person

ZONE = "Europe/Berlin"


class Doctor(Person):
    """Accepts, proposes, declines; sees patients; changes the hours."""

    async def begin(self) -> None:
        """Sign up, and work round the clock once approved."""
        user = await self.sign_up(Role.DOCTOR)
        self.caller = Caller(user, Role.DOCTOR)
        email = f"{self.name}@clinic.example"
        self.known.doctors[DoctorId(user)] = accounts.account_key(email)
        hours = doctor.SetHours(doctor.Hours(ZONE, ALWAYS))
        while not self.known.over and await self.refused(self.address, hours):  # noqa: ASYNC110
            await asyncio.sleep(self.chance.pause(5.0))

    @property
    def address(self) -> Address:
        """Where one's own actor is."""
        return doctor.address_of(DoctorId(UserId(self.caller.user)))

    async def tell(self, command: doctor.Command) -> None:
        """Give one's own actor *command*."""
        await self.hand.tell(self.address, command, self.caller)

    async def act(self) -> None:
        """Look into the inbox and answer, work with patients, or change the practice."""
        if self.chance.happens(0.15):
            await self.change_practice()
            return
        inbox = await self.hand.see(self.address, doctor.GetInbox(), doctor.Inbox, self.caller)
        if not isinstance(inbox, doctor.Inbox):
            return
        if inbox.visits and self.chance.happens(0.3):
            await self.work_with(self.chance.one_of(inbox.visits))
        elif inbox.open:
            picked = self.chance.some(inbox.open, 3)
            await asyncio.gather(*(self.answer(offer, inbox) for offer in picked))

    # -- requests ---------------------------------------------------------------------------------

    async def answer(self, offer: Offer, inbox: doctor.Inbox) -> None:
        """Accept, at a time or whenever; propose other times; or decline."""
        if self.chance.happens(0.2):
            await self.tell(doctor.DeclineRequest(offer.id, "Not my field."))
        elif self.chance.happens(0.25):
            await self.propose(offer.id)
        elif self.chance.happens(0.3):
            await self.tell(doctor.AcceptRequest(offer.id, self.some_time(inbox)))
        else:
            await self.tell(doctor.AcceptRequest(offer.id))

    def some_time(self, inbox: doctor.Inbox) -> datetime:
        """Return a time of one's own choice, at times close to another visit."""
        near = [visit.start for visit in (*inbox.open, *inbox.visits) if visit.start]
        base = self.chance.one_of(near) if near else self.setting.clock.now()
        return base + timedelta(minutes=self.chance.whole(-15, 30))

    async def propose(self, appointment: AppointmentId) -> None:
        """Hold up to three other times for the patient."""
        now = self.setting.clock.now()
        first = now + timedelta(minutes=self.chance.whole(5, 120))
        starts = tuple(
            first + timedelta(minutes=40 * number) for number in range(self.chance.whole(1, 3))
        )
        minutes = self.chance.whole(5, 20)
        await self.tell(doctor.ProposeTimes(appointment, starts, minutes))

    # -- visits -----------------------------------------------------------------------------------

    async def work_with(self, visit: Offer) -> None:
        """Begin, end, move, repeat a visit, or give it back."""
        repeat = Repeat(Every.WEEK, 1, self.chance.whole(1, 3))
        ways: tuple[doctor.Command, ...] = (
            doctor.StartVisit(visit.id),
            doctor.StartVisit(visit.id),
            doctor.FinishVisit(visit.id),
            doctor.FinishVisit(visit.id),
            doctor.MarkNoShow(visit.id),
            doctor.GiveBackVisit(visit.id, "I am ill."),
            doctor.BookSeries(visit.id, repeat),
        )
        if self.chance.happens(0.3):
            await self.propose(visit.id)
        else:
            await self.tell(self.chance.one_of(ways))

    # -- the practice -----------------------------------------------------------------------------

    async def change_practice(self) -> None:
        """Work with other visits and buffers, be away for a while, or be on duty."""
        if self.chance.happens(0.3):
            wall = self.setting.clock.now().astimezone(ZONES[ZONE]).replace(tzinfo=None)
            start = wall + timedelta(minutes=self.chance.whole(1, 60))
            end = start + timedelta(minutes=self.chance.whole(10, 60))
            await self.tell(doctor.AddAbsence(start, end, "", self.chance.happens(0.6)))
        elif self.chance.happens(0.3):
            until = self.setting.clock.now() + timedelta(minutes=self.chance.whole(1, 20))
            await self.tell(doctor.GoOnDuty(until if self.chance.happens(0.5) else None))
        elif self.chance.happens(0.1):
            await self.tell(doctor.GoOffDuty())
        else:
            minutes, behind = self.chance.one_of((15, 20, 30)), self.chance.one_of((0, 5))
            await self.tell(doctor.SetHours(doctor.Hours(ZONE, ALWAYS, minutes, 0, behind)))
