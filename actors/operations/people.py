"""Letting people in and out: invitations, password links, accounts."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from email_validator import EmailNotValidError, validate_email

from actors.accounts import messages as accounts
from actors.accounts.messages import Account, DisableAccount, GetAccount, IssueLink
from actors.caller import Role
from actors.directory import messages as directory
from actors.directory.messages import (
    INVITATION_LIFE,
    AccountStatus,
    IssueInvitation,
    ListPeople,
    People,
)
from actors.ids import AccountKey, UserId
from actors.notify import messages as notify
from actors.operations.bus import Operator, Refused

LINK_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Links:
    """Where the pages take a one-time code."""

    invitation: Callable[[str], str]
    password: Callable[[str], str]


class OneTimeLink(msgspec.Struct, frozen=True, tag=True):
    """A link that can be used once. It is shown now and kept nowhere."""

    purpose: str
    link: str
    expires_at: datetime


class Disabled(msgspec.Struct, frozen=True, tag=True):
    """The account lets nobody in any more."""

    email: str


async def invite(operator: Operator, role: Role, links: Links) -> OneTimeLink:
    """Return a link with which somebody opens an account of *role*, active at once."""
    token, until = operator.mint.secret(), operator.clock.now() + INVITATION_LIFE
    command = IssueInvitation(_hash(token), role, until)
    await operator.client.tell(directory.ADDRESS, command, operator.caller)
    return OneTimeLink(f"open an account as {role.value}", links.invitation(token), until)


async def link(operator: Operator, email: str, links: Links) -> OneTimeLink:
    """Return a link with which the owner of *email* sets a new password."""
    account = await _account(operator, email)
    secret, until = operator.mint.secret(), operator.clock.now() + LINK_LIFE
    command = IssueLink(_hash(secret), until)
    await operator.client.tell(accounts.address_of(account), command, operator.caller)
    code = f"{account}.{secret}"
    return OneTimeLink("set a new password", links.password(code), until)


async def disable(operator: Operator, email: str) -> Disabled:
    """End every session of *email* and let nobody in."""
    account = await _account(operator, email)
    await operator.client.tell(accounts.address_of(account), DisableAccount(), operator.caller)
    return Disabled(email)


async def has_admin(operator: Operator) -> bool:
    """Tell whether the clinic has an administrator who can sign in."""
    query = ListPeople(role=Role.ADMIN, status=AccountStatus.ACTIVE, limit=1)
    people = await operator.client.ask(directory.ADDRESS, query, People, operator.caller)
    return bool(people.items)


async def fill_letter_boxes(operator: Operator) -> None:
    """Tell the letter box of everybody who may sign in where their letters go."""
    after: UserId | None = None
    while True:
        query = ListPeople(status=AccountStatus.ACTIVE, after=after, limit=200)
        page = await operator.client.ask(directory.ADDRESS, query, People, operator.caller)
        for person in page.items:
            known = notify.SetRecipient(
                person.user, person.email, person.name, person.role, person.zone
            )
            to = notify.address_of(person.user)
            await operator.client.tell(to, known, operator.caller)
        if not page.more:
            return
        after = page.items[-1].user


async def _account(operator: Operator, email: str) -> AccountKey:
    """Return where the account of *email* lives, or refuse when there is none."""
    try:
        found = validate_email(email, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise Refused(f"{email} is no e-mail address.") from error
    key = accounts.account_key(found.normalized)
    await operator.client.ask(accounts.address_of(key), GetAccount(), Account, operator.caller)
    return key


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
