"""The lease table, on the thread's side. Every change of an owner or an epoch raises the fence."""

import json
import sqlite3
from collections.abc import Collection, Iterable

from actors.runtime.leases import LONGER_MS, Census, Fence, Lease, Member
from actors.store.sqlite.group import transaction
from actors.store.sqlite.statements import QUERIES


def beat(connection: sqlite3.Connection, member: Member, now: int, until: int) -> Census:
    """Let *member* live until then, and look around; who is over is buried."""
    with transaction(connection):
        alive = {
            "run": member.run,
            "name": member.name,
            "version": member.version,
            "wants": member.wants,
            "now": now,
            "until": until,
        }
        connection.execute(QUERIES["beat"], alive)
        connection.execute(QUERIES["bury_members"], {"now": now, "far": until + LONGER_MS})
        return census(connection, now)


def census(connection: sqlite3.Connection, now: int) -> Census:
    """Return who lives, and who owns what."""
    members = connection.execute(QUERIES["members"], {"now": now}).fetchall()
    leases = connection.execute(QUERIES["leases"]).fetchall()
    return Census(
        now,
        tuple(
            Member(run, name, version, bool(wants), at) for run, name, version, wants, at in members
        ),
        tuple(Lease(*row) for row in leases),
    )


def take(
    connection: sqlite3.Connection,
    run: str,
    shards: Iterable[int],
    gone: Collection[str],
    now: int,
) -> dict[int, Fence]:
    """Lease those of *shards* that are free or *run*'s own, each with a new epoch."""
    wish = {"run": run, "now": now, "gone": json.dumps(list(gone))}
    return _change(connection, "take_lease", shards, wish)


def hand_over(
    connection: sqlite3.Connection, run: str, shards: Iterable[int], heir: str
) -> dict[int, Fence]:
    """Make *heir* the owner of those of *shards* that are *run*'s."""
    return _change(connection, "hand_over_lease", shards, {"run": run, "heir": heir})


def _change(
    connection: sqlite3.Connection, name: str, shards: Iterable[int], wish: dict[str, object]
) -> dict[int, Fence]:
    changed: dict[int, Fence] = {}
    with transaction(connection):
        for shard in shards:
            found = connection.execute(QUERIES[name], wish | {"shard": shard}).fetchall()
            for (epoch,) in found:
                changed[shard] = Fence(shard, epoch)
        connection.execute(QUERIES["raise_fence"])
    return changed


def leave(connection: sqlite3.Connection, run: str) -> None:
    """Give up every lease of *run*, and let it be no member any more; epochs stay."""
    with transaction(connection):
        connection.execute(QUERIES["give_up_leases"], {"run": run})
        connection.execute(QUERIES["leave"], {"run": run})
        connection.execute(QUERIES["raise_fence"])


def leave_all(connection: sqlite3.Connection) -> None:
    """Give up everybody's leases."""
    with transaction(connection):
        connection.execute(QUERIES["give_up_every_lease"])
        connection.execute(QUERIES["leave_all"])
        connection.execute(QUERIES["raise_fence"])
