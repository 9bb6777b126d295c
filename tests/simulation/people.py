"""The people of the clinic: each follows a random script, and only knows what they were told."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from actors.accounts import messages as accounts
from actors.address import Address
from actors.admin_router import messages as router
from actors.appointment import DoctorRef, Urgency, Window
from actors.caller import NOBODY, Caller, Role
from actors.doctor import messages as doctor
from actors.ids import (
    AccountKey,
    AppointmentId,
    CategoryId,
    DepartmentId,
    DoctorId,
    GroupId,
    PatientId,
    UserId,
)
from actors.patient import messages as patient
from actors.refusal import Refusal
from tests.simulation.acts import Hand
from tests.simulation.setting import Setting

DEPARTMENT = DepartmentId("heart")
DESK = router.address_of(DEPARTMENT)
GROUP = GroupId("everybody")
ADMIN = Caller("admin", Role.ADMIN)
CATEGORIES = ((CategoryId("beat"), "Beat", GROUP), (CategoryId("odd"), "Odd", None))
ALWAYS = tuple(doctor.WeeklyHours(day, time(0), time(0)) for day in range(7))
SHORT = router.AnswerMinutes(1, 1, 2)
DEADLINES = router.Deadlines(router.AnswerMinutes(5, 5, 10), router.AnswerMinutes(2, 3, 4), SHORT)


@dataclass
class Known:
    """What people told each other outside the clinic."""

    doctors: dict[DoctorId, AccountKey] = field(default_factory=dict)
    over: bool = False
    """Whether everybody goes home now."""


class Person(ABC):
    """Somebody with a hand and a script."""

    def __init__(self, setting: Setting, hand: Hand, known: Known, name: str) -> None:
        self.setting = setting
        self.hand = hand
        self.chance = hand.chance
        self.known = known
        self.name = name

    async def live(self) -> None:
        """Begin, then do one thing after the other until everybody goes home."""
        await self.begin()
        while not self.known.over:
            await asyncio.sleep(self.chance.pause(25.0))
            if not self.known.over:
                await self.act()

    @abstractmethod
    async def begin(self) -> None:
        """Do what has to be done first."""

    @abstractmethod
    async def act(self) -> None:
        """Do one thing."""

    async def sign_up(self, role: Role) -> UserId:
        """Open an account."""
        email = f"{self.name}@clinic.example"
        to = accounts.address_of(accounts.account_key(email))
        command = accounts.SignUp(email, self.name, role, "Europe/Berlin", "a long walk 77 by sea")
        happened = await self.hand.tell(to, command, NOBODY)
        assert not isinstance(happened, Refusal), happened
        opened = happened.first(accounts.AccountOpened)
        assert opened is not None
        return opened.user


class Patient(Person):
    """Asks for appointments and withdraws some."""

    def __init__(self, setting: Setting, hand: Hand, known: Known, name: str) -> None:
        super().__init__(setting, hand, known, name)
        self.caller = NOBODY
        self.asked: list[AppointmentId] = []

    async def begin(self) -> None:
        """Sign up."""
        self.caller = Caller(await self.sign_up(Role.PATIENT), Role.PATIENT)

    async def act(self) -> None:
        """Ask for an appointment, or withdraw one."""
        if self.asked and self.chance.happens(0.3):
            await self.withdraw()
        else:
            await self.ask()

    async def ask(self) -> None:
        """Ask to be seen: soon, in a narrow window, or whenever."""
        category, name, _ = self.chance.one_of(CATEGORIES)
        urgency = self.chance.one_of(tuple(Urgency))
        wish = patient.RequestAppointment(
            DEPARTMENT, category, name, "It hurts.", urgency, self.windows()
        )
        happened = await self.hand.tell(self.address, wish, self.caller)
        if not isinstance(happened, Refusal):
            requested = happened.first(patient.AppointmentRequested)
            assert requested is not None
            self.asked.append(requested.appointment)

    def windows(self) -> tuple[Window, ...]:
        """Return the times that suit."""
        if self.chance.happens(0.4):
            return ()
        start = self.setting.clock.now() + timedelta(minutes=self.chance.whole(-5, 60))
        return (Window(start, start + timedelta(minutes=self.chance.whole(25, 90))),)

    async def withdraw(self) -> None:
        """Change one's mind."""
        appointment = self.chance.one_of(self.asked)
        command = patient.WithdrawRequest(appointment, "I am well again.")
        await self.hand.tell(self.address, command, self.caller)

    @property
    def address(self) -> Address:
        """Where one's own actor is."""
        return patient.address_of(PatientId(UserId(self.caller.user)))


