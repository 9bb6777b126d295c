"""Chance, pace and the clock of made-up people: no secrets are made here."""

import asyncio
import random  # noqa: TID251  moods of made-up people
from datetime import UTC, datetime, timedelta
from typing import Any

LEAST_WAIT, MOST_WAIT = 20.0, 60.0
"""Seconds between two things that a patient, or an administrator, does."""
LEAST_LOOK, MOST_LOOK = 5.0, 15.0
"""Seconds between two looks of a doctor at the requests, or of anybody at messages."""
ROOM = timedelta(seconds=8)
"""A request is left to people for so long."""


def now() -> datetime:
    """Return what time it is, UTC."""
    return datetime.now(UTC)  # noqa: TID251  robots live by the clock


def at(text: str) -> datetime:
    """Return a time that the API has said."""
    return datetime.fromisoformat(text)


def one(choices: Any) -> Any:  # noqa: ANN401  any sequence
    """Return one of *choices*."""
    return random.choice(choices)  # noqa: S311  not for secrets


def days(least: int, most: int) -> timedelta:
    """Return some days."""
    return timedelta(days=random.randint(least, most))  # noqa: S311  not for secrets


def chance() -> float:
    """Return a number from 0 to 1, below which a mood comes true."""
    return random.random()  # noqa: S311  not for secrets


def new_id() -> str:
    """Return a name that no frame had before."""
    return f"robot-{random.getrandbits(96):024x}"


async def pause(least: float, most: float) -> None:
    """Let some seconds pass."""
    await asyncio.sleep(random.uniform(least, most))  # noqa: S311  not for secrets
