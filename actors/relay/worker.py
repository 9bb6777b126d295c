"""A media worker on the bus: takes orders, and says four times a second that it lives.

An order is carried out at once, on the loop that forwards packets; what reads a file does so in a
thread. The worker knows nothing that is not told to it, and keeps no call that nobody renews.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeAlias

import msgspec
import structlog

from actors.relay.calls import Calls
from actors.relay.messages import (
    BEAT_SECONDS,
    Arrange,
    Beat,
    Change,
    Close,
    Connect,
    Declined,
    DropRecording,
    ListTapes,
    Order,
    Prefer,
    ReadPart,
    Reply,
    TellRecorder,
)
from actors.relay.shelf import Shelf
from actors.runtime.codec import decode_as, encode
from actors.runtime.errors import TransportError, where
from actors.runtime.subjects import MEDIA_BEAT, media_subject
from actors.runtime.transport import Respond, Service, Transport

_log = structlog.get_logger(__name__)

TICK_SECONDS = 0.03
"""How often what waits for a time is done while packets come: asking again for lost ones, reports.
To wake up for it alone would cost more than doing it."""

NEW_SHARE = 0.3
"""How much of a new measure goes into the load that is told: it is smoothed over a second."""

CALM_SECONDS = 0.01
"""The least time between two beats."""


AtOnce: TypeAlias = Arrange | Connect | Prefer | TellRecorder | Close | ListTapes
Slow: TypeAlias = ReadPart | DropRecording
"""What reads or writes the disk: done in a thread."""


class Worker:
    """Serves `media.<name>`. *boot* tells this life of it from the next."""

    def __init__(
        self,
        name: str,
        boot: str,
        transport: Transport,
        calls: Calls,
        shelf: Shelf,
        *,
        cpu: Callable[[], float] = time.process_time,
    ) -> None:
        self.name = name
        self.boot = boot
        self._transport = transport
        self._calls = calls
        self._shelf = shelf
        self._cpu = cpu
        self._load = 0.0
        self._measured = self._loop_time(), cpu()
        self._soon = asyncio.Event()
        self._said: tuple[Change, ...] = ()
        """The changes of the last beat."""
        self._tick_at = 0.0
        self._service: Service | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Take orders, and beat."""
        self._service = await self._transport.serve(media_subject(self.name), self.take)
        self._spawn(self._beat_on())

    async def close(self) -> None:
        """Take no more orders, and end every call."""
        if self._service is not None:
            await self._service.stop()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._calls.end()

    def take(self, _subject: str, payload: bytes, respond: Respond) -> None:
        """Take an order; what is none is not answered."""
        try:
            order: Order = decode_as(Order, payload)
        except (msgspec.ValidationError, msgspec.DecodeError):
            _log.warning("order.unreadable")
            return
        match order:
            case ReadPart() | DropRecording():
                self._spawn(self._read(order, respond))
            case _:
                respond(encode(self._done(order)))
                self._tick_at = 0.0
                self.glance()

    def _done(self, order: AtOnce) -> Reply:
        try:
            return self._do(order)
        except Exception as fault:  # noqa: BLE001  one call must not harm the others
            return _failed(order, fault)

    def _do(self, order: AtOnce) -> Reply:
        match order:
            case Arrange():
                return self._calls.arrange(order)
            case Connect():
                return self._calls.connect(order)
            case Prefer():
                return self._calls.prefer(order)
            case TellRecorder():
                return self._calls.tell_recorder(order)
            case Close():
                return self._calls.close(order)
            case ListTapes():
                return self._shelf.tapes(order)

    async def _read(self, order: Slow, respond: Respond) -> None:
        try:
            reply = await asyncio.to_thread(self._shelve, order)
        except Exception as fault:  # noqa: BLE001  see above
            reply = _failed(order, fault)
        respond(encode(reply))

    def _shelve(self, order: Slow) -> Reply:
        match order:
            case ReadPart():
                return self._shelf.read(order)
            case DropRecording():
                return self._shelf.drop(order)

    # -- beats ------------------------------------------------------------------------------------

    async def beat(self) -> None:
        """Say once that it lives; what was heard need not be said again."""
        self._soon.clear()
        self._said = changes = self._calls.changes()
        beat = Beat(
            worker=self.name,
            boot=self.boot,
            calls=self._calls.count,
            streams=self._calls.streams,
            load=self._measure(),
            changes=changes,
        )
        with suppress(TransportError):
            await self._transport.ask(MEDIA_BEAT, encode(beat), BEAT_SECONDS)
            self._calls.acknowledge(changes)

    async def _beat_on(self) -> None:
        """Beat, and at once when something has changed; an answer is not waited for longer."""
        while True:
            begun = self._loop_time()
            await self.beat()
            self.glance()
            _guarded(self._calls.sweep)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(begun + BEAT_SECONDS):
                    await self._soon.wait()
            await asyncio.sleep(max(begun + CALM_SECONDS - self._loop_time(), 0))

    def _measure(self) -> float:
        """Return which share of a core this process has used lately, 0 to 1."""
        (wall, used), now = self._measured, (self._loop_time(), self._cpu())
        if now[0] > wall:
            share = min(max((now[1] - used) / (now[0] - wall), 0.0), 1.0)
            self._load += NEW_SHARE * (share - self._load)
            self._measured = now
        return round(self._load, 3)

    # -- its own work -----------------------------------------------------------------------------

    def glance(self) -> None:
        """Do what is due. To be called after every batch of packets; beats call it, too."""
        changes, now = self._calls.changes(), time.monotonic()
        changed = bool(changes) and changes != self._said
        if changed:
            self._soon.set()
        if changed or now >= self._tick_at:
            self._tick_at = now + TICK_SECONDS
            _guarded(self._calls.tick)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @staticmethod
    def _loop_time() -> float:
        return asyncio.get_running_loop().time()


def _failed(order: Order, fault: Exception) -> Declined:
    _log.error("order.failed", order=type(order).__name__, where=where(fault))
    return Declined("failed", "The relay has failed over this.")


def _guarded(work: Callable[[float], None]) -> None:
    try:
        work(time.monotonic())
    except Exception as fault:  # noqa: BLE001  one call must not harm the others
        _log.error("work.failed", where=where(fault))
