"""The bus over a nats-server: asks and services that outlive any one connection to it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Self

from actors.runtime.errors import Disconnected, TransportError
from actors.runtime.nats_link import CONNECT_PAUSE, Link
from actors.runtime.pending_asks import PendingAsks
from actors.runtime.seldom import SeldomLog
from actors.runtime.transport import Handler

_log = SeldomLog(logging.getLogger(__name__))


class NatsService:
    """A subject that is being served, on this link or the next."""

    def __init__(
        self, transport: "NatsTransport", subject: str, handler: Handler, *, everyone: bool
    ) -> None:
        self._transport = transport
        self._on: tuple[Link, int] | None = None
        self._stopped = False
        self._subject = subject
        self._handler = handler
        self._everyone = everyone

    async def resume(self, link: Link) -> None:
        """Be served on *link*."""
        self._on = link, await link.serve(
            self._subject, self._handler, everyone=self._everyone
        )
        if self._stopped:
            await self.stop()

    async def stop(self) -> None:
        """Take no more requests, and return when those taken before have reached the handler."""
        self._stopped = True
        self._transport.services.discard(self)
        if self._on is not None:
            link, number = self._on
            self._on = None
            await link.unserve(number)


class NatsTransport:
    """Request/reply over nats-py. `connect` makes one."""

    def __init__(self, url: str, seed: str | None, inbox_prefix: str, name: str) -> None:
        self._where = url, inbox_prefix, name, seed
        self._asks = PendingAsks(asyncio.get_running_loop())
        self._link = Link(self._asks, self._count_violation)
        self._asked = 0
        self._keeping: asyncio.Task[None] | None = None
        self.services: set[NatsService] = set()
        self.violations = 0
        """How often the server refused a subject: more than none is a bug or an intruder."""

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        seed: str | None = None,
        inbox_prefix: str = "_INBOX_node",
        name: str = "carewire",
        patience: float = 10.0,
    ) -> Self:
        """Connect, or raise `TransportError`: at once when refused, else after *patience*."""
        transport = cls(url, seed, inbox_prefix, name)
        try:
            async with asyncio.timeout(patience):
                await transport._link.open(*transport._where)
        except TimeoutError as error:
            raise Disconnected(f"The bus can't be reached for {patience} seconds.") from error
        transport._keeping = asyncio.create_task(transport._keep())
        return transport

    @property
    def connected(self) -> bool:
        """Whether an ask would be sent now."""
        return self._link.usable

    def ask(self, subject: str, payload: bytes, wait: float) -> asyncio.Future[bytes]:
        """Send *payload* and return a future of the reply; *wait* is in seconds."""
        asks, link = self._asks, self._link
        if asks.full():
            return asks.failed(Disconnected("Too many asks wait for a reply."))
        self._asked = number = self._asked + 1
        token = f"{link.inbox}{number}"
        try:
            link.publish(subject, payload, token)
        except TransportError as error:
            return asks.failed(error)
        return asks.open(token, wait, subject)

    async def serve(self, subject: str, handler: Handler, *, everyone: bool = False) -> NatsService:
        """Let *handler* answer what is asked of *subject* (`*` matches one token)."""
        service = NatsService(self, subject, handler, everyone=everyone)
        await service.resume(self._link)
        self.services.add(service)
        return service

    def hurry(self, concerns: Callable[[str], bool]) -> None:
        """Give up the asks of subjects that *concerns*."""
        self._asks.hurry(concerns)

    async def close(self) -> None:
        """Stop every service and fail what is still asked."""
        await asyncio.gather(*(service.stop() for service in tuple(self.services)))
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})
        if self._link.usable:
            await self._link.flush()
        await self._link.abandon()
        self._asks.fail_all("The transport was closed before a reply came.")

    async def _keep(self) -> None:
        """Replace each link that is lost by a new one."""
        while True:
            await self._link.watch()
            self._asks.fail_all("The connection was lost before a reply came.")
            await self._link.abandon()
            await self._reconnect()

    async def _reconnect(self) -> None:
        while not self._link.alive:
            try:
                link = Link(self._asks, self._count_violation)
                await link.open(*self._where)
                self._link = link
                for service in tuple(self.services):
                    if service in self.services:
                        await service.resume(link)
            except Exception as error:  # noqa: BLE001  nothing may end the trying
                _log.warning("The bus does not take us back yet:", error)
                await asyncio.sleep(CONNECT_PAUSE)

    def _count_violation(self) -> None:
        self.violations += 1
