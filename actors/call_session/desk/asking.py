"""Asking one media worker, and what it means when no proper answer comes."""

from typing import TypeVar

import msgspec

from actors.relay.messages import Declined, Order, Reply
from actors.runtime.codec import decode_as, encode
from actors.runtime.errors import NoResponder, TransportError
from actors.runtime.subjects import media_subject
from actors.runtime.transport import Transport

R = TypeVar("R", bound=Reply)

ASK_SECONDS = 2.0
"""How long a worker's answer is worth waiting for."""

UNREACHABLE = "unreachable"
NOBODY = "no_worker"
STALE = "stale"


class NoRelay(Exception):
    """No media worker did it. *why*: `unreachable`, `no_worker`, or with what it was declined."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The relay has not done it: {why}.")


class NobodyThere(NoRelay):
    """There is no process of that name."""

    def __init__(self) -> None:
        super().__init__(UNREACHABLE)


async def ask(transport: Transport, worker: str, order: Order, expect: type[R]) -> R:
    """Return what *worker* replies to *order*, which is an *expect*, or raise `NoRelay`."""
    try:
        raw = await transport.ask(media_subject(worker), encode(order), ASK_SECONDS)
        reply: Reply = decode_as(Reply, raw)
    except NoResponder as error:
        raise NobodyThere from error
    except (TransportError, msgspec.ValidationError, msgspec.DecodeError) as error:
        raise NoRelay(UNREACHABLE) from error
    if isinstance(reply, Declined):
        raise NoRelay(reply.code)
    if not isinstance(reply, expect):
        raise NoRelay(UNREACHABLE)
    return reply
