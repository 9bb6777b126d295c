"""Telling call sessions what became of their media."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import structlog

from actors.call_session.messages import LoseWorker, NoteConnected, address_of
from actors.caller import Caller, Role
from actors.ids import CallId
from actors.refusal import Refusal
from actors.runtime.client import Client
from actors.runtime.errors import DeliveryFailed
from actors.runtime.mint import Mint

_log = structlog.get_logger(__name__)

Tell: TypeAlias = Callable[[CallId, LoseWorker | NoteConnected], Coroutine[Any, Any, object]]
"""Tells a call session something of its media; nothing that it meets on the way comes out."""

ME = Caller("media", Role.OPERATOR)
TRIES = 3


def telling(client: Client, mint: Mint) -> Tell:
    """Return what tells call sessions by *client*: again while they do not answer, to one effect.

    The same worker may be lost to a call twice, so the name of a command says nothing of it.
    """

    async def tell(call: CallId, told: LoseWorker | NoteConnected) -> None:
        once = mint.message_id()
        for _ in range(TRIES):
            try:
                await client.tell(address_of(call), told, ME, id=once)
            except DeliveryFailed as failed:
                _log.warning("session.not_told", told=type(told).__name__, why=failed.fault.value)
            except Refusal as refused:
                _log.info("session.not_told", told=type(told).__name__, why=refused.code)
                return
            else:
                return

    return tell
