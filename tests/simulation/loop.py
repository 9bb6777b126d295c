"""An event loop whose time is only said, never waited for; and processes that can die inside it.

When nothing is ready, the time is at once that of the next timer. There are no files, no sockets
and no threads, so the same start gives the same run, step by step.
"""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context, ContextVar, copy_context
from enum import Enum
from inspect import CORO_RUNNING, getcoroutinestate
from typing import Any, TypeVar, TypeVarTuple

from actors.runtime.errors import Disconnected

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

LATE = 1e-9
"""What floating-point time may lose on its way."""


class Life(Enum):
    """What a process is doing."""

    RUNNING = "running"
    STOPPED = "stopped"
    DEAD = "dead"


class Process:
    """What stands still, or dies, as one: every step that was begun inside it is its own."""

    def __init__(self, loop: "VirtualLoop", name: str) -> None:
        self.name = name
        self.life = Life.RUNNING
        self.context = copy_context()
        self.context.run(_process.set, self)
        self._loop = loop
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self._held: list[asyncio.Handle] = []
        self._steps_left = 0
        self._then: Callable[[], None] = lambda: None

    def soon(self, work: Callable[..., object], *arguments: Any) -> None:  # noqa: ANN401  any work
        """Let *work* be one of its next steps."""
        self._loop.call_soon(work, *arguments, context=self.context)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work* inside it."""
        self.keep(self._loop.create_task(work, context=self.context))

    def after_steps(self, steps: int, then: Callable[[], None]) -> None:
        """Call *then* between two of its steps, so many from now."""
        self._steps_left, self._then = steps, then

    def stop(self) -> None:
        """Stand still, as after SIGSTOP: the world goes on without it."""
        if self.life is Life.RUNNING:
            self.life = Life.STOPPED

    def go_on(self) -> None:
        """Go on where it stood still, as after SIGCONT; all that came meanwhile waits."""
        if self.life is Life.STOPPED:
            self.life = Life.RUNNING
            held, self._held = self._held, []
            self._loop.ready_again(held)

    def die(self) -> None:
        """Take no further step, as after SIGKILL."""
        self.life = Life.DEAD
        self._loop.deaths += 1
        self._held.clear()
        while self._tasks:
            task, _ = self._tasks.popitem()
            self.context.copy().run(_leave, task.get_coro())

    def keep(self, task: asyncio.Task[Any]) -> None:
        """Know of *task* until it has ended."""
        self._tasks[task] = None
        task.add_done_callback(lambda ended: self._tasks.pop(ended, None))

    def may_step(self, handle: asyncio.Handle) -> bool:
        """Return whether its next step may be taken now."""
        if self._steps_left > 0 and self.life is Life.RUNNING:
            self._steps_left -= 1
            if self._steps_left == 0:
                self._then()
        if self.life is Life.STOPPED:
            self._held.append(handle)
        return self.life is Life.RUNNING


def _leave(work: object) -> None:
    """Let go of *work* where it stands, now and not when memory is cleaned up.

    What it does on being left would otherwise happen at any time, even in another world.
    """
    if isinstance(work, Coroutine) and getcoroutinestate(work) != CORO_RUNNING:
        with suppress(RuntimeError):  # it wants to wait for something first
            work.close()


_process: ContextVar[Process] = ContextVar("process")
_world = Context()


def outside(work: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401  any work
    """Do *work* in no process: what it begins outlives the process that asked for it."""
    return _world.copy().run(work, *arguments)


class VirtualLoop(asyncio.BaseEventLoop):
    """Virtual time, one step after the other."""

    # asyncio's own, as every event loop of the standard library has them
    _ready: deque[asyncio.Handle]
    _stopping: bool

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.faults: list[str] = []
        """What went wrong with nobody there to notice."""
        self.deaths = 0
        self._now = 0.0
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._count = itertools.count()
        self.set_exception_handler(_note_fault)

    def time(self) -> float:
        """Return the virtual time, in seconds since the start."""
        return self._now

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Let *callback* be a step at that time."""
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._count), timer))
        return timer

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Let *callback* be a step so many seconds from now."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Let *callback* be a step of this moment, after those that are due already."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def ready_again(self, handles: list[asyncio.Handle]) -> None:
        """Take these steps next, in their order."""
        self._ready.extend(handles)

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:  # noqa: ANN401  as asyncio's
        """Begin a task; the process in which that happens knows of it."""
        task = super().create_task(coro, **options)
        process = (options.get("context") or copy_context()).get(_process)
        if process is not None:
            process.keep(task)
        return task

    def _run_once(self) -> None:
        self._wake()
        ready = self._ready
        for _ in range(len(ready)):
            handle = ready.popleft()
            if handle._cancelled:
                continue
            process = handle._context.get(_process)  # type: ignore[attr-defined]
            if process is None or process.may_step(handle):
                self.steps += 1
                handle._run()

    def _wake(self) -> None:
        """Make every timer that is due ready; jump to the next one when nothing else is."""
        self._make_ready(self._now + LATE)
        while not self._ready and not self._stopping:
            if not self._timers:
                raise RuntimeError("Everybody waits, and nothing will ever happen.")
            self._make_ready(self._timers[0][0] + LATE)

    def _make_ready(self, until: float) -> None:
        """Let it be the time of each timer that is taken: who looks finds that its moment came."""
        timers = self._timers
        while timers and timers[0][0] <= until:
            when, _, timer = heapq.heappop(timers)
            if not timer._cancelled:
                self._now = max(self._now, when)
                self._ready.append(timer)

    def _timer_handle_cancelled(self, _timer: asyncio.TimerHandle) -> None:
        """Leave it where it is: its time comes, and nothing happens."""

    def _write_to_self(self) -> None:
        """Wake nobody: there is no other thread."""


def _note_fault(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Keep what asyncio reports; what a process took along in death is no fault.

    Its line breaks first: of that nobody may be left to hear.
    """
    assert isinstance(loop, VirtualLoop)
    message, error = context["message"], context.get("exception")
    of_the_dead = loop.deaths > 0 and isinstance(error, Disconnected)
    if "was destroyed" not in message and not of_the_dead:
        loop.faults.append(f"{message}: {error!r}")
