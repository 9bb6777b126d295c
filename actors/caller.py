"""Who asks. Made once, at the door, and seen by every decision."""

from enum import StrEnum

import msgspec

from actors.address import Address


class Role(StrEnum):
    """What somebody may be to the clinic."""

    PATIENT = "patient"
    DOCTOR = "doctor"
    ADMIN = "admin"
    OPERATOR = "operator"
    """A person at the command line of the machine."""
    ACTOR = "actor"
    """Another actor, by a durable send or a timer."""
    GUEST = "guest"
    """Somebody who was invited to one call by a link; has no account."""
    NOBODY = "nobody"
    """A visitor who has not signed in."""


class Caller(msgspec.Struct, frozen=True, array_like=True):
    """Who asks: a signed-in person, the operator, another actor, or nobody yet."""

    user: str
    """A `UserId`, a `GuestId`, the operator's login name, an actor's printed address, or empty."""
    role: Role
    session: str = ""
    """Of a guest: the `CallId` of the one call that they may see."""
    on_behalf_of: str = ""
    """For an actor: the person whose command led to this one."""


NOBODY = Caller("", Role.NOBODY)


def actor_caller(address: Address, on_behalf_of: str = "") -> Caller:
    """Return the caller that *address* is when it sends to another actor."""
    return Caller(str(address), Role.ACTOR, on_behalf_of=on_behalf_of)


def is_actor(caller: Caller, address: Address) -> bool:
    """Return whether *caller* is the actor at *address*, and not a person."""
    return caller.role is Role.ACTOR and caller.user == str(address)


def is_staff(caller: Caller) -> bool:
    """Return whether *caller* runs the clinic: an administrator, or the operator."""
    return caller.role in {Role.ADMIN, Role.OPERATOR}


def is_actor_of_kind(caller: Caller, kind: str) -> bool:
    """Return whether *caller* is one of the actors called `kind/...`, and not a person."""
    return caller.role is Role.ACTOR and caller.user.startswith(f"{kind}/")


class By(msgspec.Struct, frozen=True, array_like=True):
    """Who did something, for a timeline: the role, and a `UserId` or nothing."""

    role: Role
    user: str = ""


NOBODY_YET = By(Role.NOBODY)


def by(caller: Caller) -> By:
    """Return *caller* as a timeline names them."""
    return By(caller.role, caller.user)
