"""The bus over nats-servers: asks and services that outlive any one connection to them."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Self

from actors.runtime.errors import Disconnected, TransportError
from actors.runtime.nats_dialer import Dialer
from actors.runtime.nats_keys import Access
from actors.runtime.nats_link import Link
from actors.runtime.nats_login import CONNECT_PAUSE, Login, tls_context
from actors.runtime.pending_asks import PendingAsks
from actors.runtime.seldom import SeldomLog
from actors.runtime.transport import Handler

LINGER_SECONDS = 30.0
"""How long a link that was left waits for what is under way on it; its server ends it before."""

_log = SeldomLog(logging.getLogger(__name__))


class NatsService:
    """A subject that is being served: on one link, and for a moment on two."""

    def __init__(
        self, transport: "NatsTransport", subject: str, handler: Handler, *, everyone: bool
    ) -> None:
        self._transport = transport
        self._on: dict[Link, int] = {}
        self._stopped = False
        self._subject = subject
        self._handler = handler
        self._everyone = everyone

    async def resume(self, link: Link) -> None:
        """Be served on *link* (too)."""
        self._on[link] = await link.serve(self._subject, self._handler, everyone=self._everyone)
        if self._stopped:
            await self.stop()

    async def leave(self, link: Link) -> None:
        """Be no more served on *link*; what came over it before has then reached the handler."""
        number = self._on.pop(link, None)
        if number is not None:
            await link.unserve(number)

    def forget(self, link: Link) -> None:
        """Know that *link* is lost."""
        self._on.pop(link, None)

    async def stop(self) -> None:
        """Take no more requests, and return when those taken before have reached the handler."""
        self._stopped = True
        self._transport.services.discard(self)
        await asyncio.gather(*(self.leave(link) for link in tuple(self._on)))


class NatsTransport:
    """Request/reply over nats-py. `connect` makes one."""

    def __init__(self, urls: tuple[str, ...], login: Login) -> None:
        self._asks = PendingAsks(asyncio.get_running_loop())
        self._dialer = Dialer(urls, login, self._make_link)
        self._link = self._make_link()
        self._links: set[Link] = set()
        self._asked = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._moving = False
        self.services: set[NatsService] = set()
        self.violations = 0
        """How often the server refused a subject: more than none is a bug or an intruder."""

    @classmethod
    async def join(cls, access: Access, *, name: str = "carewire", patience: float = 10.0) -> Self:
        """Connect with that *access*; see `connect`."""
        return await cls.connect(
            access.urls,
            seed=access.seed,
            inbox_prefix=access.inbox_prefix,
            ca=access.ca,
            name=name,
            patience=patience,
        )

    @classmethod
    async def connect(
        cls,
        urls: str | tuple[str, ...],
        *,
        seed: str | None = None,
        inbox_prefix: str = "_INBOX_main_node",
        ca: str | None = None,
        name: str = "carewire",
        patience: float = 10.0,
    ) -> Self:
        """Connect to any of *urls*: one server of a cluster is as good as another.

        With *ca* (PEM), or a URL of `tls://`, only to one that proves who it is. Raises
        `TransportError`: at once when all refuse, else after *patience* (seconds).
        """
        known = (urls,) if isinstance(urls, str) else urls
        transport = cls(known, Login(inbox_prefix, name, seed, tls_context(known, ca)))
        try:
            async with asyncio.timeout(patience):
                transport._link = await transport._arrive(but="")
        except TimeoutError as error:
            await transport.close()
            raise Disconnected(f"The bus can't be reached for {patience} seconds.") from error
        except BaseException:
            await transport.close()
            raise
        transport._on_trouble()  # there may have been some meanwhile
        return transport

    @property
    def connected(self) -> bool:
        """Whether an ask would be sent now."""
        return self._link.usable

    @property
    def max_payload(self) -> int:
        """Bytes of the largest request or reply that is carried."""
        return self._link.max_payload

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

    async def gather(self, subject: str, payload: bytes, wait: float) -> list[bytes]:
        """Return every reply to *payload* that comes within *wait* seconds."""
        return await self._asks.gather(self.ask(subject, payload, wait))

    async def serve(self, subject: str, handler: Handler, *, everyone: bool = False) -> NatsService:
        """Let *handler* answer what is asked of *subject* (`*` matches one token)."""
        service, link = NatsService(self, subject, handler, everyone=everyone), self._link
        await service.resume(link)
        while link is not self._link:
            left, link = link, self._link
            await service.resume(link)
            await service.leave(left)
        self.services.add(service)
        return service

    def hurry(self, concerns: Callable[[str], bool]) -> None:
        """Give up the asks of subjects that *concerns*."""
        self._asks.hurry(concerns)

    async def close(self) -> None:
        """Stop every service and fail what is still asked."""
        await asyncio.gather(*(service.stop() for service in tuple(self.services)))
        for task in self._tasks:
            task.cancel()
        while self._tasks:
            await asyncio.wait(self._tasks)
        await asyncio.gather(*(link.flush() for link in self._links if link.usable))
        await asyncio.gather(*(link.abandon() for link in self._links), self._dialer.close())
        self._asks.fail_all("The transport was closed before a reply came.")

    async def _keep(self, link: Link) -> None:
        """Look after *link* until it is lost; then go on without it."""
        await link.watch()
        self._asks.fail_all("The connection was lost before a reply came.", link.inbox)
        for service in self.services:
            service.forget(link)
        self._on_trouble()
        await link.abandon()
        self._links.discard(link)

    def _on_trouble(self) -> None:
        """Move, when the link is lost, or its server says that it will stop."""
        before_the_first = not self._link.url
        if not before_the_first and not self._moving:
            self._moving = True
            self._spawn(self._move())

    async def _move(self) -> None:
        """Go on over a new link, and leave the one before when that is still good."""
        while self._link.lame or not self._link.alive:
            left = self._link
            try:
                self._link = await self._arrive(but=left.url)
            except Exception as error:  # noqa: BLE001  nothing may end the trying
                _log.warning("The bus does not take us back yet:", error)
                await asyncio.sleep(CONNECT_PAUSE)
            else:
                self._spawn(self._retire(left))
        self._moving = False

    async def _arrive(self, but: str) -> Link:
        """Return a new link on which every service is resumed."""
        link = await self._dialer.dial(but)
        self._links.add(link)
        self._spawn(self._keep(link))
        resumed = set[NatsService]()
        while fresh := self.services - resumed:
            outcomes = await asyncio.gather(
                *(service.resume(link) for service in fresh), return_exceptions=True
            )
            resumed |= fresh
            for trouble in filter(None, outcomes):
                _log.warning("A service could not be resumed:", trouble)
        if not link.alive:
            raise Disconnected("The new connection was lost at once.")
        return link

    async def _retire(self, link: Link) -> None:
        """Take no more over *link*, and let what is under way on it come to its end."""
        await asyncio.gather(*(service.leave(link) for service in tuple(self.services)))
        await asyncio.wait({link.lost}, timeout=LINGER_SECONDS)
        link.lose()

    def _make_link(self) -> Link:
        return Link(self._asks, self._count_violation, self._on_trouble)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _count_violation(self) -> None:
        self.violations += 1
