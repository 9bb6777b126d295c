"""Any sequence of appends: what was acknowledged is exactly what a load returns."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.address import Address
from actors.runtime.errors import JournalError
from actors.runtime.journal import Entry, Journal, Line
from actors.store.memory import MemoryDisk, MemoryJournal
from actors.store.sqlite import SqliteJournal
from tests.contract.journals import PostgresShelf, Writer, entry
from tests.postgres import PostgresServer

Step = tuple[int, int, bool]
"""Which actor, which command, and whether to wait for the answer."""
STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.booleans()), max_size=40)


@dataclass
class Activation:
    """An actor that decides ahead of its commits, and starts anew when one of them failed."""

    writer: Writer
    actor: Address
    seq: int = 0
    line: Line = field(default_factory=Line)
    kept: list[Entry] = field(default_factory=list)

    async def obey(self, cause: str, *, wait: bool) -> None:
        """Do the command *cause*."""
        if self.line.broken:
            loaded = await self.writer.journal.load(self.actor, 1)
            self.seq = loaded.entries[-1].last if loaded.entries else 0
            self.line = Line()
        self.seq += 1
        step = entry(self.actor, self.seq, cause)
        answer = self.writer.put_entry(step, self.line)
        answer.add_done_callback(lambda told: None if told.exception() else self.kept.append(step))
        if wait:
            await asyncio.wait([answer])


async def check(journal: Journal, steps: list[Step]) -> None:
    """Play *steps* and compare what was acknowledged with what is there."""
    writer = await Writer(journal).take()
    actors = [Activation(writer, Address("patient", str(number))) for number in range(3)]
    for number, cause, wait in steps:
        await actors[number].obey(f"cause-{cause}", wait=wait)
    for activation in actors:
        loaded = await journal.load(activation.actor, 1)
        await asyncio.sleep(0)
        assert list(loaded.entries) == activation.kept
        assert [one.seq for one in loaded.entries] == list(range(1, len(loaded.entries) + 1))
        assert len({one.cause for one in loaded.entries}) == len(loaded.entries)
    assert [number for number, _ in writer.told] == list(range(1, len(steps) + 1))


@given(steps=STEPS)
@settings(max_examples=25, deadline=None)
def test_what_sqlite_acknowledged_is_what_it_loads(steps: list[Step]) -> None:
    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            journal = await SqliteJournal.open(Path(folder) / "journal.db")
            await check(journal, steps)
            await journal.close()

    asyncio.run(play())


@given(steps=STEPS)
@settings(max_examples=25, deadline=None)
def test_what_postgres_acknowledged_is_what_it_loads(
    postgres_server: PostgresServer, steps: list[Step]
) -> None:
    async def play() -> None:
        shelf = PostgresShelf(postgres_server, await postgres_server.emptied_database())
        journal = await shelf.open()
        await check(journal, steps)
        await journal.close()

    asyncio.run(play())


def memory(failures: list[bool], delays: list[float], **switches: bool) -> MemoryJournal:
    """Return a journal whose transactions fail and wait as said, again and again."""
    asked = {"fails": 0, "delay": 0}

    def turn(name: str) -> int:
        asked[name] += 1
        return asked[name]

    return MemoryJournal(
        MemoryDisk(),
        fails=lambda: failures[turn("fails") % len(failures)],
        delay=lambda: delays[turn("delay") % len(delays)],
        **switches,  # type: ignore[arg-type]
    )


FAILURES = st.lists(st.booleans(), min_size=1, max_size=5)
DELAYS = st.lists(st.sampled_from([0.0, 0.0001]), min_size=1, max_size=5)


@given(steps=STEPS, failures=FAILURES, delays=DELAYS)
@settings(max_examples=60, deadline=None)
def test_what_memory_acknowledged_is_what_it_loads(
    steps: list[Step], failures: list[bool], delays: list[float]
) -> None:
    async def play() -> None:
        journal = memory(failures, delays)
        await check(journal, steps)
        await journal.close()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("switch", "steps", "failures"),
    [
        ("dedupe", [(0, 1, True), (0, 1, True)], [False]),
        ("break_lines", [(0, 1, True), (0, 2, True)], [False, True, False]),
    ],
)
async def test_the_check_finds_a_journal_with_a_broken_promise(
    switch: str, steps: list[Step], failures: list[bool]
) -> None:
    await check(memory([False], [0]), steps)
    with pytest.raises(AssertionError):
        await check(memory(failures, [0], **{switch: False}), steps)


async def test_a_journal_that_checks_no_fence_takes_what_it_should_refuse() -> None:
    disk = MemoryDisk()
    careful, careless = MemoryJournal(disk), MemoryJournal(disk, check_fence=False)
    old = await Writer(careful).take()
    await careful.leave("node-a")
    with pytest.raises(JournalError):
        await old.put_entry(entry(Address("patient", "a"), 1))
    old.journal = careless
    await old.put_entry(entry(Address("patient", "a"), 1))
