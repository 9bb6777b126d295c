"""The made-up people of the demonstration act in a process of their own."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import anyio

from actors.operations.demo.cast import file_of

MODULE = "scripts.robots"
HERE = Path(__file__).parents[3]
LEAVE_SECONDS = 2


class RobotsEnded(Exception):
    """The made-up people of the demonstration are gone."""


async def run_robots(url: str, data: Path, ready: Callable[[], None]) -> None:
    """Let the cast of the demonstration in *data* act on the pages at *url*, until cancelled."""
    cast = Path.cwd() / file_of(data)
    command = (sys.executable, "-m", MODULE, url, cast)
    robots = await asyncio.create_subprocess_exec(*command, cwd=HERE, start_new_session=True)
    try:
        ready()
        raise RobotsEnded(f"They left with code {await robots.wait()}.")
    finally:
        if robots.returncode is None:
            robots.terminate()
            with anyio.move_on_after(LEAVE_SECONDS, shield=True):
                await robots.wait()
