"""The application: its shared things, its middlewares, its routes."""

from collections.abc import Iterable
from pathlib import Path

import structlog
from aiohttp import web

from actors.runtime.client import Client
from actors.runtime.clock import Clock
from actors.runtime.mint import Mint
from actors.runtime.transport import Transport
from config.settings import EdgeSettings
from http_edge import keys, pages, sockets
from http_edge.emergency import Emergency
from http_edge.headers import set_headers
from http_edge.idempotency import Fingerprints
from http_edge.limits import Limits
from http_edge.middlewares import INWARDS
from http_edge.multipart import Senders
from http_edge.origins import Origins
from http_edge.reaching import Reach
from http_edge.routes import Route, add_routes
from http_edge.sparingly import Sparingly
from http_edge.table import ROUTES
from http_edge.tokens import Tokens

log = structlog.get_logger("http_edge")

KEYS_FILE = "tokens.json"


def make_app(
    settings: EdgeSettings,
    *,
    client: Client,
    transport: Transport,
    clock: Clock,
    mint: Mint,
    tokens: Tokens,
    routes: Iterable[Route] = ROUTES,
    reach: Reach | None = None,
    mail_folder: Path | None = None,
) -> web.Application:
    """Return the edge's application, which answers *routes*.

    *reach* says by what else people are reached than by the bell and letters. With *mail_folder*
    (in demonstrations alone) the letters in it are shown to whoever asks from this machine.
    """
    app = web.Application(middlewares=INWARDS, client_max_size=settings.form_bytes)
    app[keys.SETTINGS] = settings
    app[keys.CLIENT] = client
    app[keys.TRANSPORT] = transport
    app[keys.CLOCK] = clock
    app[keys.MINT] = mint
    app[keys.TOKENS] = tokens
    app[keys.ORIGINS] = Origins.of(settings)
    app[keys.LIMITS] = Limits(clock, settings.attempts_per_minute)
    app[keys.EMERGENCY] = Emergency(clock)
    app[keys.FINGERPRINTS] = Fingerprints()
    app[keys.SENDERS] = Senders()
    app[keys.REACH] = reach or Reach()
    app[keys.MAIL_FOLDER] = mail_folder
    app[keys.REPORTS] = Sparingly(log, clock.monotonic)
    app.on_response_prepare.append(set_headers)
    pages.set_up(app)
    sockets.set_up(app)
    add_routes(app, routes)
    return app


def open_tokens(
    directory: Path, settings: EdgeSettings, clock: Clock, mint: Mint, *, own: bool = True
) -> Tokens:
    """Open the signing keys that lie in *directory*; those that are not our *own* are only read."""
    return Tokens.open(
        directory / KEYS_FILE,
        clock,
        mint,
        issuer=settings.public_url,
        seconds=settings.access_token_seconds,
        own=own,
    )
