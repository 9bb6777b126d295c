"""Everybody lives for whom a robot acts, as long as the clinic that started them."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import aiohttp
import msgspec

from scripts.robots import moods
from scripts.robots.admins import act_as_admin
from scripts.robots.callers import meet_as_doctor, meet_as_patient
from scripts.robots.doctors import act_as_doctor
from scripts.robots.patients import act_as_patient
from scripts.robots.robot import Robot
from scripts.robots.writers import write_as_doctor, write_as_patient

Act: TypeAlias = Callable[[Robot], Awaitable[None]]
"""Something to do again and again, with pauses of its own."""

ACTS: dict[str, tuple[Act, ...]] = {
    "patient": (act_as_patient, write_as_patient, meet_as_patient),
    "doctor": (act_as_doctor, write_as_doctor, meet_as_doctor),
    "admin": (act_as_admin,),
}


async def live(robot: Robot, act: Act) -> None:
    """Act as long as the clinic lives; while it can't be reached, try again."""
    clinic = os.getppid()
    while os.getppid() == clinic:
        try:
            await act(robot)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            await moods.pause(1, 3)
    sys.exit("The clinic that started the robots is gone.")


async def main(url: str, cast: Path) -> None:
    """Let everybody live for whom a robot acts, until SIGTERM."""
    play = msgspec.json.decode(await asyncio.to_thread(cast.read_bytes))
    people = frozenset(one["name"] for one in play["people"] if not one["robot"])
    async with aiohttp.ClientSession(url) as session, asyncio.TaskGroup() as lives:
        for one in play["people"]:
            robot = Robot(session, one["email"], play["password"], people)
            for act in ACTS[one["role"]] if one["robot"] else ():
                lives.create_task(live(robot, act))


async def until_stopped(url: str, cast: Path) -> None:
    """Run `main`; SIGTERM ends every life where it is, and closes the lines."""
    play = asyncio.ensure_future(main(url, cast))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, play.cancel)
    await asyncio.wait([play])
    if not play.cancelled():
        play.result()


if __name__ == "__main__":
    asyncio.run(until_stopped(sys.argv[1], Path(sys.argv[2])))
