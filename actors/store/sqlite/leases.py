"""The lease table, on the thread's side. Every change of an owner or an epoch raises the fence."""

import sqlite3
from collections.abc import Iterable

from actors.runtime.journal import Fence
from actors.store.queries import QUERIES
from actors.store.sqlite.group import transaction


def take(
    connection: sqlite3.Connection, node: str, shards: Iterable[int], now: int, until: int
) -> dict[int, Fence]:
    """Lease those of *shards* that are free, expired or *node*'s own, each with a new epoch."""
    got: dict[int, Fence] = {}
    with transaction(connection):
        for shard in shards:
            wanted = {"node": node, "shard": shard, "now": now, "until": until}
            for (epoch,) in connection.execute(QUERIES["take_lease"], wanted).fetchall():
                got[shard] = Fence(shard, epoch)
        connection.execute(QUERIES["raise_fence"])
    return got


def renew(connection: sqlite3.Connection, node: str, until: int) -> None:
    """Prolong every lease of *node*."""
    with transaction(connection):
        connection.execute(QUERIES["renew_leases"], {"node": node, "until": until})


def release(connection: sqlite3.Connection, node: str) -> None:
    """Give up every lease of *node*; epochs stay."""
    with transaction(connection):
        connection.execute(QUERIES["release_leases"], {"node": node})
        connection.execute(QUERIES["raise_fence"])


def release_all(connection: sqlite3.Connection) -> None:
    """Give up everybody's leases."""
    with transaction(connection):
        connection.execute(QUERIES["release_every_lease"])
        connection.execute(QUERIES["raise_fence"])
