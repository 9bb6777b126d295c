"""People of a made-up clinic."""

from actors.accounts.messages import address_of
from actors.caller import Caller, Role, actor_caller
from actors.directory.messages import AccountStatus, Person
from actors.ids import AccountKey, UserId
from tests.unit.accounts_support import NOW


def person(
    name: str,
    role: Role = Role.PATIENT,
    status: AccountStatus = AccountStatus.ACTIVE,
    user: str = "",
) -> Person:
    """Return somebody called *name*."""
    slug = user or name.casefold()
    return Person(
        user=UserId(slug),
        account=AccountKey(f"k-{slug}"),
        email=f"{slug}@example.org",
        name=name,
        role=role,
        status=status,
        zone="Europe/Paris",
        since=NOW,
    )


def by_account(account: AccountKey) -> Caller:
    """Return the account's actor as a caller."""
    return actor_caller(address_of(account))
