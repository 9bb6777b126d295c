"""Group commit: many commits with one statement, which is one round trip and one flush.

When one of them can't stand, a transaction is made of ever smaller groups, so that only the
culprits fail.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import asyncpg
from asyncpg import Connection

from actors.runtime.errors import (
    AlreadyDone,
    AlreadySettled,
    FenceLost,
    JournalError,
    StoreUnavailable,
)
from actors.runtime.journal import Commit
from actors.runtime.leases import Fence
from actors.store.batch import Batch
from actors.store.postgres.statements import QUERIES
from actors.store.postgres.writes import values_of
from actors.store.writes import Writes

CULPRITS: Final = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.ProgramLimitExceededError,
    OverflowError,
    ValueError,
)
"""What one commit alone is to blame for: a broken constraint, or a value that can't be kept."""


class Verdict(NamedTuple):
    """What became of some commits that were written together."""

    stands: bool
    lost: frozenset[Fence] = frozenset()


async def make(connection: Connection, batch: Batch) -> None:
    """Make the commits of *batch* and say in it what became of each."""
    try:
        while standing := [*batch.standing()]:
            verdict = await _write(connection, [batch.commits[place] for place in standing])
            if verdict.stands:
                return
            if not verdict.lost:
                break
            _refuse(batch, standing, verdict.lost)
    except CULPRITS:
        pass
    async with connection.transaction():
        await _divide(connection, batch, [*batch.standing()])


async def _write(connection: Connection, commits: Sequence[Commit]) -> Verdict:
    """Write *commits*, all or none; none either when only their order can tell."""
    writes = Writes(commits)
    if writes.is_tangled and len(commits) > 1:
        return Verdict(stands=False)
    fences = {commit.fence for commit in commits}
    found = await connection.fetchrow(QUERIES["write"], *values_of(fences, writes))
    lost = map(Fence, found["lost_shards"], found["lost_epochs"])
    return Verdict(found["stands"], frozenset(lost))


def _refuse(batch: Batch, places: Sequence[int], lost: frozenset[Fence]) -> None:
    for place in batch.standing(places):
        fence = batch.commits[place].fence
        if fence in lost:
            batch.fail(place, FenceLost(f"Shard {fence.shard} is another's now."))


async def _divide(connection: Connection, batch: Batch, places: Sequence[int]) -> None:
    """Write the commits at *places* in the open transaction, in halves when they can't stand."""
    standing = [*batch.standing(places)]
    if not standing:
        return
    commits = [batch.commits[place] for place in standing]
    failed = await _try(connection, commits)
    if failed is None:
        return
    if len(standing) == 1:
        batch.fail(standing[0], failed)
        return
    middle = len(standing) // 2
    await _divide(connection, batch, standing[:middle])
    await _divide(connection, batch, standing[middle:])


async def _try(connection: Connection, commits: Sequence[Commit]) -> JournalError | None:
    """Write *commits* in the open transaction, or leave it as it was; say why the first failed."""
    try:
        async with connection.transaction():
            verdict = await _write(connection, commits)
    except CULPRITS as error:
        return await _reason(connection, commits[0], error)
    if verdict.stands:
        return None
    fence = commits[0].fence
    if fence in verdict.lost:
        return FenceLost(f"Shard {fence.shard} is another's now.")
    settled = AlreadySettled(f"{commits[0].answers} is settled.")
    return await _repeated(connection, commits[0]) or settled


async def _repeated(connection: Connection, commit: Commit) -> AlreadyDone | None:
    """Return that the command of *commit* is done already, if it is."""
    entry = commit.entry
    if entry is None:
        return None
    found = await connection.fetchrow(QUERIES["find"], str(entry.actor), entry.cause)
    return AlreadyDone(f"{entry.actor} has done {entry.cause} already.") if found else None


async def _reason(connection: Connection, commit: Commit, error: Exception) -> JournalError:
    """Tell a repeated command from every other *error* of one commit."""
    again = None
    if isinstance(error, asyncpg.UniqueViolationError):
        again = await _repeated(connection, commit)
    return again or StoreUnavailable(f"The journal can't keep that: {type(error).__name__}.")
