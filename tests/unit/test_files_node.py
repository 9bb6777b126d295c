"""Files on a running node: whatever breaks, what was acknowledged is there and nothing else."""

import asyncio

import pytest

from actors.files.messages import (
    PART_BYTES,
    ClaimFiles,
    KeepPart,
    Stage,
    WithdrawFiles,
)
from actors.ids import FileId
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed, Fault
from tests.unit.files_support import (
    BY_THREAD,
    kept_name,
    short_names,
)
from tests.unit.files_ward import DATA, HOUR, PARTS, Ward, goes_on
from tests.unit.runtime_support import Bench, in_virtual_time


@in_virtual_time
async def test_a_file_comes_in_is_inspected_offered_and_read(bench: Bench) -> None:
    ward = Ward(bench)
    await ward.start()
    file = await ward.uploaded()
    await asyncio.sleep(1)
    assert (await ward.view(file)).stage is Stage.READY
    assert await ward.read(file) == DATA
    assert ward.offers() == [file]
    assert short_names(ward.blobs) == [kept_name(DATA)]


@pytest.mark.parametrize("after", [0.1, 0.5, 1.1, 1.5, 1.9, 2.1, 2.5, 3.5, 4.5])
def test_a_kill_at_any_step_loses_no_byte_that_was_acknowledged(after: float) -> None:
    """Steps of the disk and of the blobs take a second each; the kill comes in between."""

    @in_virtual_time
    async def run(bench: Bench) -> None:
        ward = Ward(bench)
        await ward.start()
        file = await ward.announced()
        await ward.part(file, 0)
        bench.trouble.delay = ward.trouble.delay = ward.takes.seconds = 1.0
        sending = asyncio.ensure_future(_all_parts(ward, file))
        await asyncio.sleep(after)
        bench.crash()
        sending.cancel()
        acknowledged = (await sending)[-1] + PART_BYTES
        bench.trouble.delay = ward.trouble.delay = ward.takes.seconds = 0.0
        await ward.start()
        assert (await ward.view(file)).offset >= min(acknowledged, len(DATA))
        await goes_on(ward, file)

    run()


async def _all_parts(ward: Ward, file: FileId) -> list[int]:
    """Send part after part; return those that were acknowledged when it was cancelled."""
    done = [0]
    try:
        for offset in PARTS[1:]:
            await ward.part(file, offset)
            done.append(offset)
    except asyncio.CancelledError:
        pass
    return done


@pytest.mark.parametrize("after", [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5])
def test_a_kill_during_the_inspection_leaves_it_to_the_next(after: float) -> None:
    @in_virtual_time
    async def run(bench: Bench) -> None:
        ward = Ward(bench)
        await ward.start()
        file = await ward.uploaded()
        bench.trouble.delay = ward.trouble.delay = ward.takes.seconds = 1.0
        await asyncio.sleep(after)
        bench.trouble.delay = ward.trouble.delay = ward.takes.seconds = 0.0
        await ward.again()
        await goes_on(ward, file)
        assert set(ward.takes.asked) == {DATA}
        assert ward.offers() == [file]

    run()


@pytest.mark.parametrize("after", [0.1, 0.5, 1.5, 2.5, 3.5])
def test_a_kill_during_a_sweep_leaves_it_to_the_next_and_nothing_is_left(after: float) -> None:
    @in_virtual_time
    async def run(bench: Bench) -> None:
        ward = Ward(bench)
        await ward.start()
        file = await ward.uploaded()
        await asyncio.sleep(1)
        await ward.tell(ClaimFiles((file,)), BY_THREAD)
        await ward.tell(WithdrawFiles((file,)), BY_THREAD)
        ward.trouble.delay = 1.0
        await asyncio.sleep(after)
        ward.trouble.delay = 0.0
        await ward.again()
        with pytest.raises(Refusal):
            await ward.read(file)
        await asyncio.sleep(HOUR + 60)
        assert ward.blobs.kept == {}
        assert bench.disk.alarms == {}

    run()


