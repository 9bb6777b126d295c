"""What every message of an account is made of."""

import hashlib

import msgspec

from actors.address import Address
from actors.ids import AccountKey

KIND = "account"


def account_key(email: str) -> AccountKey:
    """Return where the account of *email* (already in its normal form) lives."""
    return AccountKey(hashlib.sha256(email.casefold().encode()).hexdigest())


def address_of(account: AccountKey) -> Address:
    """Return where this account's actor is reached."""
    return Address(KIND, account)


class Hidden(str):
    """A secret on its way: a string that does not show itself when printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about an account."""


class Secretive(Message, frozen=True):
    """A message that carries a secret: printed, it shows its name alone."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"
