"""Keeping recordings: fetched in parts, however often it breaks off; read back as written."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actors.call_session.messages import Recording, Worker
from actors.call_session.recordings import MOST_PARTS, Fetched, Recordings, open_secret
from actors.ids import CallId, LegId, RecordingId, UserId
from actors.media import Tape
from actors.relay.messages import CHUNK, PART, Part, Tapes
from actors.relay.vault import Broken, Vault
from actors.store.memory.blobs import MemoryBlobs

CALL, REC = CallId("call"), RecordingId("rec")
WORKER = Worker("media-0", "boot")
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


class WorkersDisk:
    """Tapes as a worker has them, and how often it was told to forget them."""

    def __init__(self, directory: Path, key: bytes, *contents: bytes) -> None:
        self.running = True
        self.files: list[bytes] = []
        self.dropped = 0
        for number, content in enumerate(contents):
            vault = Vault(directory / str(number), key, number)
            vault.write(content)
            vault.close()
            self.files.append((directory / str(number)).read_bytes())
        self.shown = [len(file) for file in self.files]

    async def list_tapes(self, _worker: Worker, _recording: RecordingId) -> Tapes:
        """Return the tapes, of as many bytes as are shown."""
        tapes = (
            Tape(number, LegId(str(number)), screen=False, begins_ms=0, size=size, done=self.done)
            for number, size in enumerate(self.shown)
        )
        return Tapes(tuple(tapes), self.running)

    @property
    def done(self) -> bool:
        """Whether nothing more comes."""
        return not self.running

    async def read_part(
        self, _worker: Worker, _recording: RecordingId, tape: int, offset: int
    ) -> Part:
        """Return a part of what is shown."""
        return Part(self.files[tape][: self.shown[tape]][offset : offset + PART])

    async def drop_recording(self, _worker: Worker, _recording: RecordingId) -> None:
        """Count it."""
        self.dropped += 1


def recordings() -> Recordings:
    """Return where recordings are kept, with nothing in it."""
    return Recordings(MemoryBlobs(), b"s" * 32)


def known(fetched: Fetched | None = None) -> Recording:
    """Return a recording of which so much was fetched."""
    tapes = fetched.tapes if fetched else ()
    return Recording(REC, UserId("doctor"), AT, tapes=tapes)


async def all_of(kept: Recordings, disk: WorkersDisk, fetched: Fetched | None = None) -> Fetched:
    """Fetch until all of it is there."""
    fetched = await kept.fetch(disk, WORKER, CALL, known(fetched))
    while not fetched.done:
        fetched = await kept.fetch(disk, WORKER, CALL, known(fetched))
    return fetched


async def content(kept: Recordings, tape: Tape) -> bytes:
    """Return what a tape holds."""
    found = b""
    while part := await kept.read(CALL, REC, tape, len(found)):
        found += part
    return found


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7])
async def test_what_was_recorded_is_read_back(tmp_path: Path, size: int) -> None:
    kept, wanted = recordings(), os.urandom(size)
    disk = WorkersDisk(tmp_path, kept.key_of(REC), wanted)
    disk.running = False
    fetched = await all_of(kept, disk)
    assert await content(kept, fetched.tapes[0]) == wanted
    assert disk.dropped == 0  # only once a journal says that it is here


async def test_a_recording_that_runs_is_fetched_in_whole_parts(tmp_path: Path) -> None:
    kept, wanted = recordings(), os.urandom(7 * CHUNK)
    disk = WorkersDisk(tmp_path, kept.key_of(REC), wanted, b"the other")
    disk.shown = [PART + 5, 0]
    fetched = await kept.fetch(disk, WORKER, CALL, known())
    assert [tape.size for tape in fetched.tapes] == [PART, 0]
    assert not fetched.done
    assert disk.dropped == 0
    disk.shown, disk.running = [len(file) for file in disk.files], False
    fetched = await all_of(kept, disk, fetched)
    assert await content(kept, fetched.tapes[0]) == wanted
    assert await content(kept, fetched.tapes[1]) == b"the other"


async def test_the_worker_forgets_what_is_released(tmp_path: Path) -> None:
    kept = recordings()
    disk = WorkersDisk(tmp_path, kept.key_of(REC), b"")
    await kept.release(disk, WORKER, REC)
    assert disk.dropped == 1


async def test_a_long_recording_is_fetched_a_bit_at_a_time(tmp_path: Path) -> None:
    kept = recordings()
    disk = WorkersDisk(tmp_path, kept.key_of(REC), bytes((MOST_PARTS + 2) * PART))
    disk.running = False
    fetched = await kept.fetch(disk, WORKER, CALL, known())
    assert fetched.tapes[0].size == MOST_PARTS * PART
    assert not fetched.done


async def test_what_is_removed_is_gone(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    kept = Recordings(blobs, b"s" * 32)
    disk = WorkersDisk(tmp_path, kept.key_of(REC), bytes(3 * CHUNK))
    disk.running = False
    await all_of(kept, disk)
    await kept.remove(CALL, REC)
    assert not await blobs.names("recordings")


async def test_M11_another_clinics_secret_opens_nothing(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    kept = Recordings(blobs, b"s" * 32)
    disk = WorkersDisk(tmp_path, kept.key_of(REC), b"what was said")
    disk.running = False
    fetched = await all_of(kept, disk)
    with pytest.raises(Broken):
        await Recordings(blobs, b"t" * 32).read(CALL, REC, fetched.tapes[0], 0)


def test_each_recording_has_a_key_of_its_own() -> None:
    kept = recordings()
    assert kept.key_of(REC) != kept.key_of(RecordingId("another"))


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    assert open_secret(tmp_path, b"a" * 32) == open_secret(tmp_path, b"b" * 32) == b"a" * 32
    assert (tmp_path / "recordings.key").stat().st_mode & 0o777 == 0o600
