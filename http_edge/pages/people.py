"""Accounts, as administrators see them: find, approve, disable, invite, hand out links."""

from datetime import timedelta
from enum import Enum
from typing import TypeVar

from aiohttp import web

from actors.accounts.messages import (
    ApproveAccount,
    DisableAccount,
    EnableAccount,
    IssueLink,
    address_of,
)
from actors.caller import Role
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import (
    INVITATION_LIFE,
    AccountStatus,
    IssueInvitation,
    ListPeople,
    People,
)
from actors.ids import UserId
from http_edge import keys
from http_edge.ask import ask_numbered
from http_edge.credentials import Credential, hash_of
from http_edge.links import invitation_link, password_link
from http_edge.lookup import person_by_id
from http_edge.pages.forms import ONCE, Form, posted, send
from http_edge.pages.rendering import go_to, render

LINK_LIFE = timedelta(minutes=30)
INVITATION_LIVES = {
    "30 minutes": INVITATION_LIFE,
    "1 day": timedelta(days=1),
    "7 days": timedelta(days=7),
}
"""How long an invitation may be good, in the words of the form; the first is proposed."""
PROPOSED = next(iter(INVITATION_LIVES))
LONGEST_TEXT = 120
INVITED = (Role.PATIENT, Role.DOCTOR, Role.ADMIN)

E = TypeVar("E", bound=Enum)


async def people(request: web.Request) -> web.Response:
    """List the accounts, by role and state."""
    return await _people(request, Form(request.query))


async def search(request: web.Request) -> web.Response:
    """List the accounts that fit a text. A form's body, because a name must not stand in a URL."""
    return await _people(request, await posted(request))


async def _people(request: web.Request, form: Form) -> web.Response:
    query = ListPeople(
        role=_one_of(Role, form, "role"),
        status=_one_of(AccountStatus, form, "status"),
        text=form.text("text", most=LONGEST_TEXT),
        after=UserId(form.typed["after"]) if form.typed.get("after") else None,
    )
    found, seq = await ask_numbered(request, DIRECTORY, query, People)
    filters = {"role": query.role or "", "status": query.status or ""}
    return render(
        request,
        "accounts.html",
        status=form.status,
        form=form,
        people=found,
        seq=seq,
        filters=filters,
        lives=INVITATION_LIVES,
    )


def _one_of(kind: type[E], form: Form, name: str) -> E | None:
    try:
        return kind(form.typed.get(name, ""))
    except ValueError:
        return None


async def approve(request: web.Request) -> web.Response:
    """Let somebody in who waits."""
    return await _change(request, ApproveAccount(), "approved")


async def disable(request: web.Request) -> web.Response:
    """End all of somebody's sessions and let them in no more."""
    return await _change(request, DisableAccount(), "disabled")


async def enable(request: web.Request) -> web.Response:
    """Let somebody in again."""
    return await _change(request, EnableAccount(), "enabled")


async def _change(
    request: web.Request, command: ApproveAccount | DisableAccount | EnableAccount, said: str
) -> web.Response:
    form = await posted(request)
    person = await person_by_id(request, request.match_info["user"])
    if await send(request, address_of(person.account), command, form):
        return go_to("/accounts", said)
    return await _people(request, form)


def _secret(request: web.Request, form: Form) -> str:
    """Return the secret of a link: the same again when the same form is sent again."""
    once = form.typed.get(ONCE) or request.app[keys.MINT].secret()
    return request.app[keys.TOKENS].again("link", f"{request.path}\0{once}")


async def invite(request: web.Request) -> web.Response:
    """Make an invitation and show its link, this once."""
    form = await posted(request)
    role = form.choice("role", Role, "Choose a role.")
    if role not in INVITED:
        form.wrong("role", "Choose a role.")
    life = INVITATION_LIVES.get(form.typed.get("life", PROPOSED))
    if life is None:
        form.wrong("life", "Choose how long it is good.")
    if not form.ok or role is None or life is None:
        return await _people(request, form)
    secret, expires_at = _secret(request, form), request.app[keys.CLOCK].now() + life
    command = IssueInvitation(hash_of(secret), role, expires_at)
    if not await send(request, DIRECTORY, command, form):
        return await _people(request, form)
    return render(
        request,
        "link.html",
        title="Invitation",
        lead="Whoever opens this link can open one account.",
        link=invitation_link(request.app[keys.SETTINGS].public_url, secret),
        expires_at=expires_at,
    )


async def hand_out_link(request: web.Request) -> web.Response:
    """Make a one-time link for a new password and show it, this once."""
    form = await posted(request)
    person = await person_by_id(request, request.match_info["user"])
    credential = Credential(person.account, _secret(request, form))
    expires_at = request.app[keys.CLOCK].now() + LINK_LIFE
    command = IssueLink(credential.hash, expires_at)
    if not await send(request, address_of(person.account), command, form):
        return await _people(request, form)
    return render(
        request,
        "link.html",
        title="Password link",
        lead=f"With this link {person.name} can set a new password.",
        link=password_link(request.app[keys.SETTINGS].public_url, str(credential)),
        expires_at=expires_at,
    )
