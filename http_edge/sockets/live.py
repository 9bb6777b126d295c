"""The handshake of a live socket: same site, signed in (or let into a call), and only then 101."""

from aiohttp import web

from actors.ids import AccountKey
from http_edge import keys
from http_edge.ask import caller_of, client_of
from http_edge.emergency import refresh_emergency
from http_edge.policy import GUEST, SIGNED_IN
from http_edge.problems import Problem
from http_edge.routes import Kind, Route
from http_edge.sockets.hub import HUB
from http_edge.sockets.presence import Owner
from http_edge.sockets.socket import Socket


async def live(request: web.Request) -> web.WebSocketResponse:
    """Tell a page of changes in what it shows."""
    return await _serve(request, _owner(request))


async def live_for_guest(request: web.Request) -> web.WebSocketResponse:
    """Tell a guest's page of the one call that they were invited to."""
    clock, guest = request.app[keys.CLOCK], request[keys.GUEST]
    until = clock.monotonic() + guest.until - clock.unix_ms() / 1000
    owner = Owner(caller_of(request), AccountKey(""), until, only=guest.call)
    return await _serve(request, owner)


async def _serve(request: web.Request, owner: Owner) -> web.WebSocketResponse:
    _check_origin(request)
    _check_flow(request)
    settings = request.app[keys.SETTINGS]
    connection = web.WebSocketResponse(
        heartbeat=settings.heartbeat_seconds,
        max_msg_size=settings.socket_message_bytes,
        compress=False,
    )
    if not connection.can_prepare(request):
        raise Problem(
            426, "upgrade_wanted", "Open a websocket here.", headers={"Upgrade": "websocket"}
        )
    await refresh_emergency(request)
    await connection.prepare(request)
    socket = Socket(
        connection,
        request.transport,
        owner,
        hub=request.app[HUB],
        client=client_of(request),
        clock=request.app[keys.CLOCK],
        tokens=request.app[keys.TOKENS],
        limits=request.app[keys.LIMITS],
        emergency=request.app[keys.EMERGENCY],
        queue_bytes=settings.socket_queue_bytes,
        ask_seconds=settings.ask_seconds,
    )
    await socket.run()
    return connection


def _check_origin(request: web.Request) -> None:
    """Let only our own pages in; a program shows a bearer token instead of an origin."""
    origin = request.headers.get("Origin")
    own = f"{request.app[keys.ORIGINS].scheme}://{request.host.lower()}"
    program = origin is None and "Authorization" in request.headers
    if origin != own and not program:
        raise Problem(403, "foreign_site", "That came from another site's page.")


def _check_flow(request: web.Request) -> None:
    """Open nothing for a person who sends too much already: a socket counts as a frame."""
    if not request.app[HUB].may_send(caller_of(request).user):
        raise Problem(
            429,
            "too_many_frames",
            "That is too much at once; wait a little.",
            headers={"Retry-After": "1"},
        )


def _owner(request: web.Request) -> Owner:
    clock, session = request.app[keys.CLOCK], request[keys.LIVE]
    left = (session.expires_at - clock.now()).total_seconds()
    return Owner(caller_of(request), AccountKey(request[keys.ACCOUNT]), clock.monotonic() + left)


ROUTES: tuple[Route, ...] = (
    Route(
        name="live",
        method="GET",
        path="/live",
        handler=live,
        policy=SIGNED_IN,
        kind=Kind.SOCKET,
        summary="Tell a page of changes in what it shows.",
    ),
    Route(
        name="live.guest",
        method="GET",
        path="/join/{call}/live",
        handler=live_for_guest,
        policy=GUEST,
        kind=Kind.SOCKET,
        summary="Tell a guest's page of the one call that they were invited to.",
    ),
)
