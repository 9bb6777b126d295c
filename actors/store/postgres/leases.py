"""The lease table, by the database's clock. Rows are locked in the order of their shards."""

from collections.abc import Collection, Iterable

from asyncpg import Connection

from actors.runtime.leases import LONGER_MS, Census, Fence, Lease, Member
from actors.store.postgres.statements import QUERIES


async def beat(connection: Connection, member: Member, seconds: float) -> Census:
    """Let *member* live for *seconds* from now, and look around; who is over is buried."""
    life = round(seconds * 1000)
    said = (member.run, member.name, member.version, member.wants, life)
    async with connection.transaction():
        await connection.execute(QUERIES["beat"], *said)
        await connection.execute(QUERIES["bury_members"], life + LONGER_MS)
        return await _look(connection)


async def census(connection: Connection) -> Census:
    """Return who lives, and who owns what."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await _look(connection)


async def _look(connection: Connection) -> Census:
    now = await connection.fetchval(QUERIES["now"])
    members = await connection.fetch(QUERIES["members"], now)
    leases = await connection.fetch(QUERIES["leases"])
    return Census(now, tuple(Member(*row) for row in members), tuple(Lease(*row) for row in leases))


async def take(
    connection: Connection, run: str, shards: Iterable[int], gone: Collection[str]
) -> dict[int, Fence]:
    """Lease those of *shards* that are free or *run*'s own, each with a new epoch."""
    rows = await connection.fetch(QUERIES["take_lease"], run, list(shards), list(gone))
    return {shard: Fence(shard, epoch) for shard, epoch in rows}


async def hand_over(
    connection: Connection, run: str, shards: Iterable[int], heir: str
) -> dict[int, Fence]:
    """Make *heir* the owner of those of *shards* that are *run*'s."""
    rows = await connection.fetch(QUERIES["hand_over_lease"], run, list(shards), heir)
    return {shard: Fence(shard, epoch) for shard, epoch in rows}


async def leave(connection: Connection, run: str) -> None:
    """Give up every lease of *run*, and let it be no member any more; epochs stay."""
    async with connection.transaction():
        await connection.execute(QUERIES["give_up_leases"], run)
        await connection.execute(QUERIES["leave"], run)


async def leave_all(connection: Connection) -> None:
    """Give up everybody's leases."""
    async with connection.transaction():
        await connection.execute(QUERIES["give_up_every_lease"])
        await connection.execute(QUERIES["leave_all"])
