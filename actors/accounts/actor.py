"""Ties an account to the runtime; hashes passwords before its rules are asked."""

from typing import TypeAlias

from actors.accounts import messages
from actors.accounts.hasher import Hasher
from actors.accounts.messages import (
    ChangePassword,
    PasswordChecked,
    Prepared,
    SetPassword,
    SignIn,
    SignInChecked,
    SignUp,
    SignUpHashed,
)
from actors.accounts.passwords import check_password, normal_form
from actors.accounts.reactions import react
from actors.accounts.state import AccountState, answer, born, decide, evolve, may_watch
from actors.accounts.state.admission import check_sign_up
from actors.accounts.state.credentials import linked_person
from actors.accounts.state.permissions import owner
from actors.asked import Asked
from actors.runtime.room import Room

PERSONAL = frozenset(
    [
        "email",
        "name",
        "password",
        "password_hash",
        "old",
        "new",
        "new_hash",
        "token_hash",
        "refresh_hash",
        "next_hash",
        "used_hash",
        "link_hash",
        "invitation",
        "client",
    ]
)

NeedsHashing: TypeAlias = SignUp | SignIn | ChangePassword | SetPassword


def room(hasher: Hasher, clinic: str = "") -> Room[AccountState]:
    """Return the room of the accounts. No password may contain the words of *clinic*'s name."""
    preparation = Preparation(hasher, clinic)
    return Room(
        kind=messages.KIND,
        command=messages.Command,
        query=messages.Query,
        event=messages.Event,
        state=AccountState,
        schema=1,
        born=born,
        decide=decide,
        evolve=evolve,
        answer=answer,
        react=react,
        may_watch=may_watch,
        prepare=preparation.prepare,
        prepared=frozenset({SignUp, SignIn, ChangePassword, SetPassword}),
        personal=PERSONAL,
    )


class Preparation:
    """The slow work before a decision. What refuses here refuses before anything is hashed."""

    def __init__(self, hasher: Hasher, clinic: str) -> None:
        self._hasher = hasher
        self._clinic = clinic

    async def prepare(self, state: AccountState, command: NeedsHashing, asked: Asked) -> Prepared:
        """Return *command* with its hashing done."""
        match command:
            case SignUp():
                return await self._sign_up(state, command)
            case SignIn():
                return await self._sign_in(state, command)
            case ChangePassword():
                return await self._change_password(state, command, asked)
            case SetPassword():
                return await self._set_password(state, command, asked)

    async def _sign_up(self, state: AccountState, command: SignUp) -> SignUpHashed:
        check_sign_up(state.key, command)
        self._check(command.password, command.email, command.name, "password")
        return SignUpHashed(
            email=command.email,
            name=command.name,
            role=command.role,
            zone=command.zone,
            invitation=command.invitation,
            password_hash=await self._hasher.hash(normal_form(command.password)),
        )

    async def _sign_in(self, state: AccountState, command: SignIn) -> SignInChecked:
        """Check the password, against a dummy when there is none: it must take as long."""
        against = state.password_hash or self._hasher.dummy
        password = normal_form(command.password)
        matches = await self._hasher.verify(against, password)
        stale = matches and self._hasher.needs_rehash(against)
        return SignInChecked(
            matches=matches,
            against=against,
            rehashed=await self._hasher.hash(password) if stale else "",
            token_hash=command.token_hash,
            refresh_hash=command.refresh_hash,
            client=command.client,
        )

    async def _change_password(
        self, state: AccountState, command: ChangePassword, asked: Asked
    ) -> PasswordChecked:
        person = owner(state, asked)
        self._check(command.new, person.email, person.name, "new")
        matches = await self._hasher.verify(state.password_hash, normal_form(command.old))
        return await self._checked(command.new, matches, state.password_hash, "")

    async def _set_password(
        self, state: AccountState, command: SetPassword, asked: Asked
    ) -> PasswordChecked:
        person = linked_person(state, command.link_hash, asked)
        self._check(command.new, person.email, person.name, "new")
        return await self._checked(command.new, False, "", command.link_hash)

    async def _checked(
        self, new: str, matches: bool, against: str, link_hash: str
    ) -> PasswordChecked:
        return PasswordChecked(
            matches=matches,
            against=against,
            link_hash=link_hash,
            new_hash=await self._hasher.hash(normal_form(new)) if matches or link_hash else "",
        )

    def _check(self, password: str, email: str, name: str, field: str) -> None:
        refusal = check_password(password, email=email, name=name, clinic=self._clinic, field=field)
        if refusal is not None:
            raise refusal
