"""Gives the commands of the demonstration, each under a name of its own.

What was said once under a name has no second effect.
"""

import hashlib
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import TypeVar

import anyio
import msgspec

from actors.accounts import messages as accounts
from actors.accounts.messages import Account, GetAccount, Hidden, SignUp, account_key
from actors.address import Address
from actors.caller import NOBODY, Caller, Role
from actors.directory import messages as directory
from actors.directory.messages import AccountStatus, IssueInvitation, Person
from actors.ids import MessageId
from actors.operations.demo.cast import Somebody
from actors.refusal import Refusal
from actors.runtime.client import Client, Happened
from actors.runtime.clock import Clock

OPERATOR = Caller("demo", Role.OPERATOR)
PATIENCE = 15.0
PAUSE = 0.03
"""Seconds between two looks at what another actor has yet to hear of."""

V = TypeVar("V")


class Stage:
    """Where the made-up people act."""

    def __init__(self, client: Client, clock: Clock, password: str) -> None:
        self.clock = clock
        self._client = client
        self._password = password

    async def open_account(self, one: Somebody) -> Person:
        """Have *one* sign up, with an invitation where that is needed, until they may sign in."""
        token = "" if one.role is Role.PATIENT else self._token(one)
        if token:
            await self._invite(token, one)
        sign_up = SignUp(
            email=one.email,
            name=one.name,
            role=one.role,
            zone=one.zone,
            password=Hidden(self._password),
            invitation=token,
        )
        address = accounts.address_of(account_key(one.email))
        await self.tell(address, sign_up, NOBODY, one.email)
        found = await self.soon(address, GetAccount(), Account, OPERATOR, _is_let_in)
        return found.person

    async def _invite(self, token: str, one: Somebody) -> None:
        until = self.clock.now() + timedelta(days=1)
        command = IssueInvitation(token, one.role, until)
        await self.tell(directory.ADDRESS, command, OPERATOR, one.email)

    def _token(self, one: Somebody) -> str:
        """Return the hash of an invitation that is the same each time."""
        return hashlib.sha256(f"{self._password} {one.email}".encode()).hexdigest()

    async def tell(
        self,
        to: Address,
        command: msgspec.Struct,
        caller: Caller,
        name: str,
        *,
        again: Collection[str] = (),
    ) -> Happened:
        """Give *command*, which *name* tells from others of its kind.

        A refusal with a code in *again* ends when the actor has heard what it lacks.
        """
        once = MessageId(f"demo-{type(command).__name__}-{name}")
        end = self.clock.monotonic() + PATIENCE
        while True:
            try:
                return await self._client.tell(to, command, caller, id=once, wait=PATIENCE)
            except Refusal as refusal:
                if refusal.code not in again or self.clock.monotonic() > end:
                    raise
            await anyio.sleep(PAUSE)

    async def ask(self, at: Address, query: msgspec.Struct, kind: type[V], caller: Caller) -> V:
        """Return the answer to *query*."""
        return await self._client.ask(at, query, kind, caller)

    async def soon(
        self,
        at: Address,
        query: msgspec.Struct,
        kind: type[V],
        caller: Caller,
        good: Callable[[V], bool] = lambda _: True,
    ) -> V:
        """Return the first *good* answer: the actor may not have heard of it yet."""
        end = self.clock.monotonic() + PATIENCE
        while True:
            late = self.clock.monotonic() > end
            try:
                found = await self._client.ask(at, query, kind, caller)
            except Refusal:
                if late:
                    raise
            else:
                if good(found):
                    return found
                if late:
                    raise TimeoutError
            await anyio.sleep(PAUSE)


def _is_let_in(found: Account) -> bool:
    return found.person.status is not AccountStatus.PENDING
