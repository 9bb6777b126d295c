"""Who asks: a session cookie or a bearer token becomes a `Caller`, by asking the account.

Each request asks anew, so signing out or disabling an account ends every use at once.
"""

from aiohttp import web

from actors.accounts.messages import CheckSession, LiveSession, address_of
from actors.caller import NOBODY, Caller, Role
from actors.ids import AccountKey
from actors.refusal import Refusal
from http_edge import keys
from http_edge.cookies import GUEST, SESSION
from http_edge.credentials import Credential
from http_edge.guest_pass import read_pass
from http_edge.policy import Policy
from http_edge.problems import Problem
from http_edge.tokens import TokenRefused

LINK_WANTED = "Open the link that you were sent once more."


async def identify(request: web.Request, policy: Policy) -> None:
    """Find out who asks and whether *policy* lets them; raise `Problem` (401, 403) if not."""
    request[keys.CALLER] = NOBODY
    if not policy.identify:
        return
    if Role.GUEST in policy.roles:
        _by_guest_pass(request)
        return
    try:
        await _sign_in(request)
    except Problem:
        if not policy.open:
            raise
    caller = request[keys.CALLER]
    if policy.allows(caller):
        return
    if caller is NOBODY:
        raise unauthorized("not_signed_in", "Sign in first, or again.")
    raise Problem(403, "not_allowed", "Your role does not allow this.")


def _by_guest_pass(request: web.Request) -> None:
    """Know a guest by the pass of this one call; whether it still lets them in, it says itself."""
    try:
        guest = read_pass(request.app[keys.TOKENS], request.cookies.get(GUEST, ""))
    except TokenRefused as refused:
        raise Problem(403, "link_wanted", LINK_WANTED) from refused
    if guest.call != request.match_info["call"]:
        raise Problem(403, "link_wanted", LINK_WANTED)
    request[keys.GUEST] = guest
    request[keys.CALLER] = Caller(guest.guest, Role.GUEST, guest.call)


def unauthorized(code: str, sentence: str) -> Problem:
    """Return the answer for whoever has to sign in."""
    return Problem(401, code, sentence, headers={"WWW-Authenticate": 'Bearer realm="carewire"'})


async def _sign_in(request: web.Request) -> None:
    header = request.headers.get("Authorization")
    if header is not None:
        await _by_bearer(request, header)
    elif SESSION in request.cookies:
        await _by_cookie(request, request.cookies[SESSION])


async def _by_bearer(request: web.Request, header: str) -> None:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise unauthorized("token_invalid", "Send an access token as a Bearer token.")
    try:
        claims = request.app[keys.TOKENS].read(token.strip())
    except TokenRefused as refused:
        if refused.expired:
            raise unauthorized("token_expired", "The access token is over.") from refused
        raise unauthorized("token_invalid", "The access token is not good.") from refused
    live = await _check(request, claims.acc, CheckSession(session=claims.sid))
    if live.user != claims.sub:
        raise unauthorized("token_invalid", "The access token is not good.")


async def _by_cookie(request: web.Request, cookie: str) -> None:
    credential = Credential.read(cookie)
    if credential is None:
        raise unauthorized("not_signed_in", "Sign in first, or again.")
    await _check(request, credential.account, CheckSession(token_hash=credential.hash))


async def _check(request: web.Request, account: AccountKey, check: CheckSession) -> LiveSession:
    """Ask the account whose session it is, and remember that for this request."""
    try:
        live = await request.app[keys.CLIENT].ask(
            address_of(account),
            check,
            LiveSession,
            NOBODY,
            wait=request.app[keys.SETTINGS].ask_seconds,
            trace=request[keys.TRACE],
        )
    except Refusal as refusal:
        raise unauthorized("not_signed_in", refusal.sentence) from refusal
    request[keys.CALLER] = Caller(live.user, live.role, live.session)
    request[keys.ACCOUNT] = account
    request[keys.LIVE] = live
    return live
