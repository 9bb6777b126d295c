"""The trouble that a memory journal can be told to make."""

import asyncio
import itertools

import pytest

from actors.runtime.errors import StoreUnavailable, Undone
from actors.runtime.journal import Line
from actors.store.memory import MemoryDisk, MemoryJournal
from tests.contract.journals import ANNA, Writer, entry, outcomes


async def test_a_crash_loses_what_was_not_written_and_tells_nobody() -> None:
    disk = MemoryDisk()
    journal = MemoryJournal(disk)
    writer = await Writer(journal).take()
    await writer.put_entry(entry(ANNA, 1))
    lost = writer.put_entry(entry(ANNA, 2))
    journal.crash()
    anew = MemoryJournal(disk)
    assert (await anew.load(ANNA, 1)).entries == (entry(ANNA, 1),)
    assert not lost.done()


async def test_a_crash_after_the_write_keeps_what_nobody_was_told() -> None:
    disk = MemoryDisk()
    written = asyncio.Event()

    def note() -> bool:
        written.set()
        return False

    journal = MemoryJournal(disk, fails=note)
    writer = await Writer(journal).take()
    untold = writer.put_entry(entry(ANNA, 1))
    await written.wait()
    journal.crash()
    assert (await MemoryJournal(disk).load(ANNA, 1)).entries == (entry(ANNA, 1),)
    assert not untold.done()


async def test_a_dead_journal_takes_and_tells_nothing() -> None:
    journal = MemoryJournal(MemoryDisk())
    writer = await Writer(journal).take()
    journal.crash()
    line = Line()
    step = writer.put_entry(entry(ANNA, 1), line)
    with pytest.raises(StoreUnavailable):
        await journal.load(ANNA, 1)
    assert (line.broken, step.done()) == (True, False)


async def test_a_reader_that_waits_at_a_crash_is_told() -> None:
    journal = MemoryJournal(MemoryDisk())
    writer = await Writer(journal).take()
    untold = writer.put_entry(entry(ANNA, 1))
    reading = asyncio.ensure_future(journal.load(ANNA, 1))
    await asyncio.sleep(0)
    journal.crash()
    with pytest.raises(StoreUnavailable):
        await reading
    assert not untold.done()


async def test_a_failed_transaction_fails_whole_and_the_next_is_made() -> None:
    failures = iter([True, False])
    journal = MemoryJournal(MemoryDisk(), fails=lambda: next(failures))
    writer = await Writer(journal).take()
    line = Line()
    first = [writer.put_entry(entry(ANNA, seq), line) for seq in (1, 2)]
    assert await outcomes(*first) == [StoreUnavailable, StoreUnavailable]
    second = [writer.put_entry(entry(ANNA, 1), line), writer.put_entry(entry(ANNA, 1))]
    assert await outcomes(*second) == [Undone, None]


async def test_commits_wait_as_long_as_the_hook_says() -> None:
    delays = itertools.count(0, 0.001)
    journal = MemoryJournal(MemoryDisk(), delay=lambda: next(delays))
    writer = await Writer(journal).take()
    started = asyncio.get_running_loop().time()
    await writer.put_entry(entry(ANNA, 1))
    steps = ["take the batch", "write it", "tell it"]
    assert next(delays) == pytest.approx(0.001 * (len(["beat", "take"]) + len(steps)))
    assert asyncio.get_running_loop().time() - started >= 0.002 + 0.003 + 0.004
