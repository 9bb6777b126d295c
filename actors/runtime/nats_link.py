"""One connection to a nats-server. This is the only door to nats-py.

A `Link` is one connection from its making to its loss; it is never mended, a new one is made.
So nothing that was meant for a lost connection is sent later. What nats-py receives is handed on
at once, without its queue and task for each subscription, and what is sent is published without
waiting: nats-py is never called where a cancellation could reach it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from nats.aio.client import Client
from nats.errors import BadSubjectError, MaxPayloadError
from nats.errors import Error as NatsError

from actors.runtime.errors import (
    AskTimedOut,
    Disconnected,
    PayloadTooLarge,
    TransportError,
)
from actors.runtime.nats_chores import Chores, abort, look_at, mark_tls
from actors.runtime.nats_inward import Inward
from actors.runtime.nats_login import Login
from actors.runtime.nats_patience import Patience
from actors.runtime.pending_asks import PendingAsks
from actors.runtime.seldom import SeldomLog
from actors.runtime.transport import Handler

T = TypeVar("T")

QUEUE_BYTES = 4 * 1024 * 1024
"""What may wait to be written; beyond it nothing is taken, well below nats-py's own limit."""

PING_PAUSE = 0.5

CLOSE_SECONDS = 2.0
GONE_SECONDS = 0.25
"""For nats-py to be done with a socket that is closed already; it may never notice."""
REFUSALS = 1024
"""Of subjects that are remembered: all shards may be served at once."""

_log = SeldomLog(logging.getLogger(__name__))


