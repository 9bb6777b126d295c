"""Keeps the bytes of files in blobs: parts as they come, good files, and none that are gone.

Names are `parts/<conversation>/<file>/<offset>-<size>` and `kept/<conversation>/<file>/<sha256>`.
Nothing is kept under a name that something else might stand under, and nothing is removed but by
a wake-up that was set in the commit which says that it is needed no more. So a process may end
between any two steps: what was begun is done again, and comes to the same.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeAlias, assert_never

import anyio
import anyio.lowlevel
import structlog

from actors.asked import Asked
from actors.files.inspecting.inspector import Inspected, Inspector
from actors.files.messages import (
    PART_BYTES,
    InspectFile,
    KeepPart,
    PartKept,
    PartRead,
    Prepared,
    PreparedQuery,
    ReadPart,
    RecordInspection,
    RecordSwept,
    Stage,
    SweepFile,
    Why,
)
from actors.files.state.endings import INSPECTED
from actors.files.state.kept import Files, KeptFile
from actors.files.state.permissions import read_file
from actors.files.state.uploads import coming, news_of
from actors.ids import FileId
from actors.refusal import Invalid
from actors.runtime.blobs import BlobMissing, Blobs, BlobsUnavailable
from actors.runtime.errors import StoreUnavailable

AT_A_TIME = 2
"""Files that are inspected at once on one node: each is in memory as a whole."""

SECONDS = 55.0
"""How long an inspection may take, its wait for its turn included: wake-ups last for sixty."""

AT_ONCE = 1024 * 1024
"""Bytes that are hashed before others have their turn."""

Question: TypeAlias = KeepPart | InspectFile | SweepFile | ReadPart

_log = structlog.get_logger(__name__)


class Keeping:
    """What is done with bytes before the rules are asked. Raises `StoreUnavailable`."""

    def __init__(self, blobs: Blobs, inspector: Inspector) -> None:
        self._blobs = blobs
        self._inspector = inspector
        self._turns = anyio.CapacityLimiter(AT_A_TIME)

    async def prepare(
        self, state: Files, question: Question, asked: Asked
    ) -> Prepared | PreparedQuery:
        """Return what is decided, or answered, in the place of *question*."""
        try:
            return await self._prepare(state, question, asked)
        except BlobsUnavailable as error:
            raise StoreUnavailable("The bytes of files can't be kept or read now.") from error

    async def _prepare(
        self, state: Files, question: Question, asked: Asked
    ) -> Prepared | PreparedQuery:
        match question:
            case KeepPart():
                return await self._keep_part(state, question, asked)
            case InspectFile(file):
                return await self._inspect(state, file)
            case SweepFile():
                return await self._sweep(state, question)
            case ReadPart():
                return await self._read(state, question, asked)
            case _:
                assert_never(question)

    async def _keep_part(self, state: Files, part: KeepPart, asked: Asked) -> PartKept:
        """Keep what of *part* is new. What came already is not compared with what came then."""
        kept, size = coming(state, part.file, asked), len(part.data)
        news = news_of(kept, part.offset, size)
        if not news:
            return PartKept(part.file, part.offset, size)
        name = _part(parts_of(state, part.file), kept.offset, kept.offset + news)
        await self._blobs.put(name, part.data[-news:])
        return PartKept(part.file, kept.offset, news)

    # -- inspecting -----------------------------------------------------------------------------

    async def _inspect(self, state: Files, file: FileId) -> RecordInspection:
        kept = state.files.get(file)
        if kept is None or kept.stage not in INSPECTED:
            return RecordInspection(file, good=False)
        inspected = Inspected(said="too slow")
        with anyio.move_on_after(SECONDS):
            async with self._turns:
                inspected = await self._look(parts_of(state, file), kept)
                return await self._record(kept_of(state, file), file, inspected)
        return _said(RecordInspection(file, good=False, said=inspected.said))

    async def _look(self, folder: str, kept: KeptFile) -> Inspected:
        data = bytearray()
        for start, end in zip((0, *kept.parts), kept.parts, strict=False):
            try:
                data += await self._blobs.get(_part(folder, start, end))
            except BlobMissing:
                return Inspected(why=Why.BROKEN, said="a part is missing")
        if len(data) != kept.size:
            return Inspected(why=Why.BROKEN, said="a part is not whole")
        return await self._inspector.inspect(kept.name, bytes(data))

    async def _record(self, folder: str, file: FileId, found: Inspected) -> RecordInspection:
        """Keep what is good, under the name of what it is, and return the outcome."""
        if found.content is None:
            outcome = RecordInspection(file, good=False, why=found.why, said=found.said)
            return _said(outcome)
        return RecordInspection(
            file,
            good=True,
            media_type=found.media_type,
            digest=await self._keep(folder, found.content),
            size=len(found.content),
            picture=found.picture,
            thumbnail=await self._keep(folder, found.thumbnail) if found.thumbnail else "",
        )

    async def _keep(self, folder: str, content: bytes) -> str:
        digest = await _sha256(content)
        await self._blobs.put(f"{folder}/{digest}", content)
        return digest

    # -- sweeping and reading -------------------------------------------------------------------

    async def _sweep(self, state: Files, sweep: SweepFile) -> RecordSwept:
        """Remove what is needed no more.

        That a file is gone is believed of the wake-up alone: it is committed, the state may not be.
        """
        kept = state.files.get(sweep.file)
        gone = sweep.gone_at is not None and (kept is None or kept.gone_at == sweep.gone_at)
        if gone or (kept is not None and kept.stage is Stage.READY):
            await self._remove(await self._blobs.names(parts_of(state, sweep.file)))
            names = await self._blobs.names(kept_of(state, sweep.file))
            await self._remove(names if kept is None or gone else _rest(names, kept))
        return RecordSwept(sweep.file, everything=gone)

    async def _remove(self, names: Sequence[str]) -> None:
        for name in names:
            await self._blobs.remove(name)

    async def _read(self, state: Files, read: ReadPart, asked: Asked) -> PartRead:
        kept = read_file(state, read.file, asked.caller)
        digest = kept.thumbnail if read.thumbnail else kept.digest
        if read.offset < 0:
            raise Invalid(fields={"offset": "Begin at 0 or later."})
        if not digest:
            return PartRead(read, None)
        name = f"{kept_of(state, read.file)}/{digest}"
        try:
            return await (self._small if read.thumbnail else self._whole)(name, read, kept)
        except BlobMissing:
            return PartRead(read, None)

    async def _whole(self, name: str, read: ReadPart, kept: KeptFile) -> PartRead:
        size = min(PART_BYTES, kept.size - read.offset)
        data = await self._blobs.get(name, read.offset, size) if size > 0 else b""
        return PartRead(read, data, kept.size)

    async def _small(self, name: str, read: ReadPart, _kept: KeptFile) -> PartRead:
        small = await self._blobs.get(name)
        return PartRead(read, small[read.offset : read.offset + PART_BYTES], len(small))


def parts_of(state: Files, file: FileId) -> str:
    """Return where the parts of *file* are kept until it is inspected."""
    return f"parts/{state.conversation}/{file}"


def kept_of(state: Files, file: FileId) -> str:
    """Return where *file* is kept, and the small picture of it."""
    return f"kept/{state.conversation}/{file}"


def _part(folder: str, start: int, end: int) -> str:
    """Return the name of a part: other bytes never come under the same one from one upload."""
    return f"{folder}/{start:010}-{end - start}"


def _rest(names: Sequence[str], kept: KeptFile) -> list[str]:
    """Return those of *names* that are neither the good file nor its small picture."""
    return [name for name in names if name.rpartition("/")[2] not in {kept.digest, kept.thumbnail}]


async def _sha256(content: bytes) -> str:
    digest = hashlib.sha256()
    for start in range(0, len(content), AT_ONCE):
        digest.update(content[start : start + AT_ONCE])
        await anyio.lowlevel.checkpoint()
    return digest.hexdigest()


def _said(outcome: RecordInspection) -> RecordInspection:
    """Say aloud that a file is not taken, or not yet; never what it is called."""
    if outcome.why is not None:
        _log.warning("file.refused", file=outcome.file, why=outcome.why.value)
    else:
        _log.warning("file.quarantined", file=outcome.file, said=outcome.said)
    return outcome
