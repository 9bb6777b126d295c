"""Tells workers how calls are, and sessions what became of their media."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import anyio
import msgspec
import structlog

from actors.call_session.desk.asking import NOBODY, STALE, NobodyThere, NoRelay, ask
from actors.call_session.desk.kept import Echoes, Kept
from actors.call_session.desk.live import LOOK_SECONDS, Live
from actors.call_session.desk.telling import Tell
from actors.call_session.messages import LoseWorker, NoteConnected, Worker
from actors.ids import CallId, LegId, RecordingId
from actors.media import Section
from actors.relay.messages import (
    LEASE_SECONDS,
    Answer,
    Arrange,
    Arranged,
    Beat,
    BeatHeard,
    Change,
    Close,
    Connect,
    DropRecording,
    FromWorker,
    ListTapes,
    Order,
    Part,
    Prefer,
    ReadPart,
    RecordOrder,
    Reply,
    Taken,
    Tapes,
    TellRecorder,
)
from actors.runtime.clock import Clock
from actors.runtime.codec import decode_as, encode
from actors.runtime.errors import where
from actors.runtime.subjects import MEDIA_BEAT
from actors.runtime.transport import Respond, Service, Transport

_log = structlog.get_logger(__name__)

R = TypeVar("R", bound=Reply)

WORKER_SECONDS = 2.0
"""How long a call waits for a worker where there should be one: it may be starting again."""

RENEW_SECONDS = LEASE_SECONDS / 3
ECHO = "echo-"
"""How the ids of calls begin that are no call: somebody hears themselves before one."""


class Desk:
    """Knows the workers, and what was arranged with them. What it is asked raises `NoRelay`."""

    def __init__(
        self, transport: Transport, clock: Clock, tell: Tell, *, expects: bool = False
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._tell = tell
        self._expects = expects
        """Whether workers were started for this node: a call may wait for one."""
        self._live = Live()
        self._news = asyncio.Event()
        self._kept = Kept()
        self._echoes = Echoes()
        self._service: Service | None = None
        self._tasks: set[asyncio.Task[object]] = set()

    @property
    def workers(self) -> tuple[Worker, ...]:
        """Those that live, the least busy first."""
        return self._live.chosen()

    async def open(self) -> None:
        """Take beats from now on, look for silent workers, and renew what is arranged."""
        self._service = await self._transport.serve(MEDIA_BEAT, self.take, everyone=True)
        self._spawn(self._every(LOOK_SECONDS, self._look))
        self._spawn(self._every(RENEW_SECONDS, self.renew))

    async def close(self) -> None:
        """Stop all of it. Workers keep their calls for as long as the lease lasts."""
        if self._service is not None:
            await self._service.stop()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    # -- what call sessions ask -------------------------------------------------------------------

    async def arrange(
        self,
        call: CallId,
        epoch: int,
        legs: tuple[LegId, ...],
        *,
        held: tuple[LegId, ...] = (),
        record: RecordOrder | None = None,
        prefer: Worker | None = None,
    ) -> tuple[Worker, Arranged] | None:
        """Have a worker carry the call: *prefer* if it lives, else the least busy; None: no one.

        Raise `NoRelay("stale")` when a newer epoch was arranged there already.
        """
        order = Arrange(call, epoch, legs, held, record)
        found = await self._place(order, prefer)
        if found is not None:
            self._kept.keep(found[0], order, self._clock.monotonic())
            return found
        return None

    def adopt(self, worker: Worker, order: Arrange) -> None:
        """Keep a call that was arranged on *worker* from another node, where its session was."""
        if order.call not in self._kept:
            self._kept.keep(worker, order, self._clock.monotonic())
            if self._live.expect(worker):
                self._lose(worker)

    async def connect(self, worker: Worker, order: Connect) -> Answer:
        """Return the answer of *worker* to a leg's offer."""
        return await self._ask(worker.name, order, Answer)

    async def prefer(self, worker: Worker, order: Prefer) -> None:
        """Tell *worker* which layer of a camera a leg wants."""
        await self._ask(worker.name, order, Taken)

    async def tell_recorder(self, worker: Worker, order: TellRecorder) -> None:
        """Hand the recorder on *worker* a wrapped frame key."""
        await self._ask(worker.name, order, Taken)

    async def end(self, call: CallId, epoch: int, worker: Worker | None = None) -> None:
        """Have the call closed where it is (or on *worker*), if it is anywhere."""
        before = self._kept.drop(call)
        at = worker or before
        if at is not None:
            with suppress(NoRelay):
                await self._ask(at.name, Close(call, epoch), Taken)

    async def echo(
        self,
        leg: LegId,
        neg: int,
        sdp: str,
        sends: tuple[Section, ...],
        receives: tuple[Section, ...],
    ) -> Answer:
        """Return a worker's answer to the offer of a leg that wants back what it sends.

        It has a call of its own for that, which ends by itself.
        """
        call = CallId(f"{ECHO}{leg}")
        found = await self._place(Arrange(call, 1, (leg,), echo=True), self._echoes.where(leg))
        if found is None:
            raise NoRelay(NOBODY)
        self._echoes.keep(leg, found[0], self._clock.monotonic())
        return await self.connect(found[0], Connect(call, 1, leg, neg, sdp, sends, receives))

    async def list_tapes(self, worker: Worker, recording: RecordingId) -> Tapes:
        """Return which files a recording has on the disk of *worker*."""
        return await self._ask(worker.name, ListTapes(recording), Tapes)

    async def read_part(
        self, worker: Worker, recording: RecordingId, tape: int, offset: int
    ) -> Part:
        """Return bytes of a tape of a recording as they lie encrypted on the disk of *worker*."""
        return await self._ask(worker.name, ReadPart(recording, tape, offset), Part)

    async def drop_recording(self, worker: Worker, recording: RecordingId) -> None:
        """Have *worker* forget a recording, all of which is in the store."""
        await self._ask(worker.name, DropRecording(recording), Taken)

    async def _place(self, order: Arrange, prefer: Worker | None) -> tuple[Worker, Arranged] | None:
        """Return the first worker that takes the call."""
        await self._await_worker()
        for worker in self._live.chosen(prefer):
            try:
                arranged = await self._ask(worker.name, order, Arranged)
            except NoRelay as refused:
                if refused.why == STALE:
                    raise
                continue
            return Worker(worker.name, arranged.boot), arranged
        return None

    async def _await_worker(self) -> None:
        """Wait a while for a worker, where there should be one: it may be starting (again)."""
        with anyio.move_on_after(WORKER_SECONDS):
            while self._expects and not self._live:
                await self._news.wait()

    async def _ask(self, name: str, order: Order, expect: type[R]) -> R:
        try:
            return await ask(self._transport, name, order, expect)
        except NobodyThere:
            self._lose(self._live.miss(name))
            raise

    # -- what workers say, or do not --------------------------------------------------------------

    def take(self, _subject: str, payload: bytes, respond: Respond) -> None:
        """Take a beat."""
        try:
            beat = decode_as(FromWorker, payload)
        except (msgspec.ValidationError, msgspec.DecodeError):
            return
        if isinstance(beat, Beat):
            respond(encode(BeatHeard()))
            self._hear(beat)

    def _hear(self, beat: Beat) -> None:
        self._lose(self._live.hear(beat))
        self._news.set()
        self._news.clear()
        for change in beat.changes:
            self._note(change)

    def _note(self, change: Change) -> None:
        if not change.call.startswith(ECHO) and self._kept.is_news(change):
            note = NoteConnected(change.epoch, change.leg, change.connected)
            self._spawn(self._tell(change.call, note))

    async def _look(self) -> None:
        self.look()

    def look(self) -> None:
        """Look once whether a worker has fallen silent."""
        for worker in self._live.look(connected=self._transport.connected):
            self._lose(worker)

    def _lose(self, worker: Worker | None) -> None:
        """Tell the session of each call that was on *worker*, if there is such a one."""
        if worker is None:
            return
        _log.warning("worker.lost", worker=worker.name)
        for call in self._kept.drop_all(worker):
            self._spawn(self._tell(call, LoseWorker(worker)))

    # -- leases -----------------------------------------------------------------------------------

    async def renew(self) -> None:
        """Say once more to the workers how their calls are, so that they keep them."""
        now = self._clock.monotonic()
        self._echoes.forget(now)
        for worker, order in self._kept.held(now):
            try:
                arranged = await self._ask(worker.name, order, Arranged)
            except NoRelay as refused:
                if refused.why == STALE:
                    self._kept.drop(order.call, order)
                continue
            if arranged.boot != worker.boot:
                self._lose(worker)

    # -- its own work -----------------------------------------------------------------------------

    async def _every(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        while True:
            await anyio.sleep(seconds)
            try:
                await work()
            except Exception as fault:  # noqa: BLE001  nothing may end the looking and renewing
                _log.error("desk.failed", where=where(fault))

    def _spawn(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
