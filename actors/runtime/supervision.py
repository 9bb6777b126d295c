"""The long-lived services of a process: one list in start order, stopped in reverse.

A service that fails is started again, alone or with all that stand on it; one that fails too
often within a time makes the whole tree give up, and the process ends with an error.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

import anyio
import structlog
from anyio.abc import TaskGroup

from actors.runtime.intensity import RestartIntensity

_log = structlog.get_logger(__name__)

Ready: TypeAlias = Callable[[], None]
Run: TypeAlias = Callable[[Ready], Awaitable[None]]
"""A service: says `ready` once it serves, then goes on until it is cancelled.

It cleans up when it is cancelled. To raise, or to return, is to fail.
"""

PAUSE = 0.2
"""Seconds before a failed service is started again."""

FAILURES = 3
PERIOD = 60.0
"""So many failures of services within so many seconds are mended; one more is too many."""


class Restart(Enum):
    """What is started again when a service fails."""

    ALONE = auto()
    """The service itself; what stands on it finds it again by itself."""
    WITH_LATER = auto()
    """The service and all that were started after it."""


@dataclass(frozen=True, slots=True)
class Child:
    """One service of the list."""

    name: str
    run: Run
    restart: Restart = Restart.WITH_LATER


class StartFailed(Exception):
    """A service did not start."""

    def __init__(self, name: str, error: BaseException) -> None:
        self.name = name
        super().__init__(f"{name} did not start: {error}")


class GaveUp(Exception):
    """Services failed too often."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} failed, and services have failed too often lately.")


class ServiceEnded(Exception):
    """A service that should go on for ever has returned."""


@dataclass(slots=True, eq=False)
class _Running:
    """A child between its start and its end."""

    child: Child
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    settled: anyio.Event = field(default_factory=anyio.Event)
    """It is ready, or it has ended."""
    ended: anyio.Event = field(default_factory=anyio.Event)
    ready: bool = False
    failure: Exception | None = None

    def say_ready(self) -> None:
        self.ready = True
        self.settled.set()


class Tree:
    """Keeps the children running until `stop`, or until they fail too often."""

    def __init__(
        self, children: Sequence[Child], *, failures: int = FAILURES, period: float = PERIOD
    ) -> None:
        self._children = children
        self._intensity = RestartIntensity(failures, period)
        self._running: list[_Running] = []
        self._failed: deque[_Running] = deque()
        self._news = anyio.Event()
        self._starting: _Running | None = None
        self._stopping = False

    def stop(self) -> None:
        """Stop all children, the last started first; `run` then returns."""
        self._stopping = True
        self._news.set()
        if self._starting is not None:
            self._starting.scope.cancel()

    async def run(self, started: Ready = lambda: None) -> None:
        """Start the children one by one, say `started`, and keep them.

        Raise `StartFailed` when one of them does not start at first, `GaveUp` when they fail too
        often later. Either way all that had started were stopped in order.
        """
        problem: StartFailed | GaveUp | None = None
        async with anyio.create_task_group() as tasks:
            try:
                await self._start_rest(tasks)
                if not self._stopping:
                    started()
                await self._keep(tasks)
            except (StartFailed, GaveUp) as error:
                problem = error
            finally:
                with anyio.CancelScope(shield=True):
                    await self._stop_from(0)
        if problem is not None:
            raise problem

    async def _keep(self, tasks: TaskGroup) -> None:
        while not self._stopping:
            await self._news.wait()
            self._news = anyio.Event()
            while self._failed and not self._stopping:
                await self._mend(self._failed.popleft(), tasks)

    async def _mend(self, broken: _Running, tasks: TaskGroup) -> None:
        if broken not in self._running:
            return
        self._count(broken)
        place = self._running.index(broken)
        if broken.child.restart is Restart.ALONE:
            del self._running[place]
            await self._try_again(broken.child, place, tasks)
        else:
            await self._stop_from(place)
            await self._try_rest_again(tasks)
        _log.info("service.restarted", service=broken.child.name)

    async def _try_rest_again(self, tasks: TaskGroup) -> None:
        while len(self._running) < len(self._children) and not self._stopping:
            place = len(self._running)
            await self._try_again(self._children[place], place, tasks)

    async def _try_again(self, child: Child, place: int, tasks: TaskGroup) -> None:
        while not self._stopping:
            await anyio.sleep(PAUSE)
            running = await self._start(child, tasks)
            if running.ready:
                self._running.insert(place, running)
                return
            if not self._stopping:
                self._count(running)

    async def _start_rest(self, tasks: TaskGroup) -> None:
        for child in self._children[len(self._running) :]:
            if self._stopping:
                return
            running = await self._start(child, tasks)
            if not running.ready and not self._stopping:
                error = running.failure or ServiceEnded("it was cancelled")
                raise StartFailed(child.name, error) from error
            self._running.append(running)  # ready, or ended and about to be stopped

    async def _start(self, child: Child, tasks: TaskGroup) -> _Running:
        self._starting = running = _Running(child)
        tasks.start_soon(self._watch, running, name=child.name)
        await running.settled.wait()
        self._starting = None
        return running

    async def _watch(self, running: _Running) -> None:
        try:
            with running.scope:
                await running.child.run(running.say_ready)
                running.failure = ServiceEnded(f"{running.child.name} has ended.")
        except Exception as error:  # noqa: BLE001  whatever it was, the rule is the same
            running.failure = error
        finally:
            running.ended.set()
            running.settled.set()
        if running.failure is not None and not running.scope.cancel_called:
            self._failed.append(running)
            self._news.set()

    async def _stop_from(self, place: int) -> None:
        while len(self._running) > place:
            running = self._running.pop()
            running.scope.cancel()
            await running.ended.wait()

    def _count(self, broken: _Running) -> None:
        _log.error("service.failed", service=broken.child.name, exc_info=broken.failure)
        if self._intensity.exceeded(anyio.current_time()):
            raise GaveUp(broken.child.name) from broken.failure
