"""The files of a conversation on a running node that may be killed at any time."""

import asyncio
import hashlib
from dataclasses import dataclass, field

from actors.caller import Caller
from actors.conversation.messages import OfferFile
from actors.files.actor import room
from actors.files.inspecting import Inspected
from actors.files.messages import (
    PART_BYTES,
    AnnounceFile,
    FileAnnounced,
    FileView,
    GetFile,
    KeepPart,
    PartView,
    ReadPart,
    SetFolk,
    Stage,
)
from actors.ids import FileId, MessageId
from actors.runtime.codec import decode_as
from actors.store.memory import MemoryBlobs
from tests.unit.files_support import (
    ADA,
    BY_THREAD,
    FOLK,
    HERE,
    LATER,
    ZOE,
)
from tests.unit.runtime_support import Bench, Trouble

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


async def goes_on(ward: Ward, file: FileId) -> None:
    """Send what is missing, and find the whole file in the end, and nothing else."""
    while (view := await ward.view(file)).stage is Stage.UPLOADING:
        await ward.part(file, view.offset)
    await asyncio.sleep(HOUR + 60)
    assert await ward.read(file) == DATA
    digest = hashlib.sha256(DATA).hexdigest()
    assert [name for name in ward.blobs.kept if file in name] == [
        f"kept/{HERE.key}/{file}/{digest}"
    ]
