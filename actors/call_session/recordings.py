"""Where recordings are kept: fetched in parts from the worker that made them, as they are.

Each recording has a key of its own, derived (HKDF, RFC 5869) from a secret of this clinic that is
in no journal; the worker is told it for that recording alone. A tape lies in the blobs as
`recordings/<call>/<recording>/<tape>/<part>`, and is read back chunk by chunk.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec.structs import replace

from actors.call_session.messages import Recording, Worker
from actors.ids import CallId, RecordingId
from actors.media import Tape
from actors.relay.messages import CHUNK, PART, SEALED, Part, Tapes
from actors.relay.vault import open_chunk, plain_size
from actors.runtime.blobs import Blobs
from config.private import read_private, write_private

KEY_FILE = "recordings.key"
MOST_PARTS = 24
"""Parts that are fetched at a time (3 MiB): the session looks again while there are more."""


class Reader(Protocol):
    """The desk, as far as recordings go; raises `NoRelay`."""

    async def list_tapes(self, worker: Worker, recording: RecordingId) -> Tapes:
        """Return which files a recording has on the disk of *worker*."""

    async def read_part(
        self, worker: Worker, recording: RecordingId, tape: int, offset: int
    ) -> Part:
        """Return bytes of a tape, encrypted, from *offset* on."""

    async def drop_recording(self, worker: Worker, recording: RecordingId) -> None:
        """Have *worker* forget a recording."""


class Fetched(NamedTuple):
    """What of a recording is in the store now, and whether that is all there will ever be."""

    tapes: tuple[Tape, ...]
    done: bool


def open_secret(directory: Path, fresh: bytes) -> bytes:
    """Return the clinic's secret from the data *directory*; *fresh* becomes it the first time."""
    file = directory / KEY_FILE
    if not file.exists():
        write_private(file, fresh)
    return read_private(file)


class Recordings:
    """Keeps recordings in *blobs*."""

    def __init__(self, blobs: Blobs, secret: bytes) -> None:
        self._blobs = blobs
        self._secret = secret

    def key_of(self, recording: RecordingId) -> bytes:
        """Return the 32 bytes under which this recording is encrypted."""
        info = f"carewire recording {recording}".encode()
        return HKDF(SHA256(), 32, salt=None, info=info).derive(self._secret)

    async def fetch(
        self, reader: Reader, worker: Worker, call: CallId, recording: Recording
    ) -> Fetched:
        """Fetch what has come since, in whole parts.

        Raises `NoRelay` and `BlobsUnavailable`; what was kept by then is fetched again next time.
        Once a journal says that all of it is here, `release` lets the worker forget it.
        """
        there = await reader.list_tapes(worker, recording.id)
        kept = {tape.number: tape.size for tape in recording.tapes}
        left, tapes = MOST_PARTS, list[Tape]()
        for tape in there.tapes:
            have = kept.get(tape.number, 0)
            while left and self._may_fetch(tape, have):
                part = await reader.read_part(worker, recording.id, tape.number, have)
                name = _name(call, recording.id, tape.number, have // PART)
                await self._blobs.put(name, part.data)
                have += len(part.data)
                left -= 1
            tapes.append(replace(tape, size=have, done=tape.done and have == tape.size))
        done = not there.running and all(tape.done for tape in tapes)
        return Fetched(tuple(tapes), done)

    @staticmethod
    def _may_fetch(tape: Tape, have: int) -> bool:
        """Return whether a whole part, or the last one, is there."""
        return tape.size - have >= PART or (tape.done and have < tape.size)

    @staticmethod
    async def release(reader: Reader, worker: Worker, recording: RecordingId) -> None:
        """Let the worker forget a recording of which everything is kept. Raises `NoRelay`."""
        await reader.drop_recording(worker, recording)

    async def read(self, call: CallId, recording: RecordingId, tape: Tape, offset: int) -> bytes:
        """Return bytes of the tape's WebM file from *offset* on, up to the end of their chunk.

        None at the end. Raises `BlobMissing`, `BlobsUnavailable` and `vault.Broken`.
        """
        if not 0 <= offset < plain_size(tape.size):
            return b""
        number, inside = divmod(offset, CHUNK)
        part, place = divmod(number * SEALED, PART)
        name = _name(call, recording, tape.number, part)
        sealed = await self._blobs.get(name, place, SEALED)
        last = tape.done and (number + 1) * SEALED >= tape.size
        key = self.key_of(recording)
        return open_chunk(key, tape.number, number, sealed, last=last)[inside:]

    async def remove(self, call: CallId, recording: RecordingId) -> None:
        """Forget every byte of it."""
        for name in await self._names(call, recording):
            await self._blobs.remove(name)

    async def _names(self, call: CallId, recording: RecordingId) -> Sequence[str]:
        return await self._blobs.names(f"recordings/{call}/{recording}")


def _name(call: CallId, recording: RecordingId, tape: int, part: int) -> str:
    return f"recordings/{call}/{recording}/{tape}/{part:06d}"
