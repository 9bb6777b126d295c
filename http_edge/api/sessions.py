"""Signing in, keeping a session up, seeing and ending sessions."""

from datetime import datetime

from aiohttp import web

from actors.accounts.messages import (
    EndOtherSessions,
    EndSession,
    ListSessions,
    Sessions,
    address_of,
)
from actors.address import Address
from actors.ids import AccountKey, SessionId, UserId
from http_edge import keys
from http_edge.api.shape import (
    SecretBody,
    View,
    api_route,
    empty,
    json_response,
    present,
)
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import read_json
from http_edge.cookies import end_session
from http_edge.policy import ANYBODY, SIGNED_IN
from http_edge.sign_in import open_api_session, refresh


class SignInBody(SecretBody, frozen=True):
    """Who signs in; *client* is what the list of sessions will call this one."""

    email: str
    password: str
    client: str = ""


class RefreshBody(SecretBody, frozen=True):
    """The refresh token, to be used up for the next."""

    refresh_token: str


class TokenSet(View, frozen=True):
    """What an API client shows (`access_token`, for *expires_in* seconds) and keeps."""

    access_token: str
    expires_in: int
    refresh_token: str
    session: str
    token_type: str = "Bearer"  # noqa: S105  a scheme

    def __repr__(self) -> str:
        return "TokenSet(***)"


class SessionOut(View, frozen=True):
    """One session."""

    id: str
    client: str
    since: datetime
    expires_at: datetime
    current: bool


class SessionList(View, frozen=True):
    """The live sessions, newest first."""

    items: tuple[SessionOut, ...]


async def sign_in(request: web.Request) -> web.Response:
    """Open a session and get its tokens."""
    body = await read_json(request, SignInBody)
    opened, credential = await open_api_session(request, body.email, body.password, body.client)
    tokens = _tokens(request, opened.session, opened.user, credential.account, str(credential))
    return json_response(tokens, status=201)


async def refresh_session(request: web.Request) -> web.Response:
    """Use up a refresh token and get the next tokens."""
    body = await read_json(request, RefreshBody)
    live, credential = await refresh(request, body.refresh_token)
    account = credential.account
    return json_response(_tokens(request, live.session, live.user, account, str(credential)))


def _tokens(
    request: web.Request, session: SessionId, user: UserId, account: AccountKey, refresh: str
) -> TokenSet:
    issued = request.app[keys.TOKENS].issue(session, user, account)
    return TokenSet(issued.token, issued.expires_in, refresh, session)


def _account(request: web.Request) -> Address:
    return address_of(AccountKey(request[keys.ACCOUNT]))


async def list_sessions(request: web.Request) -> web.Response:
    """See where you are signed in."""
    sessions = await ask(request, _account(request), ListSessions(), Sessions)
    return json_response(present(sessions, SessionList))


async def end_current_session(request: web.Request) -> web.Response:
    """Sign out."""
    await tell(request, _account(request), EndSession(SessionId(caller_of(request).session)))
    response = empty()
    end_session(response)
    return response


async def end_other_sessions(request: web.Request) -> web.Response:
    """Sign out everywhere else."""
    await tell(request, _account(request), EndOtherSessions())
    return empty()


async def end_one_session(request: web.Request) -> web.Response:
    """End one session of yours."""
    session = SessionId(request.match_info["session"])
    await tell(request, _account(request), EndSession(session))
    return empty()


ROUTES = (
    api_route(
        "POST",
        "/sessions",
        sign_in,
        ANYBODY,
        request=SignInBody,
        response=TokenSet,
        status=201,
        limit="sign_in",
    ),
    api_route(
        "POST",
        "/sessions/refresh",
        refresh_session,
        ANYBODY,
        request=RefreshBody,
        response=TokenSet,
    ),
    api_route("GET", "/sessions", list_sessions, SIGNED_IN, response=SessionList),
    api_route("DELETE", "/sessions/current", end_current_session, SIGNED_IN, status=204),
    api_route("DELETE", "/sessions/others", end_other_sessions, SIGNED_IN, status=204),
    api_route("DELETE", "/sessions/{session}", end_one_session, SIGNED_IN, status=204),
)
