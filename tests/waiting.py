"""Waiting for what another process does, no longer than needed."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return when *condition* holds; fail when it does not within *seconds*."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  nothing in this process knows when
            await asyncio.sleep(0.005)
