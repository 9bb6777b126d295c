"""A small made-up clinic, filled in through the ordinary commands.

Every command has a fixed id, so filling in a clinic twice changes nothing.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import TypeVar

import anyio
import msgspec

from actors.accounts import messages as accounts
from actors.accounts.messages import Account, GetAccount, Hidden, SignUp, account_key
from actors.address import Address
from actors.admin_router import messages as admin_router
from actors.admin_router.messages import Category, Group, OpenDepartment, SetCategory, SetGroup
from actors.appointment import DoctorRef
from actors.caller import Caller, Role
from actors.directory import messages as directory
from actors.directory.messages import AccountStatus, IssueInvitation, Person
from actors.doctor import messages as doctor
from actors.doctor.messages import GetPractice, Hours, Practice, SetHours, WeeklyHours
from actors.ids import CategoryId, DepartmentId, DoctorId, GroupId, MessageId
from actors.refusal import Refusal
from actors.runtime.client import Client
from actors.runtime.clock import Clock
from actors.runtime.mint import Mint
from config.private import read_private, write_private

DOMAIN = "demo.example"
OPERATOR = Caller("demo", Role.OPERATOR)
PATIENCE = 15.0
PAUSE = 0.05
"""Seconds between two looks at what another actor has yet to hear of."""

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"

V = TypeVar("V")


class Somebody(msgspec.Struct, frozen=True):
    """A made-up person. *robot* says that a program acts for them."""

    email: str
    name: str
    role: Role
    zone: str
    robot: bool


class Cast(msgspec.Struct, frozen=True):
    """Who plays, and the password with which all of them sign in."""

    password: str
    people: tuple[Somebody, ...]


@dataclass(frozen=True, slots=True)
class Ward:
    """A department, its two doctors, and what patients may ask it for.

    The first category goes to the group of both doctors, the second to triage by hand.
    """

    id: str
    name: str
    group: str
    doctors: tuple[Somebody, Somebody]
    categories: tuple[str, str]


def _somebody(
    first: str, last: str, role: Role, zone: str = BERLIN, *, robot: bool = True
) -> Somebody:
    title = "Dr " if role is Role.DOCTOR else ""
    return Somebody(f"{first.lower()}@{DOMAIN}", f"{title}{first} {last}", role, zone, robot)


ADMIN = _somebody("Ada", "Lindqvist", Role.ADMIN, robot=False)
WARDS = (
    Ward(
        "cardiology",
        "Cardiology",
        "Heart team",
        (
            _somebody("Amara", "Okafor", Role.DOCTOR, robot=False),
            _somebody("Brian", "Walsh", Role.DOCTOR, NEW_YORK),
        ),
        ("Palpitations", "Blood pressure"),
    ),
    Ward(
        "dermatology",
        "Dermatology",
        "Skin team",
        (
            _somebody("Chiara", "Russo", Role.DOCTOR),
            _somebody("Daniel", "Kim", Role.DOCTOR, NEW_YORK),
        ),
        ("Rash", "Moles and spots"),
    ),
    Ward(
        "general",
        "General practice",
        "Family doctors",
        (
            _somebody("Elif", "Yilmaz", Role.DOCTOR),
            _somebody("Fiona", "Grant", Role.DOCTOR, NEW_YORK),
        ),
        ("Cold and fever", "Something else"),
    ),
)
PATIENTS = (
    _somebody("Gustav", "Mahler", Role.PATIENT, robot=False),
    _somebody("Hanna", "Virtanen", Role.PATIENT, "Europe/Helsinki"),
    _somebody("Ines", "Moreau", Role.PATIENT, "Europe/Paris"),
    _somebody("Jamal", "Carter", Role.PATIENT, NEW_YORK),
    _somebody("Kenji", "Sato", Role.PATIENT, "Asia/Tokyo"),
)
EVERYBODY = (ADMIN, *(one for ward in WARDS for one in ward.doctors), *PATIENTS)


def file_of(data: Path) -> Path:
    """Return where, in the data directory, it stands who plays."""
    return data / "demo.json"


async def fill(client: Client, clock: Clock, mint: Mint, data: Path) -> Cast:
    """Make the clinic, as far as it is not made yet, and return who plays."""
    cast = await asyncio.to_thread(_cast, file_of(data), mint)
    stage = _Stage(client, clock, cast.password)
    people = {one.email: await stage.open_account(one) for one in cast.people}
    for ward in WARDS:
        await stage.set_up(ward, people)
    return cast


def introduce(cast: Cast) -> str:
    """Return who can sign in, as lines for a terminal."""
    width = max(len(one.email) for one in cast.people)
    return "\n".join(
        [
            f"A demo clinic. Everybody's password is {cast.password}",
            *(f"  {one.email:<{width}}  {_part(one)}" for one in cast.people),
        ]
    )


def _part(one: Somebody) -> str:
    robot = " (a robot acts for them)" if one.robot else ""
    return f"{one.role.value}, {one.name}{robot}"


def _cast(file: Path, mint: Mint) -> Cast:
    """Return who plays; the first time, draw their password."""
    if not file.exists():
        cast = Cast(mint.secret()[:20], EVERYBODY)
        write_private(file, msgspec.json.encode(cast))
    return msgspec.json.decode(read_private(file), type=Cast)


class _Stage:
    """Gives the commands that make the clinic."""

    def __init__(self, client: Client, clock: Clock, password: str) -> None:
        self._client = client
        self._clock = clock
        self._password = password

    async def open_account(self, one: Somebody) -> Person:
        """Have *one* sign up, with an invitation where that is needed, until they may sign in."""
        token = "" if one.role is Role.PATIENT else self._token(one)
        if token:
            await self._invite(token, one)
        sign_up = SignUp(
            email=one.email,
            name=one.name,
            role=one.role,
            zone=one.zone,
            password=Hidden(self._password),
            invitation=token,
        )
        address = accounts.address_of(account_key(one.email))
        nobody = Caller("", Role.NOBODY)
        await self._tell(address, sign_up, nobody, one.email)
        with anyio.fail_after(PATIENCE):
            while True:
                found = await self._soon(address, GetAccount(), Account)
                if found.person.status is not AccountStatus.PENDING:
                    return found.person
                await anyio.sleep(PAUSE)

    async def _invite(self, token: str, one: Somebody) -> None:
        until = self._clock.now() + timedelta(days=1)
        command = IssueInvitation(token, one.role, until)
        await self._tell(directory.ADDRESS, command, OPERATOR, one.email)

    async def set_up(self, ward: Ward, people: dict[str, Person]) -> None:
        """Open the department, with its group, categories and the hours of its doctors."""
        admin = Caller(people[ADMIN.email].user, Role.ADMIN)
        address = admin_router.address_of(DepartmentId(ward.id))
        for number, command in enumerate(_commands(ward, people)):
            await self._tell(address, command, admin, f"{ward.id}-{number}")
        for one in ward.doctors:
            at = doctor.address_of(DoctorId(people[one.email].user))
            await self._soon(at, GetPractice(), Practice)
            await self._tell(at, SetHours(_hours(one)), admin, one.email)

    async def _tell(self, to: Address, command: msgspec.Struct, caller: Caller, label: str) -> None:
        once = MessageId(f"demo-{type(command).__name__}-{label}")
        await self._client.tell(to, command, caller, id=once, wait=PATIENCE)

    async def _soon(self, at: Address, query: msgspec.Struct, kind: type[V]) -> V:
        """Return the answer as soon as there is one: the actor may not have heard of it yet."""
        end = self._clock.monotonic() + PATIENCE
        while True:
            try:
                return await self._client.ask(at, query, kind, OPERATOR)
            except Refusal:
                if self._clock.monotonic() > end:
                    raise
                await anyio.sleep(PAUSE)

    def _token(self, one: Somebody) -> str:
        """Return the hash of an invitation that is the same each time."""
        return hashlib.sha256(f"{self._password} {one.email}".encode()).hexdigest()


def _commands(ward: Ward, people: dict[str, Person]) -> Iterator[admin_router.Command]:
    group = GroupId("team")
    refs = (people[one.email] for one in ward.doctors)
    members = tuple(DoctorRef(DoctorId(person.user), person.name) for person in refs)
    first, second = ward.categories
    yield OpenDepartment(ward.name)
    yield SetGroup(Group(group, ward.group, members))
    yield SetCategory(Category(CategoryId("first"), first, group))
    yield SetCategory(Category(CategoryId("second"), second, None))


def _hours(one: Somebody) -> Hours:
    """Return hours in two parts of every day, so that a demo has free times on any day."""
    parts = ((time(8), time(13)), (time(14), time(20)))
    weekly = (WeeklyHours(day, start, end) for day in range(7) for start, end in parts)
    return Hours(zone=one.zone, weekly=tuple(weekly))
