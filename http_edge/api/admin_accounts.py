"""For administrators: who has an account, who is let in, who is invited."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from actors.accounts.messages import (
    Account,
    ApproveAccount,
    DisableAccount,
    EnableAccount,
    GetAccount,
    address_of,
)
from actors.caller import Role
from actors.directory.messages import (
    ADDRESS,
    INVITATION_LIFE,
    AccountStatus,
    IssueInvitation,
    ListPeople,
    People,
)
from actors.ids import UserId
from http_edge import keys
from http_edge.api.shape import (
    MOST,
    PAGE,
    PAGING,
    Body,
    Nothing,
    SecretBody,
    View,
    api_route,
    json_response,
    limit_of,
    next_link,
    present,
    query_of,
)
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.credentials import hash_of
from http_edge.links import invitation_link
from http_edge.lookup import person_by_id
from http_edge.policy import ADMIN
from http_edge.sign_in import draw_secret


class AccountOut(View, frozen=True):
    """Somebody with an account."""

    user: str
    email: str
    name: str
    role: Role
    status: AccountStatus
    zone: str
    since: datetime


class AccountPage(View, frozen=True):
    """A page of accounts, by name; *next* is the link to the page after."""

    items: tuple[AccountOut, ...]
    next: str | None


class AccountSearch(SecretBody, frozen=True):
    """Whom to find. A text to look for travels in the body: names do not belong into addresses."""

    text: str = ""
    role: Role | None = None
    status: AccountStatus | None = None
    cursor: str = ""
    limit: Annotated[int, Meta(ge=1, le=MOST)] = PAGE


class AccountsFound(View, frozen=True):
    """Whom was found, by name; *cursor* goes into the next search."""

    items: tuple[AccountOut, ...]
    cursor: str | None


class NewInvitation(Body, frozen=True):
    """Whoever brings the token gets an account of *role*, within so many *minutes*."""

    role: Role
    minutes: Annotated[int, Meta(ge=1, le=30 * 24 * 60)] = INVITATION_LIFE // timedelta(minutes=1)


class InvitationOut(View, frozen=True):
    """The token, and a link that carries it. They are shown this once."""

    token: str
    link: str
    role: Role
    expires_at: datetime

    def __repr__(self) -> str:
        return "InvitationOut(***)"


async def list_accounts(request: web.Request) -> web.Response:
    """See who has an account."""
    wanted = ListPeople(
        role=query_of(request, "role", Role, None),
        status=query_of(request, "status", AccountStatus, None),
        after=UserId(query_of(request, "cursor", str, "")) or None,
        limit=limit_of(request),
    )
    people = await ask(request, ADDRESS, wanted, People)
    items = present(people.items, tuple[AccountOut, ...])
    return json_response(AccountPage(items, next_link(request, _cursor(people))))


async def search_accounts(request: web.Request) -> web.Response:
    """Find accounts by a part of a name or an address."""
    wanted = await read_json(request, AccountSearch)
    query = ListPeople(
        role=wanted.role,
        status=wanted.status,
        text=wanted.text,
        after=UserId(wanted.cursor) or None,
        limit=wanted.limit,
    )
    people = await ask(request, ADDRESS, query, People)
    items = present(people.items, tuple[AccountOut, ...])
    return json_response(AccountsFound(items, _cursor(people)))


def _cursor(people: People) -> UserId | None:
    return people.items[-1].user if people.more else None


async def get_account(request: web.Request) -> web.Response:
    """See one account."""
    person = await person_by_id(request, request.match_info["user"])
    return json_response(present(person, AccountOut))


async def approve_account(request: web.Request) -> web.Response:
    """Let somebody in who waits for approval."""
    return await _change(request, ApproveAccount())


async def disable_account(request: web.Request) -> web.Response:
    """End somebody's sessions and let them in no more."""
    return await _change(request, DisableAccount())


async def enable_account(request: web.Request) -> web.Response:
    """Let somebody in again."""
    return await _change(request, EnableAccount())


async def _change(request: web.Request, command: msgspec.Struct) -> web.Response:
    await read_json(request, Nothing)
    person = await person_by_id(request, request.match_info["user"])
    account = address_of(person.account)
    await tell(request, account, command)
    changed = await ask(request, account, GetAccount(), Account)
    return json_response(present(changed.person, AccountOut))


async def invite(request: web.Request) -> web.Response:
    """Invite somebody; the link is shown this once."""
    wanted = await read_json(request, NewInvitation)
    token = draw_secret(request, "invitation")
    expires_at = request.app[keys.CLOCK].now() + timedelta(minutes=wanted.minutes)
    await tell(request, ADDRESS, IssueInvitation(hash_of(token), wanted.role, expires_at))
    link = invitation_link(request.app[keys.SETTINGS].public_url, token)
    return json_response(InvitationOut(token, link, wanted.role, expires_at), status=201)


_WHO = {"role": "Only this role.", "status": "Only accounts that are `pending`, `active`, ..."}

ROUTES = (
    api_route(
        "GET",
        "/admin/accounts",
        list_accounts,
        ADMIN,
        response=AccountPage,
        query={**_WHO, **PAGING},
    ),
    api_route(
        "POST",
        "/admin/accounts/search",
        search_accounts,
        ADMIN,
        request=AccountSearch,
        response=AccountsFound,
    ),
    api_route("GET", "/admin/accounts/{user}", get_account, ADMIN, response=AccountOut),
    *(
        api_route(
            "POST",
            f"/admin/accounts/{{user}}/{verb}",
            handler,
            ADMIN,
            request=Nothing,
            response=AccountOut,
        )
        for verb, handler in (
            ("approve", approve_account),
            ("disable", disable_account),
            ("enable", enable_account),
        )
    ),
    api_route(
        "POST",
        "/admin/invitations",
        invite,
        ADMIN,
        request=NewInvitation,
        response=InvitationOut,
        status=201,
    ),
)
