"""Keeps the signing keys up: who is in charge lets them move on, everybody reads them again."""

import asyncio
from collections.abc import Callable

import msgspec
import structlog

from config.private import TooOpen
from http_edge.tokens import Tokens

log = structlog.get_logger("http_edge")

HOUR = 3600


async def keep_up(tokens: Tokens, in_charge: Callable[[], bool]) -> None:
    """Look now, and each hour, whether the keys are due to move on, or have.

    *in_charge* says whether it is for us to change them: of several processes with one file one
    has to be, whichever lives. A key is published for a month before it signs, so that an hour
    until the others know of it harms nobody.
    """
    while True:
        try:
            await asyncio.to_thread(tokens.keep_up, in_charge=in_charge())
        except (OSError, TooOpen, msgspec.MsgspecError):
            log.exception("the signing keys could not be kept up")
        await asyncio.sleep(HOUR)
