"""The bus inside one process, for tests and the simulator: the same promises, no server.

Nothing here waits for real time, starts a thread or draws a random number: a `Network` says
what becomes of each message, and the event loop's own timers carry it out.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol

from actors.runtime.errors import Disconnected, NoResponder, PayloadTooLarge, ReplyTooLarge
from actors.runtime.pending_asks import PendingAsks
from actors.runtime.seldom import SeldomLog
from actors.runtime.transport import Handler

MAX_PAYLOAD = 262_144
AT_ONCE = (0.0,)

_log = SeldomLog(logging.getLogger(__name__))


class Network(Protocol):
    """Decides what becomes of each message: after how many seconds it arrives, each time.

    `()` loses it, `(0.0,)` is a good day, `(0.1, 0.4)` brings it twice.
    """

    def request(self, source: str, subject: str, payload: bytes) -> Sequence[float]:
        """Decide about a request from the transport called *source*."""

    def reply(self, source: str, target: str, payload: bytes) -> Sequence[float]:
        """Decide about a reply from the transport *source* to the transport *target*."""


class FairNetwork:
    """Every message arrives once, in order, in the next turn of the event loop."""

    def request(self, source: str, subject: str, payload: bytes) -> Sequence[float]:  # noqa: ARG002
        """Bring it."""
        return AT_ONCE

    def reply(self, source: str, target: str, payload: bytes) -> Sequence[float]:  # noqa: ARG002
        """Bring it."""
        return AT_ONCE


class MemoryService:
    """A subject that is being served."""

    def __init__(
        self, transport: "MemoryTransport", subject: str, handler: Handler, *, everyone: bool
    ) -> None:
        self.transport = transport
        self.subject = subject
        self.handler = handler
        self.everyone = everyone

    async def stop(self) -> None:
        """Take no more requests; those taken before have reached the handler already."""
        self.transport.bus.remove(self)
        await asyncio.sleep(0)


class MemoryBus:
    """What the transports of one process have in common."""

    def __init__(self, network: Network | None = None, *, max_payload: int = MAX_PAYLOAD) -> None:
        self.network: Network = network or FairNetwork()
        self.max_payload = max_payload
        self._groups: dict[str, list[MemoryService]] = {}
        """Servers by subject; the first of a group is the next to be asked."""
        self._stars: dict[tuple[int, tuple[int, ...]], None] = {}
        """How long subjects with a `*` are, in tokens, and where it stands in them."""
        self._parted: dict[tuple[str, str], bool] = {}
        """Whose messages do not reach whom; whether the bus itself knows."""
        self._names = 0

    def transport(self, name: str = "") -> "MemoryTransport":
        """Return a new transport; its *name* is what `Network` and `part` know it by."""
        self._names += 1
        return MemoryTransport(self, name or f"transport-{self._names}")

    def part(self, one: str, other: str, *, one_way: bool = False, known: bool = False) -> None:
        """Lose every message between two transports (*one_way*: from *one* to *other*).

        Neither of them hears a word of it, unless the bus has it *known* by now: then who asks is
        told that nobody serves what only the other does.
        """
        self._parted[one, other] = known
        if not one_way:
            self._parted[other, one] = known

    def join(self, one: str, other: str) -> None:
        """Let messages pass between two transports again."""
        self._parted.pop((one, other), None)
        self._parted.pop((other, one), None)

    def parted(self, source: str, target: str) -> bool:
        """Whether messages from *source* to *target* are lost."""
        return (source, target) in self._parted

    def add(self, service: MemoryService) -> None:
        """Let *service* have its share of what is asked of its subject."""
        self._groups.setdefault(service.subject, []).append(service)
        tokens = service.subject.split(".")
        stars = tuple(place for place, each in enumerate(tokens) if each == "*")
        if stars:
            self._stars[len(tokens), stars] = None

    def remove(self, service: MemoryService) -> None:
        """Ask *service* no more."""
        group = self._groups.get(service.subject, [])
        if service in group:
            group.remove(service)
        if not group:
            self._groups.pop(service.subject, None)

    def remove_all(self, transport: "MemoryTransport") -> None:
        """Ask none of the services of *transport* any more."""
        for group in tuple(self._groups.values()):
            for service in tuple(group):
                if service.transport is transport:
                    self.remove(service)

    def route(self, subject: str, source: str) -> list[MemoryService]:
        """Return who gets a request of *source*: one of each group of connected servers, in turn.

        Beside it each that serves the subject for everyone.
        """
        chosen: list[MemoryService] = []
        for group in self._groups_of(subject):
            connected = [one for one in group if self._reaches(source, one.transport)]
            chosen += [one for one in connected if one.everyone]
            service = next((one for one in connected if not one.everyone), None)
            if service is not None:
                group.remove(service)
                group.append(service)
                chosen.append(service)
        return chosen

    def _groups_of(self, subject: str) -> Iterator[list[MemoryService]]:
        """Yield the groups of *subject* and of the patterns that name it (`*` is one token)."""
        if subject in self._groups:
            yield self._groups[subject]
        tokens = subject.split(".")
        for length, stars in self._stars:
            if length == len(tokens):
                pattern = _with_stars(tokens, stars)
                if pattern in self._groups:
                    yield self._groups[pattern]

    def _reaches(self, source: str, server: "MemoryTransport") -> bool:
        return server.connected and not self._parted.get((source, server.name), False)


class MemoryTransport:
    """One participant. `MemoryBus.transport` makes it, on a running event loop."""

    def __init__(self, bus: MemoryBus, name: str) -> None:
        self.bus = bus
        self.name = name
        self._loop = asyncio.get_running_loop()
        self._asks = PendingAsks(self._loop)
        self._asked = 0
        self._up = True
        self._gone = False

    @property
    def connected(self) -> bool:
        """Whether an ask would be sent now."""
        return self._up and not self._gone

    @property
    def max_payload(self) -> int:
        """Bytes of the largest request or reply that is carried."""
        return self.bus.max_payload

    def ask(self, subject: str, payload: bytes, wait: float) -> asyncio.Future[bytes]:
        """Send *payload* and return a future of the reply; *wait* is in seconds."""
        if not self.connected:
            return self._asks.failed(Disconnected())
        if self._asks.full():
            return self._asks.failed(Disconnected("Too many asks wait for a reply."))
        if len(payload) > self.bus.max_payload:
            return self._asks.failed(PayloadTooLarge(f"{len(payload)} bytes are too many."))
        self._asked += 1
        token = str(self._asked)
        future = self._asks.open(token, wait, subject)
        for delay in self.bus.network.request(self.name, subject, payload):
            self._later(delay, partial(self._deliver, subject, payload, token))
        return future

    async def gather(self, subject: str, payload: bytes, wait: float) -> list[bytes]:
        """Return every reply to *payload* that comes within *wait* seconds."""
        return await self._asks.gather(self.ask(subject, payload, wait))

    async def serve(
        self, subject: str, handler: Handler, *, everyone: bool = False
    ) -> MemoryService:
        """Let *handler* answer what is asked of *subject* (`*` matches one token)."""
        if not self.connected:
            raise Disconnected
        service = MemoryService(self, subject, handler, everyone=everyone)
        self.bus.add(service)
        return service

    def hurry(self, concerns: Callable[[str], bool]) -> None:
        """Give up the asks of subjects that *concerns*."""
        self._asks.hurry(concerns)

    async def close(self) -> None:
        """Stop every service and fail what is still asked."""
        self._gone = True
        self.bus.remove_all(self)
        self._asks.fail_all("The transport was closed before a reply came.")

    def cut(self) -> None:
        """Lose the connection to the bus, and know it; the services stay for `mend`."""
        self._up = False
        self._asks.fail_all("The connection was lost before a reply came.")

    def mend(self) -> None:
        """Have the connection again."""
        self._up = True

    def crash(self) -> None:
        """Be gone from one moment to the next, as a killed process is.

        Its servers vanish, and whoever waits here waits for ever: cancel the tasks that did.
        """
        self._gone = True
        self.bus.remove_all(self)
        self._asks.forget_all()

    def _deliver(self, subject: str, payload: bytes, token: str) -> None:
        """Hand a request to its servers, as the bus does when it gets it."""
        if not self.connected:
            return
        services = self.bus.route(subject, self.name)
        if not services:
            self._asks.fail(token, NoResponder(f"Nobody serves {subject}."))
        for service in services:
            if not self.bus.parted(self.name, service.transport.name):
                respond = partial(self._respond, service.transport, subject, token)
                _handle(service, subject, payload, respond)

    def _respond(self, server: "MemoryTransport", subject: str, token: str, payload: bytes) -> None:
        """Bring the *server*'s reply back, as well as the network lets it."""
        if not server.connected or self.bus.parted(server.name, self.name):
            return
        too_large = len(payload) > self.bus.max_payload
        if too_large:
            _log.warning("A reply is too large:", f"{len(payload)} bytes, asked of {subject}.")
        carried = b"" if too_large else payload
        for delay in self.bus.network.reply(server.name, self.name, carried):
            self._later(delay, partial(self._take, token, carried, too_large=too_large))

    def _take(self, token: str, payload: bytes, *, too_large: bool) -> None:
        if not self.connected:
            return
        if too_large:
            self._asks.fail(token, ReplyTooLarge("The reply is more than the bus carries."))
        else:
            self._asks.answer(token, payload)

    def _later(self, delay: float, step: Callable[[], None]) -> None:
        if delay > 0:
            self._loop.call_later(delay, step)
        else:
            self._loop.call_soon(step)


def _with_stars(tokens: Sequence[str], stars: Sequence[int]) -> str:
    return ".".join("*" if place in stars else token for place, token in enumerate(tokens))


def _handle(
    service: MemoryService, subject: str, payload: bytes, respond: Callable[[bytes], None]
) -> None:
    try:
        service.handler(subject, payload, respond)
    except Exception as fault:  # noqa: BLE001  one request must not harm the others
        _log.warning("A handler failed over a request of", subject, fault=fault)