class Doctor(Person):
    """Accepts, declines, and changes the hours."""

    def __init__(self, setting: Setting, hand: Hand, known: Known, name: str) -> None:
        super().__init__(setting, hand, known, name)
        self.caller = NOBODY

    async def begin(self) -> None:
        """Sign up, and work round the clock once approved."""
        user = await self.sign_up(Role.DOCTOR)
        self.caller = Caller(user, Role.DOCTOR)
        email = f"{self.name}@clinic.example"
        self.known.doctors[DoctorId(user)] = accounts.account_key(email)
        hours = doctor.Hours("Europe/Berlin", ALWAYS)
        while await self.refused(doctor.SetHours(hours)):  # noqa: ASYNC110  nobody tells them
            await asyncio.sleep(self.chance.pause(5.0))

    @property
    def address(self) -> Address:
        """Where one's own actor is."""
        return doctor.address_of(DoctorId(UserId(self.caller.user)))

    async def refused(self, command: doctor.Command) -> bool:
        """Return whether *command* was refused."""
        return isinstance(await self.hand.tell(self.address, command, self.caller), Refusal)

    async def act(self) -> None:
        """Look into the inbox and answer, or change the hours."""
        if self.chance.happens(0.1):
            await self.change_hours()
            return
        inbox = await self.hand.see(self.address, doctor.GetInbox(), doctor.Inbox, self.caller)
        if isinstance(inbox, doctor.Inbox) and inbox.open:
            picked = self.chance.some(inbox.open, 3)
            await asyncio.gather(*(self.answer(offer, inbox) for offer in picked))

    async def answer(self, offer: doctor.Offer, inbox: doctor.Inbox) -> None:
        """Accept, at a time or whenever, or decline."""
        command: doctor.AcceptRequest | doctor.DeclineRequest
        if self.chance.happens(0.2):
            command = doctor.DeclineRequest(offer.id, "Not my field.")
        elif self.chance.happens(0.3):
            command = doctor.AcceptRequest(offer.id, self.some_time(inbox))
        else:
            command = doctor.AcceptRequest(offer.id)
        await self.hand.tell(self.address, command, self.caller)

    def some_time(self, inbox: doctor.Inbox) -> datetime:
        """Return a time of one's own choice, at times close to another visit."""
        near = [visit.start for visit in (*inbox.open, *inbox.visits) if visit.start]
        base = self.chance.one_of(near) if near else self.setting.clock.now()
        return base + timedelta(minutes=self.chance.whole(-15, 30))

    async def change_hours(self) -> None:
        """Work with other visits and buffers from now on."""
        hours = doctor.Hours(
            "Europe/Berlin", ALWAYS, self.chance.one_of((15, 20, 30)), 0, self.chance.one_of((0, 5))
        )
        await self.hand.tell(self.address, doctor.SetHours(hours), self.caller)


class Admin(Person):
    """Sets the department up, approves doctors, and moves requests about."""

    def __init__(self, setting: Setting, hand: Hand, known: Known, name: str) -> None:
        super().__init__(setting, hand, known, name)
        self.approved: dict[DoctorId, bool] = {}

    async def begin(self) -> None:
        """Open the department; its group is empty at first."""
        await self.tell_desk(router.OpenDepartment("Heart"))
        await self.tell_desk(router.SetDeadlines(DEADLINES))
        await self.tell_desk(router.SetGroup(router.Group(GROUP, "Everybody", ())))
        for category, name, group in CATEGORIES:
            await self.tell_desk(router.SetCategory(router.Category(category, name, group)))

    async def tell_desk(self, command: router.Command) -> None:
        """Give the department's router *command*."""
        await self.hand.tell(DESK, command, ADMIN)

    async def act(self) -> None:
        """Approve who waits, else shut a doctor out or in, else work on the board."""
        waiting = [each for each in self.known.doctors if each not in self.approved]
        if waiting:
            await self.approve(waiting[0])
        elif self.approved and self.chance.happens(0.15):
            await self.shut_out_or_in(self.chance.one_of(list(self.approved)))
        else:
            await self.triage()

    async def approve(self, who: DoctorId) -> None:
        """Let a doctor in, and into the group."""
        to = accounts.address_of(self.known.doctors[who])
        await self.hand.tell(to, accounts.ApproveAccount(), ADMIN)
        self.approved[who] = True
        members = tuple(DoctorRef(each, f"Dr {each}") for each in self.approved)
        await self.tell_desk(router.SetGroup(router.Group(GROUP, "Everybody", members)))

    async def shut_out_or_in(self, who: DoctorId) -> None:
        """Disable a doctor's account, or enable it again."""
        to, was_in = accounts.address_of(self.known.doctors[who]), self.approved[who]
        self.approved[who] = not was_in
        command = accounts.DisableAccount() if was_in else accounts.EnableAccount()
        await self.hand.tell(to, command, ADMIN)

    async def triage(self) -> None:
        """Move some requests."""
        board = await self.hand.see(DESK, router.GetBoard(), router.Board, ADMIN)
        if isinstance(board, router.Board) and (board.triage or board.out):
            requests = self.chance.some((*board.triage, *board.out), 3)
            await asyncio.gather(*(self.move(each.request.appointment) for each in requests))

    async def move(self, appointment: AppointmentId) -> None:
        """Route a request, take it back, or decline it."""
        kind = self.chance.one_of(("doctor", "doctor", "group", "group", "back", "decline"))
        if kind == "doctor" and self.approved:
            who = self.chance.one_of(list(self.approved))
            await self.tell_desk(router.RouteToDoctor(appointment, DoctorRef(who, f"Dr {who}")))
        elif kind == "group":
            await self.tell_desk(router.RouteToGroup(appointment, GROUP))
        elif kind == "back":
            await self.tell_desk(router.PullBack(appointment))
        elif kind == "decline":
            await self.tell_desk(router.DeclineForClinic(appointment, "We are full."))
