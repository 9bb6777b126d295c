"""A small made-up clinic, filled in through the ordinary commands.

`cast` says who plays, `wards`, `practices` and `corresponding` how the clinic is set up, `scene`
what goes on in it when the curtain rises, and `threads` what people wrote to one another, with
`drawings` and `papers`. Every command has a fixed name: filling in a clinic twice changes nothing.
"""

import asyncio
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from actors.admin_router import messages as admin_router
from actors.caller import Caller, Role
from actors.directory import messages as directory
from actors.directory.messages import Person, SetHouse
from actors.doctor import messages as doctor
from actors.doctor.messages import GetPractice, Practice
from actors.ids import DoctorId, PatientId
from actors.operations.demo.cast import (
    ADA,
    BERLIN,
    DOCTORS,
    PATIENTS,
    Cast,
    Somebody,
    cast_in,
    file_of,
    introduce,
)
from actors.operations.demo.corresponding import correspond
from actors.operations.demo.practices import house, open_practice
from actors.operations.demo.scene import Scene
from actors.operations.demo.stage import OPERATOR, Stage
from actors.operations.demo.wards import WARDS, Ward, set_up
from actors.patient import messages as patient
from actors.patient.messages import ChangeProfile, Facts, GetProfile, Profile
from actors.runtime.client import Client
from actors.runtime.clock import Clock
from actors.runtime.mint import Mint
from actors.zones import ZONES

__all__ = ["OPENED", "Cast", "file_of", "fill", "introduce"]

OPENED = "demo-opened"
"""Its presence says that the first scene has been played."""


async def fill(client: Client, clock: Clock, mint: Mint, data: Path) -> Cast:
    """Make the clinic, as far as it is not made yet, and return who plays."""
    cast = await cast_in(data, mint)
    opened = data / OPENED
    if await asyncio.to_thread(opened.exists):
        return cast
    stage = Stage(client, clock, cast.password)
    opening = [stage.open_account(one) for one in cast.people]
    found = await asyncio.gather(*opening)
    people = {one.email: person for one, person in zip(cast.people, found, strict=True)}
    await _furnish(stage, people)
    await Scene(stage, people).play()
    await asyncio.to_thread(opened.touch, 0o600)
    return cast


async def _furnish(stage: Stage, people: Mapping[str, Person]) -> None:
    today = stage.clock.now().astimezone(ZONES[BERLIN]).date()
    await stage.tell(directory.ADDRESS, SetHouse(house(today)), _admin(people), "house")
    async with asyncio.TaskGroup() as together:
        for ward in WARDS:
            together.create_task(_set_up(stage, ward, people))
        for one in DOCTORS:
            together.create_task(_open_practice(stage, one, people, today))
        for one in PATIENTS:
            together.create_task(_say_who(stage, one, people[one.email]))


def _admin(people: Mapping[str, Person]) -> Caller:
    return Caller(people[ADA.email].user, Role.ADMIN)


async def _set_up(stage: Stage, ward: Ward, people: Mapping[str, Person]) -> None:
    desk = admin_router.address_of(ward.id)
    for number, command in enumerate(set_up(ward, people)):
        await stage.tell(desk, command, _admin(people), f"ward-{ward.id}-{number}")


async def _open_practice(
    stage: Stage, one: Somebody, people: Mapping[str, Person], today: date
) -> None:
    at = doctor.address_of(DoctorId(people[one.email].user))
    await stage.soon(at, GetPractice(), Practice, OPERATOR)
    for command in open_practice(one, today):
        await stage.tell(at, command, _admin(people), f"practice-{one.email}")
    me = Caller(people[one.email].user, Role.DOCTOR)
    for command in correspond(one, stage.clock.now()):
        await stage.tell(at, command, me, one.email)


async def _say_who(stage: Stage, one: Somebody, person: Person) -> None:
    me, at = Caller(person.user, Role.PATIENT), patient.address_of(PatientId(person.user))
    await stage.soon(at, GetProfile(), Profile, me)
    facts = Facts(language=one.languages[0], born_on=one.born_on)
    await stage.tell(at, ChangeProfile(one.name, one.zone, facts), me, one.email)
