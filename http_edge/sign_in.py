"""Opening and keeping up sessions: drawing their secrets, telling the account their hashes."""

from typing import NamedTuple

from aiohttp import web

from actors.accounts.messages import (
    CheckSession,
    Hidden,
    LiveSession,
    RefreshSession,
    SessionEnded,
    SessionOpened,
    SessionRefreshed,
    SignIn,
    account_key,
    address_of,
)
from actors.ids import MessageId, SessionId
from actors.runtime.errors import DeliveryFailed, Fault
from http_edge import keys
from http_edge.ask import ask, tell
from http_edge.auth import unauthorized
from http_edge.credentials import Credential, hash_of
from http_edge.email import email_as_typed

LONGEST_CLIENT = 300


class Opened(NamedTuple):
    """A session that was opened, and what its owner shows from now on."""

    session: SessionOpened
    credential: Credential


def draw_secret(request: web.Request, purpose: str) -> str:
    """Return 256 secret bits: fresh ones, or for a repeated request the same again."""
    if keys.REPEATABLE in request:
        return request.app[keys.TOKENS].again(purpose, MessageId(request[keys.MESSAGE_ID]))
    return request.app[keys.MINT].secret()


async def open_page_session(request: web.Request, email: str, password: str) -> Opened:
    """Sign a browser in; the credential is for its cookie."""
    return await _open(request, email, password, token=True, client="")


async def open_api_session(request: web.Request, email: str, password: str, client: str) -> Opened:
    """Sign an API client in; the credential is its first refresh token."""
    return await _open(request, email, password, token=False, client=client)


async def _open(
    request: web.Request, email: str, password: str, *, token: bool, client: str
) -> Opened:
    secret = draw_secret(request, "session")
    credential = Credential(account_key(email_as_typed(email)), secret)
    command = SignIn(
        password=Hidden(password),
        token_hash=credential.hash if token else "",
        refresh_hash="" if token else credential.hash,
        client=(client or request.headers.get("User-Agent", ""))[:LONGEST_CLIENT],
    )
    happened = await tell(request, address_of(credential.account), command)
    opened = happened.first(SessionOpened)
    if opened is None:
        raise DeliveryFailed(Fault.UNREADABLE)
    return Opened(opened, credential)


class Refreshed(NamedTuple):
    """A session that was kept up, and its next refresh token."""

    live: LiveSession
    credential: Credential


async def refresh(request: web.Request, token: str) -> Refreshed:
    """Use up the refresh *token* for the next; raise `Problem` (401) when it is not good."""
    used = Credential.read(token)
    if used is None:
        raise unauthorized("refresh_invalid", "The refresh token is not good; sign in again.")
    account = address_of(used.account)
    secret = draw_secret(request, "refresh")
    happened = await tell(request, account, RefreshSession(used.hash, hash_of(secret)))
    if happened.first(SessionEnded):
        raise unauthorized(
            "refresh_reused",
            "The refresh token was used before, so the session is over; sign in again.",
        )
    refreshed = happened.first(SessionRefreshed)
    session = refreshed.session if refreshed else SessionId("")
    live = await ask(request, account, CheckSession(session=session), LiveSession)
    return Refreshed(live, Credential(used.account, secret))
