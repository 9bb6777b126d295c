"""What comes in over one connection: replies to who has asked, and requests to who serves."""

import logging
from functools import partial
from typing import Protocol

from actors.runtime.errors import NoResponder, ReplyTooLarge, TransportError
from actors.runtime.pending_asks import PendingAsks
from actors.runtime.seldom import SeldomLog
from actors.runtime.transport import Handler

INBOXES = "_INBOX_"
"""What every subject starts with on which a user of the bus takes replies."""

STATUS = "Status"
NOBODY_THERE = "503"
"""By the server: nobody serves that subject."""
TOO_LARGE = "413"
"""By who was asked: the reply is larger than the bus carries."""

_log = SeldomLog(logging.getLogger(__name__))


class Outward(Protocol):
    """The connection, as far as replies go out over it."""

    @property
    def max_payload(self) -> int:
        """Bytes of the largest payload that the server takes."""

    def publish(
        self,
        subject: str,
        payload: bytes,
        reply: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send *payload* without waiting, or raise and send nothing."""


class Inward:
    """Hands on what was received. *handlers* are those of the subscriptions, by their numbers."""

    def __init__(self, asks: PendingAsks, outward: Outward) -> None:
        self.handlers: dict[int, Handler] = {}
        self.inbox = 0
        """The number of the subscription on which replies come."""
        self._asks = asks
        self._outward = outward

    def receive(
        self,
        *,
        subject: str,
        reply: str,
        data: bytes,
        headers: dict[str, str] | None,
        _client: object,
        _sid: int,
    ) -> None:
        """Deal with one message. Whatever it raised would end the reading of all others."""
        try:
            if _sid == self.inbox:
                self._take(subject, data, "" if headers is None else headers.get(STATUS, ""))
                return
            handler = self.handlers.get(_sid)
            if handler is not None:
                handler(subject, data, partial(self._respond, subject, reply))
        except BaseException as fault:  # noqa: BLE001  see above
            _log.warning("A handler failed over a request of", subject, fault=fault)

    def _take(self, token: str, payload: bytes, status: str) -> None:
        """Hand a reply to who waits for it, or say why none will come."""
        if status == NOBODY_THERE:
            self._asks.fail(token, NoResponder("Nobody serves that subject."))
        elif status == TOO_LARGE:
            self._asks.fail(token, ReplyTooLarge("The reply is more than the bus carries."))
        else:
            self._asks.answer(token, payload)

    def _respond(self, subject: str, reply: str, payload: bytes) -> None:
        """Send a reply. The server would let it go to any subject, so that is checked here."""
        if not reply.startswith(INBOXES):
            _log.warning("A request wanted its reply where none is taken.")
            return
        try:
            if len(payload) > self._outward.max_payload:
                _log.warning("A reply is too large:", f"{len(payload)} bytes, asked of {subject}.")
                self._outward.publish(reply, b"", headers={STATUS: TOO_LARGE})
            else:
                self._outward.publish(reply, payload)
        except (TransportError, ValueError) as error:
            _log.warning("A reply could not be sent:", error)
