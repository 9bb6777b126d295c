"""Telling call sessions what became of their media."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import structlog

from actors.call_session.messages import LoseWorker, NoteConnected, address_of
from actors.caller import Caller, Role
from actors.ids import CallId, MessageId
from actors.refusal import Refusal
from actors.runtime.client import Client
from actors.runtime.errors import DeliveryFailed

_log = structlog.get_logger(__name__)

Tell: TypeAlias = Callable[[CallId, LoseWorker | NoteConnected], Coroutine[Any, Any, object]]
"""Tells a call session something of its media; nothing that it meets on the way comes out."""

ME = Caller("media", Role.OPERATOR)
TRIES = 3


def telling(client: Client) -> Tell:
    """Return what tells call sessions by *client*. A lost worker has one effect, however often."""

    async def tell(call: CallId, told: LoseWorker | NoteConnected) -> None:
        for _ in range(TRIES):
            try:
                await client.tell(address_of(call), told, ME, id=_once(call, told))
            except DeliveryFailed as failed:
                _log.warning("session.not_told", told=type(told).__name__, why=failed.fault.value)
            except Refusal as refused:
                _log.info("session.not_told", told=type(told).__name__, why=refused.code)
                return
            else:
                return

    return tell


def _once(call: CallId, told: LoseWorker | NoteConnected) -> MessageId | None:
    match told:
        case LoseWorker(worker):
            return MessageId(f"lose:{call}:{worker.name}:{worker.boot}")
        case NoteConnected():
            return None
