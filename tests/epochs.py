"""Whether two owners of a shard ever wrote by turns: what a journal in PostgreSQL says of itself.

Every entry keeps the epoch of the lease under which it was committed, and each owner has a newer
epoch than the one before. So one activation per actor means that no epoch ever comes back.
"""

from typing import Final

import asyncpg  # noqa: TID251  reads the tables as they are

BY_ACTOR: Final = """
SELECT actor, seq, epoch, before
FROM (SELECT actor, seq, epoch, lag(epoch) OVER (PARTITION BY actor ORDER BY seq) AS before
      FROM entry) AS each
WHERE epoch < before ORDER BY actor, seq
"""
"""Events with a greater number than others, but of an older owner."""
BY_SHARD: Final = """
SELECT actor, seq, epoch, before
FROM (SELECT actor, seq, epoch, lag(epoch) OVER (
        PARTITION BY crc32(convert_to(actor, 'UTF8')) % (SELECT shards FROM clinic) ORDER BY pos
      ) AS before
      FROM entry) AS each
WHERE epoch < before ORDER BY actor, seq
"""
"""What was committed after others of its shard, but by an older owner (`subjects.shard_of`)."""
WITHOUT_LEASE: Final = """
SELECT actor, seq, entry.epoch, coalesce(lease.epoch, 0) AS before
FROM entry LEFT JOIN lease
  ON lease.shard = crc32(convert_to(actor, 'UTF8')) % (SELECT shards FROM clinic)
WHERE entry.epoch NOT BETWEEN 1 AND coalesce(lease.epoch, 0) ORDER BY actor, seq
"""
"""What was committed under an epoch that its shard has never had."""


async def wrong_epochs(url: str) -> list[str]:
    """Return in words what shows that a shard had two owners at once, or none.

    For databases that began with epochs: an entry of before (0) is one without a lease.
    """
    connection = await asyncpg.connect(url, ssl="disable")
    try:
        return [
            f"{actor}#{seq} was written under epoch {epoch}, {what} {before}"
            for what, sql in (
                ("and the event before it under", BY_ACTOR),
                ("and its shard's entry before it under", BY_SHARD),
                ("and its shard's lease came to", WITHOUT_LEASE),
            )
            for actor, seq, epoch, before in await connection.fetch(sql)
        ]
    finally:
        await connection.close()
