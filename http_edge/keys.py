"""The shared things of the application and of one request, under typed keys."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from actors.accounts.messages import LiveSession
from actors.caller import Caller
from actors.runtime.client import Client
from actors.runtime.clock import Clock
from actors.runtime.mint import Mint
from actors.runtime.transport import Transport

if TYPE_CHECKING:
    from config.settings import EdgeSettings
    from http_edge.bell import Rung
    from http_edge.emergency import Emergency
    from http_edge.guest_pass import GuestPass
    from http_edge.idempotency import Fingerprints
    from http_edge.limits import Limits
    from http_edge.multipart import Senders
    from http_edge.origins import Origins
    from http_edge.problems import Problem
    from http_edge.reaching import Reach
    from http_edge.routes import Route
    from http_edge.sparingly import Sparingly
    from http_edge.tokens import Tokens

SETTINGS: "web.AppKey[EdgeSettings]" = web.AppKey("settings")
CLIENT: web.AppKey[Client] = web.AppKey("client", Client)
TRANSPORT: web.AppKey[Transport] = web.AppKey("transport")
CLOCK: web.AppKey[Clock] = web.AppKey("clock")
MINT: web.AppKey[Mint] = web.AppKey("mint")
ROUTES: "web.AppKey[dict[web.AbstractRoute, Route]]" = web.AppKey("routes")
TOKENS: "web.AppKey[Tokens]" = web.AppKey("tokens")
LIMITS: "web.AppKey[Limits]" = web.AppKey("limits")
ORIGINS: "web.AppKey[Origins]" = web.AppKey("origins")
REPORTS: "web.AppKey[Sparingly]" = web.AppKey("reports")
EMERGENCY: "web.AppKey[Emergency]" = web.AppKey("emergency")
REACH: "web.AppKey[Reach]" = web.AppKey("reach")
MAIL_FOLDER: "web.AppKey[Path | None]" = web.AppKey("mail_folder")
"""The letters that demonstrations show; None everywhere else."""
FINGERPRINTS: "web.AppKey[Fingerprints]" = web.AppKey("fingerprints")
SENDERS: "web.AppKey[Senders]" = web.AppKey("senders")

ERROR_PAGE: "web.AppKey[Callable[[web.Request, Problem], Awaitable[web.Response]]]" = web.AppKey(
    "error_page"
)
"""Shows a problem as a page; set by `http_edge.pages`. Without it, problems are JSON."""

CALLER: web.RequestKey[Caller] = web.RequestKey("caller", Caller)
LIVE: web.RequestKey[LiveSession] = web.RequestKey("live", LiveSession)
"""The session that the caller has shown: name, zone, role and until when. Absent for visitors."""
ACCOUNT: web.RequestKey[str] = web.RequestKey("account", str)
"""The `AccountKey` of the signed-in person, where their account's actor lives."""
BELL: "web.RequestKey[Rung | None]" = web.RequestKey("bell")
"""What the bell on this page shows; None when nobody knows. Absent where there is none."""
GUEST: "web.RequestKey[GuestPass]" = web.RequestKey("guest")
"""What a guest showed at the door. Absent for everybody else."""
NONCE: web.RequestKey[str] = web.RequestKey("nonce", str)
"""This response's CSP nonce, fresh each time."""
TRACE: web.RequestKey[str] = web.RequestKey("trace", str)
MESSAGE_ID: web.RequestKey[str] = web.RequestKey("message_id", str)
"""The once-only id of what this request tells an actor."""
REPEATABLE: web.RequestKey[bool] = web.RequestKey("repeatable", bool)
"""Set when the request came with an Idempotency-Key."""
FORM: "web.RequestKey[dict[str, str]]" = web.RequestKey("form")
"""The fields of a form with files, as far as they have come."""
BODY: web.RequestKey[bytes] = web.RequestKey("body", bytes)
