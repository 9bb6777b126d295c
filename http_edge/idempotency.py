"""`Idempotency-Key`: the same POST, sent again, has no second effect and the first answer.

The key becomes the id of the command that the actor is given, and the actor's journal keeps that
id beside what it caused: that is what makes it once-only, across restarts and edges. The edge
itself only remembers, for a while and for its own process, which body a key came with, to tell
a client that reuses keys. Where visitors may call, the body is a part of the id: two who hit on
the same key never meet, and nobody is signed in again without the password.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

from actors.caller import NOBODY
from actors.refusal import Refusal
from http_edge import keys
from http_edge.bodies import read_body
from http_edge.once import once
from http_edge.problems import Problem
from http_edge.routes import Handler, route_of

HEADER = "Idempotency-Key"
REMEMBERED = 10_000
UNSURE = 500
"""From this status on, something may have happened."""

_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)


@dataclass(slots=True)
class Claim:
    """One request under a key, while it runs and after."""

    body: str
    running: bool = True
    wanted: bool = True
    """Whether to remember it: not when it was refused, so that it may be mended and sent again."""


class Fingerprints:
    """Which body each key came with: the last ten thousand."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._claims: OrderedDict[str, Claim] = OrderedDict()
        self._most = most

    @contextmanager
    def claim(self, slot: str, body: str) -> Iterator[Claim]:
        """Hold *slot* for this *body*, or raise `Problem`: 409 in flight, 422 another body."""
        known = self._claims.get(slot)
        if known is not None:
            _check(known, body)
        claim = self._claims[slot] = Claim(body)
        self._claims.move_to_end(slot)
        try:
            yield claim
        finally:
            claim.running = False
            self._tidy(slot, claim)

    def _tidy(self, slot: str, claim: Claim) -> None:
        if not claim.wanted:
            self._claims.pop(slot, None)
        while len(self._claims) > self._most:
            self._claims.popitem(last=False)


def _check(known: Claim, body: str) -> None:
    if known.body != body:
        raise Problem(422, "idempotency_mismatch", "That key came with another body before.")
    if known.running:
        raise Problem(
            409,
            "idempotency_in_flight",
            "The same request is being worked on just now.",
            headers={"Retry-After": "1"},
        )


@web.middleware
async def once_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request the id under which its command takes effect once."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        request[keys.MESSAGE_ID] = request.app[keys.MINT].message_id()
        return await handler(request)
    if _KEY.fullmatch(key) is None:
        raise Problem(400, "idempotency_key", "A key is 1 to 255 visible ASCII characters.")
    body = await use_key(request, key)
    with request.app[keys.FINGERPRINTS].claim(_slot(request, key), body) as claim:
        return await _remembered(claim, request, handler)


async def use_key(request: web.Request, key: str) -> str:
    """Have what *request* tells take effect once under *key*; return its body's fingerprint.

    A form brings its key in a hidden field and calls this before it tells.
    """
    body = hashlib.sha256(await read_body(request)).hexdigest()
    request[keys.REPEATABLE] = True
    request[keys.MESSAGE_ID] = message_id(request, key, body)
    return body


async def _remembered(claim: Claim, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer, and forget the claim when nothing was done for sure."""
    try:
        return await handler(request)
    except Refusal:
        claim.wanted = False
        raise
    except Problem as problem:
        claim.wanted = problem.status >= UNSURE
        raise


def message_id(request: web.Request, key: str, body: str) -> str:
    """Return the once-only id that *key* stands for: this caller's, on this path."""
    user = request[keys.CALLER].user
    return _digest(request, user, body if _is_open(request) else "", key)


def _slot(request: web.Request, key: str) -> str:
    caller = request[keys.CALLER]
    scope = request.app[keys.ORIGINS].address(request) if caller is NOBODY else caller.user
    return _digest(request, "slot", scope, key)


def _is_open(request: web.Request) -> bool:
    """Whether visitors may call: what they say is then all that tells them apart."""
    route = route_of(request)
    return route is None or route.policy.open


def _digest(request: web.Request, *parts: str) -> str:
    return once(request.app[keys.TOKENS], request.method, request.path, *parts)