@in_virtual_time
async def test_a_withdrawal_that_was_not_committed_takes_no_byte(bench: Bench) -> None:
    ward = Ward(bench)
    await ward.start()
    file = await ward.uploaded()
    await asyncio.sleep(1)
    await ward.tell(ClaimFiles((file,)), BY_THREAD)
    bench.trouble.delay = 2 * HOUR
    withdrawing = asyncio.ensure_future(ward.tell(WithdrawFiles((file,)), BY_THREAD))
    await asyncio.sleep(1)
    withdrawing.cancel()
    bench.trouble.delay = 0.0
    await ward.again()
    await asyncio.sleep(3 * HOUR)
    assert await ward.read(file) == DATA


@in_virtual_time
async def test_a_part_that_came_twice_at_once_is_kept_once(bench: Bench) -> None:
    ward = Ward(bench)
    await ward.start()
    file = await ward.announced()
    ward.trouble.delay = 1.0
    await asyncio.gather(ward.part(file, 0), ward.part(file, 0))
    ward.trouble.delay = 0.0
    assert (await ward.view(file)).offset == PART_BYTES
    await goes_on(ward, file)


@in_virtual_time
async def test_a_part_that_comes_again_after_a_kill_is_known(bench: Bench) -> None:
    ward = Ward(bench)
    await ward.start()
    file = await ward.announced()
    part = KeepPart(file, 0, DATA[:PART_BYTES])
    await ward.tell(part, name="part")
    await ward.again()
    await ward.tell(part, name="part")
    await ward.tell(part)
    assert (await ward.view(file)).offset == PART_BYTES
    await goes_on(ward, file)


@in_virtual_time
async def test_blobs_that_do_not_answer_are_trouble_and_no_part_is_acknowledged(
    bench: Bench,
) -> None:
    ward = Ward(bench)
    await ward.start()
    file = await ward.announced()
    ward.trouble.failing = 1000
    with pytest.raises(DeliveryFailed) as caught:
        await ward.part(file, 0)
    assert caught.value.fault is Fault.STORE_DOWN
    ward.trouble.failing = 0
    assert (await ward.view(file)).offset == 0
    await goes_on(ward, file)


@in_virtual_time
async def test_blobs_that_fail_during_inspection_and_sweep_delay_these(bench: Bench) -> None:
    ward = Ward(bench)
    await ward.start()
    file = await ward.uploaded()
    ward.trouble.failing = 8
    await goes_on(ward, file)
    assert ward.offers() == [file]


@in_virtual_time
async def test_f05_a_scanner_that_is_down_for_hours_and_through_a_kill(bench: Bench) -> None:
    ward = Ward(bench)
    ward.takes.down = True
    await ward.start()
    file = await ward.uploaded()
    await asyncio.sleep(5 * HOUR)
    await ward.again(after=5 * HOUR)
    await asyncio.sleep(1)
    assert (await ward.view(file)).stage is Stage.QUARANTINED
    with pytest.raises(Refusal):
        await ward.read(file)
    ward.takes.down = False
    await asyncio.sleep(HOUR)
    assert await ward.read(file) == DATA


@in_virtual_time
async def test_an_inspection_without_end_is_left_and_others_have_their_turn(bench: Bench) -> None:
    ward = Ward(bench)
    ward.takes.seconds = 10 * HOUR
    await ward.start()
    files = [await ward.uploaded() for _ in range(4)]
    await asyncio.sleep(58)
    assert {(await ward.view(file)).stage for file in files} == {Stage.QUARANTINED}
    ward.takes.seconds = 0.0
    await asyncio.sleep(HOUR)
    assert {(await ward.view(file)).stage for file in files} == {Stage.READY}


@in_virtual_time
async def test_an_inspection_whose_outcome_could_not_be_kept_comes_again(bench: Bench) -> None:
    ward = Ward(bench)
    await ward.start()
    file = await ward.announced()
    for offset in PARTS:
        await ward.part(file, offset)
    bench.trouble.failing = 2
    await goes_on(ward, file)
    assert ward.offers() == [file]
