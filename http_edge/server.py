"""Listening: aiohttp's server with our own bounds on connections and bad requests."""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog
from aiohttp import web

from config.settings import EdgeSettings
from http_edge import keys
from http_edge.access_log import AccessLog
from http_edge.headers import ALWAYS, NO_STORE, csp
from http_edge.problems import Problem, json_problem
from http_edge.sparingly import Sparingly

log = structlog.get_logger("http_edge.server")

LINGER = 5
SHUTDOWN = 2
BACKLOG = 1024


class Connection(web.RequestHandler):
    """One connection: it counts against its address, and says briefly what is malformed."""

    __slots__ = ("_address", "_edge")

    def __init__(self, edge: "EdgeServer", **options: Any) -> None:  # noqa: ANN401  aiohttp's
        super().__init__(edge, **options)
        self._edge = edge
        self._address: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or close it when there are too many."""
        peer = transport.get_extra_info("peername")
        address = peer[0] if isinstance(peer, tuple) else ""
        if not self._edge.admit(address):
            transport.close()
            return
        self._address = address
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give the place free."""
        if self._address is not None:
            self._edge.dismiss(self._address)
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, unless the connection was not taken."""
        if self._address is not None:
            super().data_received(data)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  it repeats what a stranger sent
    ) -> web.StreamResponse:
        """Answer what could not be read as HTTP, and close."""
        self._edge.malformed("malformed request", address=self._address or "", why=_why(exc))
        if request.writer.output_size > 0:
            raise ConnectionError
        problem = Problem(status, "malformed_request", "That is not a proper HTTP request.")
        response = json_problem(problem)
        response.headers.update(ALWAYS)
        response.headers["Content-Security-Policy"] = csp(self._edge.nonce())
        response.headers["Cache-Control"] = NO_STORE
        response.force_close()
        return response


def _why(error: BaseException | None) -> str:
    """Name the kind of error: its text would repeat what a stranger sent."""
    return type(error).__name__


class EdgeServer(web.Server):
    """Makes the connections, so many in all and so many from one address."""

    def __init__(self, app: web.Application, inner: web.Server) -> None:
        self.settings = app[keys.SETTINGS]
        self._app = app
        self._open: Counter[str] = Counter()
        self._count = 0
        self._options: dict[str, Any] = {
            "loop": asyncio.get_running_loop(),
            # aiohttp closes a connection that has waited so long for a complete head,
            # whether nothing of it came or a byte now and then
            "keepalive_timeout": self.settings.header_seconds,
            "lingering_time": LINGER,
            "auto_decompress": False,
            "access_log_class": AccessLog,
        }
        self.malformed = Sparingly(log, app[keys.CLOCK].monotonic)
        super().__init__(inner.request_handler, request_factory=inner.request_factory)

    def __call__(self) -> Connection:
        """Make the protocol of a new connection."""
        return Connection(self, **self._options)

    def nonce(self) -> str:
        """Return a fresh nonce for a response that no application made."""
        return self._app[keys.MINT].secret()

    def admit(self, address: str) -> bool:
        """Whether one more connection from *address* is taken (and count it)."""
        most = self.settings.connections_per_address
        crowded = self._open[address] >= most and not self._app[keys.ORIGINS].trusts(address)
        if crowded or self._count >= self.settings.connections:
            return False
        self._open[address] += 1
        self._count += 1
        return True

    def dismiss(self, address: str) -> None:
        """Count a connection from *address* as gone."""
        self._count -= 1
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]


class Runner(web.ServerRunner):
    """Runs the edge's server around the application's life."""

    def __init__(self, app: web.Application, server: EdgeServer) -> None:
        super().__init__(server, shutdown_timeout=SHUTDOWN)
        self._app = app

    async def shutdown(self) -> None:
        """Let the application close its websockets before connections are waited for."""
        await self._app.shutdown()


class Site(web.BaseSite):
    """Listens on a socket that is bound; a TLS handshake has as long as a request's headers."""

    __slots__ = ("_bound", "_edge")

    def __init__(
        self, runner: Runner, edge: EdgeServer, bound: socket.socket, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(runner, ssl_context=tls, backlog=BACKLOG)
        self._edge = edge
        self._bound = bound

    @property
    def name(self) -> str:
        """What the runner calls it."""
        return str(self._bound.getsockname())

    async def start(self) -> None:
        """Take connections from now on."""
        await super().start()
        self._server = await asyncio.get_running_loop().create_server(
            self._edge,
            sock=self._bound,
            backlog=self._backlog,
            ssl=self._ssl_context,
            ssl_handshake_timeout=self._edge.settings.header_seconds if self._ssl_context else None,
        )


def listen(settings: EdgeSettings, *, shared: bool = False) -> tuple[socket.socket, EdgeSettings]:
    """Bind the address of *settings*; return the socket, and the settings with the real port.

    A *shared* port may be bound by further processes; who does not listen on it gets nothing.
    """
    bound = _shared(settings) if shared else _alone(settings)
    bound.setblocking(False)
    if settings.port:
        return bound, settings
    port = bound.getsockname()[1]
    public_url = settings.public_url.removesuffix(":0")
    if public_url != settings.public_url:
        public_url = f"{public_url}:{port}"
    return bound, msgspec.structs.replace(settings, port=port, public_url=public_url)


def _alone(settings: EdgeSettings) -> socket.socket:
    return socket.create_server(
        (settings.host, settings.port), family=_family(settings), backlog=BACKLOG
    )


def _shared(settings: EdgeSettings) -> socket.socket:
    bound = socket.socket(_family(settings))
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind((settings.host, settings.port))
    except BaseException:
        bound.close()
        raise
    return bound


def _family(settings: EdgeSettings) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in settings.host else socket.AF_INET


@asynccontextmanager
async def serving(
    app: web.Application, bound: socket.socket, tls: ssl.SSLContext | None = None
) -> AsyncIterator[None]:
    """Serve *app* on the socket *bound* for as long as the context lasts."""
    inner = web.AppRunner(app)
    await inner.setup()
    if inner.server is None:
        raise RuntimeError("The application has no server after its set-up.")
    edge = EdgeServer(app, inner.server)
    runner = Runner(app, edge)
    await runner.setup()
    try:
        await Site(runner, edge, bound, tls).start()
        yield
    finally:
        await runner.cleanup()
        await app.cleanup()
