"""Files on a running node: whatever breaks, what was acknowledged is there and nothing else."""

import asyncio
import hashlib
from dataclasses import dataclass, field

import pytest

from actors.caller import Caller
from actors.conversation.messages import OfferFile
from actors.files.actor import room
from actors.files.inspecting import Inspected
from actors.files.messages import (
    PART_BYTES,
    AnnounceFile,
    ClaimFiles,
    FileAnnounced,
    FileView,
    GetFile,
    KeepPart,
    PartView,
    ReadPart,
    SetFolk,
    Stage,
    WithdrawFiles,
)
from actors.ids import FileId, MessageId
from actors.refusal import Refusal
from actors.runtime.codec import decode_as
from actors.runtime.errors import DeliveryFailed, Fault
from actors.store.memory import MemoryBlobs
from tests.unit.files_support import (
    ADA,
    BY_THREAD,
    FOLK,
    HERE,
    LATER,
    ZOE,
    kept_name,
    short_names,
)
from tests.unit.runtime_support import Bench, Trouble, in_virtual_time

HOUR = 3600
DATA = bytes(range(256)) * 1200
"""Two parts and a bit."""
PARTS = range(0, len(DATA), PART_BYTES)


@dataclass
class Takes:
    """An inspector that takes every file for a good PDF, after so many seconds."""

    seconds: float = 0.0
    down: bool = False
    asked: list[bytes] = field(default_factory=list)

    async def inspect(self, name: str, data: bytes) -> Inspected:
        """Say so."""
        assert name == "a.pdf"
        self.asked.append(data)
        await asyncio.sleep(self.seconds)
        return LATER if self.down else Inspected(data, "application/pdf")


class Ward:
    """The files of a conversation on a bench: blobs and inspector outlive the node."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.takes = Takes()
        self.trouble = Trouble()
        self.blobs = MemoryBlobs(delay=lambda: self.trouble.delay, fails=self.trouble.fails)

    async def start(self) -> None:
        """Start a node."""
        await self.bench.start(room=room(self.blobs, self.takes))

    async def again(self, after: float = 0.0) -> None:
        """Kill the node, and start another one *after* so many seconds."""
        self.bench.crash()
        await asyncio.sleep(after)
        await self.start()

    async def tell(self, command: object, caller: Caller = ADA, name: str = "") -> None:
        """Give *command*, in a message of that *name*."""
        message = MessageId(name) if name else None
        await self.bench.client.tell(HERE, command, caller, id=message)  # type: ignore[arg-type]

    async def announced(self) -> FileId:
        """Let Ada announce `DATA`, and return its id."""
        await self.tell(SetFolk(FOLK, FOLK), BY_THREAD)
        command = AnnounceFile("a.pdf", len(DATA))
        happened = await self.bench.client.tell(HERE, command, ADA)
        event = happened.first(FileAnnounced)
        assert event is not None
        return event.file

    async def part(self, file: FileId, offset: int) -> None:
        """Send a part."""
        await self.tell(KeepPart(file, offset, DATA[offset : offset + PART_BYTES]))

    async def uploaded(self) -> FileId:
        """Send all of a file."""
        file = await self.announced()
        for offset in PARTS:
            await self.part(file, offset)
        return file

    async def view(self, file: FileId) -> FileView:
        """Return how far a file is."""
        return await self.bench.client.ask(HERE, GetFile(file), FileView, ADA)

    async def read(self, file: FileId) -> bytes:
        """Read all of a file, as Zoe."""
        data = bytearray()
        while True:
            query = ReadPart(file, len(data))
            part = await self.bench.client.ask(HERE, query, PartView, ZOE)
            data += part.data
            if len(data) >= part.total:
                return bytes(data)

    def offers(self) -> list[FileId]:
        """Return the files that were offered to the conversation, which does not answer here."""
        bodies = [parcel.body for _, parcel in self.bench.disk.parcels.values()]
        return [decode_as(OfferFile, body).attachment.file for body in bodies]


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
        await _goes_on(ward, file)

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


async def _goes_on(ward: Ward, file: FileId) -> None:
    """Send what is missing, and find the whole file in the end, and nothing else."""
    while (view := await ward.view(file)).stage is Stage.UPLOADING:
        await ward.part(file, view.offset)
    await asyncio.sleep(HOUR + 60)
    assert await ward.read(file) == DATA
    digest = hashlib.sha256(DATA).hexdigest()
    assert [name for name in ward.blobs.kept if file in name] == [
        f"kept/{HERE.key}/{file}/{digest}"
    ]


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
        await _goes_on(ward, file)
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
    await _goes_on(ward, file)


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
    await _goes_on(ward, file)


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
    await _goes_on(ward, file)


@in_virtual_time
async def test_blobs_that_fail_during_inspection_and_sweep_delay_these(bench: Bench) -> None:
    ward = Ward(bench)
    await ward.start()
    file = await ward.uploaded()
    ward.trouble.failing = 8
    await _goes_on(ward, file)
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
    await _goes_on(ward, file)
    assert ward.offers() == [file]
