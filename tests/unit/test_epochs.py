"""The check that no two owners of a shard write by turns finds it out when they do."""

from collections.abc import AsyncIterator, Sequence

import pytest

from actors.address import Address
from actors.runtime.subjects import shard_of
from actors.store.postgres import PostgresJournal, group
from actors.store.postgres.writes import values_of
from actors.store.writes import Writes
from tests.contract.journals import ANNA, Writer, entry
from tests.epochs import wrong_epochs

SHARD = shard_of(ANNA)
NEIGHBOUR = next(
    address for key in range(10_000) if shard_of(address := Address("doctor", f"{key}")) == SHARD
)
"""Somebody else of the same shard."""


@pytest.fixture
async def journal(database: str) -> AsyncIterator[PostgresJournal]:
    journal = await PostgresJournal.open(database, connections=2)
    yield journal
    await journal.close()


async def overtaken(journal: PostgresJournal) -> tuple[Writer, Writer]:
    """Return who owned the shard and wrote, and who owns it now."""
    old = await Writer(journal).take([SHARD], "old")
    await old.put_entry(entry(ANNA, 1), shard=SHARD)
    await journal.leave("old")
    return old, await Writer(journal).take([SHARD], "new")


def check_no_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the promise: let commits prove nothing."""

    def careless(_fences: object, writes: Writes) -> Sequence[object]:
        return values_of((), writes)

    monkeypatch.setattr(group, "values_of", careless)


async def test_one_owner_after_another_is_right(journal: PostgresJournal, database: str) -> None:
    _, new = await overtaken(journal)
    await new.put_entry(entry(ANNA, 2), shard=SHARD)
    await new.put_entry(entry(NEIGHBOUR, 1), shard=SHARD)
    assert [each.epoch for each in await journal.entries(ANNA)] == [1, 2]
    assert await wrong_epochs(database) == []


async def test_an_overtaken_owner_that_writes_to_the_same_actor_is_found_out(
    journal: PostgresJournal, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = await overtaken(journal)
    await new.put_entry(entry(ANNA, 2), shard=SHARD)
    check_no_fence(monkeypatch)
    await old.put_entry(entry(ANNA, 3), shard=SHARD)
    assert await wrong_epochs(database) == [
        "patient/anna#3 was written under epoch 1, and the event before it under 2",
        "patient/anna#3 was written under epoch 1, and its shard's entry before it under 2",
    ]


async def test_an_overtaken_owner_that_writes_to_another_actor_is_found_out(
    journal: PostgresJournal, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = await overtaken(journal)
    await new.put_entry(entry(NEIGHBOUR, 1), shard=SHARD)
    check_no_fence(monkeypatch)
    await old.put_entry(entry(ANNA, 2), shard=SHARD)
    assert await wrong_epochs(database) == [
        "patient/anna#2 was written under epoch 1, and its shard's entry before it under 2"
    ]


async def test_who_writes_to_a_shard_of_others_is_found_out(
    journal: PostgresJournal, database: str
) -> None:
    elsewhere = await Writer(journal).take([(SHARD + 1) % 256])
    await elsewhere.put_entry(entry(ANNA, 1), shard=(SHARD + 1) % 256)
    assert await wrong_epochs(database) == [
        "patient/anna#1 was written under epoch 1, and its shard's lease came to 0"
    ]
