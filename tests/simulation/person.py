"""Somebody with a hand and a script, and the department that all of them use."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import time

import msgspec

from actors.accounts import messages as accounts
from actors.address import Address
from actors.admin_router import messages as router
from actors.appointment import DoctorRef
from actors.caller import NOBODY, Caller, Role
from actors.doctor import messages as doctor
from actors.ids import AccountKey, CategoryId, DepartmentId, DoctorId, GroupId, UserId, VisitTypeId
from actors.notify import messages as notify
from actors.refusal import Refusal
from actors.visit_type import Asking, VisitType
from tests.simulation.acts import Hand
from tests.simulation.setting import Setting
from tests.simulation.writers import write_in

DEPARTMENT = DepartmentId("heart")
DESK = router.address_of(DEPARTMENT)
POOL, TURNS = GroupId("everybody"), GroupId("in-turn")
ADMIN = Caller("admin", Role.ADMIN)
CATEGORIES = (
    (CategoryId("beat"), "Beat", POOL),
    (CategoryId("even"), "Even", TURNS),
    (CategoryId("odd"), "Odd", None),
)
PLAIN = VisitType(VisitTypeId("plain"), "Visit", most_per_day=50)
SHOWN = VisitType(VisitTypeId("shown"), "Shown", asking=Asking.TIMES, most_per_day=50)
QUICK = VisitType(VisitTypeId("quick"), "Quick", 15, asking=Asking.DIRECT, most_per_day=50)
COURSE = VisitType(
    VisitTypeId("course"), "Course", 30, asking=Asking.DIRECT, capacity=2, most_per_day=50
)
VISITS = (PLAIN, SHOWN, QUICK, COURSE)
ALWAYS = tuple(doctor.WeeklyHours(day, time(0), time(0)) for day in range(7))
SHORT = router.AnswerMinutes(1, 1, 2, 1)
DEADLINES = router.Deadlines(
    router.AnswerMinutes(5, 5, 10, 3), router.AnswerMinutes(2, 3, 4, 2), SHORT
)


@dataclass
class Known:
    """What people told each other outside the clinic."""

    doctors: dict[DoctorId, AccountKey] = field(default_factory=dict)
    approved: dict[DoctorId, bool] = field(default_factory=dict)
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
        self.caller = NOBODY

    async def live(self) -> None:
        """Begin, then do one thing after the other until everybody goes home."""
        await self.begin()
        while not self.known.over:
            await asyncio.sleep(self.chance.pause(25.0))
            if not self.known.over:
                await (self.write() if self.chance.happens(0.3) else self.act())

    async def write(self) -> None:
        """Do one thing in one of one's threads."""
        box, query = notify.address_of(self.caller.user), notify.ListThreads()
        seen = await self.hand.see(box, query, notify.Threads, self.caller)
        if isinstance(seen, notify.Threads) and seen.items:
            await write_in(self.hand, self.caller, self.chance.one_of(seen.items).thread.id)

    @abstractmethod
    async def begin(self) -> None:
        """Do what has to be done first."""

    @abstractmethod
    async def act(self) -> None:
        """Do one thing."""

    async def refused(self, to: Address, command: msgspec.Struct) -> bool:
        """Return whether *command* was refused."""
        return isinstance(await self.hand.tell(to, command, self.caller), Refusal)

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


def ref(who: DoctorId) -> DoctorRef:
    """Return a doctor as others call them."""
    return DoctorRef(who, f"Dr {who}")