class Link:
    """One connection.

    *violated* is called when the server refuses a subject, *lame* when it says that it will stop.
    """

    def __init__(
        self, asks: PendingAsks, violated: Callable[[], None], lame: Callable[[], None]
    ) -> None:
        self._violated = violated
        self._tell_lame = lame
        self._loop = asyncio.get_running_loop()
        self._chores = Chores()
        self._refused: deque[str] = deque(maxlen=REFUSALS)
        self._round_trip: asyncio.Task[None] | None = None
        self._client = Client()
        self._inward = Inward(asks, self)
        # nats-py makes a message by this and drops what is None: the message was dealt with
        self._client.msg_class = self._inward.receive  # type: ignore[assignment]
        self.url = ""
        self.inbox = ""
        self.alive = False
        self.lame = False
        self.lost: asyncio.Future[None] = self._loop.create_future()

    @property
    def usable(self) -> bool:
        """Whether something would be sent now."""
        return self.alive and self._client.is_connected

    @property
    def max_payload(self) -> int:
        """Bytes of the largest payload that the server takes."""
        return self._client.max_payload

    async def open(self, url: str, login: Login) -> None:
        """Connect, for as long as it takes; raise `TransportError` when the server refuses."""
        self.url = url
        options = {
            **login.options(),
            "error_cb": self._on_error,
            "lame_duck_mode_cb": self._on_lame_duck,
        }
        try:
            await self._to_its_end(self._client.connect(url, **options))
            reading = self._client._reading_task  # noqa: SLF001  its end is the link's end
            if reading is not None:
                reading.add_done_callback(self._on_read_end)
            mark_tls(self._client._transport)  # noqa: SLF001
            self.alive = True
            self.inbox = self._client.new_inbox() + "."
            self._inward.inbox = await self._subscribe(self.inbox + "*", "")
        except BaseException:
            await self.abandon()
            raise

    async def serve(self, subject: str, handler: Handler, *, everyone: bool = False) -> int:
        """Let *handler* take what is asked of *subject*; return the number for `unserve`."""
        return await self._subscribe(subject, "" if everyone else subject, handler)

    async def unserve(self, number: int) -> None:
        """Take no more; what the server sent before has then reached the handler."""
        client = self._client
        with suppress(TransportError):
            # as nats-py's drain does, but that forgets the subscription before the server does
            await self._to_its_end(client._send_unsubscribe(number))  # noqa: SLF001
            await self._settle()
        client._remove_sub(number)  # noqa: SLF001
        self._inward.handlers.pop(number, None)

    def publish(
        self,
        subject: str,
        payload: bytes,
        reply: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send *payload* without waiting, or raise and send nothing."""
        client = self._client
        if not (self.alive and client.is_connected):
            raise Disconnected
        if client.pending_data_size > QUEUE_BYTES:
            raise Disconnected("Too much waits to be sent.")
        sending = client.publish(subject, payload, reply, headers)
        try:
            sending.send(None)
        except StopIteration:
            return
        except MaxPayloadError as error:
            raise PayloadTooLarge(f"{len(payload)} bytes are more than the bus carries.") from error
        except BadSubjectError as error:
            raise ValueError(f"{subject!r} is not a subject.") from error
        except NatsError as error:
            raise Disconnected from error
        # it wants to wait, which happens only once nats-py's own tasks are gone
        sending.close()
        self.lose("nats-py stopped writing.")
        raise AskTimedOut("The connection was lost while sending.")

    def lose(self, why: object = None) -> None:
        """Count this connection as lost from now on; without a *why* it is given up."""
        if self.alive and why:
            _log.warning("The connection to the bus is lost:", why)
        self.alive = False
        if not self.lost.done():
            self.lost.set_result(None)

    async def watch(self) -> None:
        """Return when the connection is lost: closed, or no answer to a ping."""
        while not self.lost.done():
            pong = self._chores.begin(self._client.rtt(60))
            patience = Patience(self._loop.time)
            while self._waits_for(pong) and (seconds := patience.go_on()):
                await self._first_of(pong, seconds)
            if not pong.done() or pong.cancelled() or pong.exception():
                self.lose("no answer to a ping.")
                return
            await asyncio.wait({self.lost}, timeout=PING_PAUSE)

    def _waits_for(self, pong: "asyncio.Task[float]") -> bool:
        return not (pong.done() or self.lost.done()) and self._client.is_connected

    async def flush(self) -> None:
        """Return when everything published has reached the server, or it is too late for that."""
        with suppress(TransportError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._settle()

    async def abandon(self) -> None:
        """Drop the connection with whatever was not written yet."""
        self.alive = False
        # nats-py can only close politely, and waits for a dead server then
        abort(self._client._transport)  # noqa: SLF001
        closing = self._chores.begin(self._client.close())
        await asyncio.wait({closing}, timeout=GONE_SECONDS)
        await self._chores.end()
        abort(self._client._transport)  # noqa: SLF001  TLS may have come up only now

    async def _subscribe(self, subject: str, queue: str, handler: Handler | None = None) -> int:
        number = await self._to_its_end(self._begin(subject, queue, handler))
        await self._settle()
        if any(f'subscription to "{subject.lower()}"' in refusal for refusal in self._refused):
            raise TransportError(f"The bus does not allow to subscribe {subject}.")
        return number

    async def _begin(self, subject: str, queue: str, handler: Handler | None) -> int:
        """Subscribe, and have the handler in place before a message can come."""
        number = (await self._client.subscribe(subject, queue=queue))._id  # noqa: SLF001
        if handler is not None:
            self._inward.handlers[number] = handler
        return number

    async def _settle(self) -> None:
        """Return when the server has done all that was sent before.

        Whoever comes before the PINGs are written shares them: many services start as fast as one.
        """
        if self._round_trip is None:
            self._round_trip = self._chores.begin(self._ping_twice())
        await self._to_its_end(self._round_trip)

    async def _ping_twice(self) -> None:
        """Ping, and ping again.

        A PING is written ahead of what nats-py still has to write, so a first one makes sure
        that nothing of it is left.
        """
        self._round_trip = None
        await self._client.rtt()
        await self._client.rtt()

    async def _to_its_end(self, work: "Coroutine[Any, Any, T] | asyncio.Task[T]") -> T:
        """Await *work* of nats-py, which goes on when the caller is cancelled."""
        task = work if isinstance(work, asyncio.Task) else self._chores.begin(work)
        await self._first_of(task)
        if not task.done():
            raise Disconnected
        try:
            return task.result()
        except BadSubjectError as error:
            raise ValueError("That is not a subject.") from error
        except (NatsError, OSError, asyncio.CancelledError, AttributeError) as error:
            # asyncio gives a stream without a transport when TLS is lost right after its handshake
            raise Disconnected(f"The bus can't be reached: {error}") from error

    async def _first_of(self, task: "asyncio.Task[Any]", seconds: float | None = None) -> None:
        """Return when *task* is done, the link is lost or *seconds* are over."""
        either: set[asyncio.Future[Any]] = {task, self.lost}
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    async def _on_error(self, error: Exception) -> None:
        """Hear of what nats-py can't say otherwise. It must not raise."""
        text = str(error).lower()
        if "permissions violation" in text:
            self._violated()
            self._refused.append(text)
            _log.warning("The bus refused a subject:", text)

    async def _on_lame_duck(self) -> None:
        """Hear that the server will stop. It must not raise, nor wait."""
        self.lame = True
        self._tell_lame()

    def _on_read_end(self, reading: "asyncio.Task[None]") -> None:
        look_at(reading)
        self.lose("the server closed it, or can't be understood.")
