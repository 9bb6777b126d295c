"""The recordings on a worker's disk: made, listed, read in parts, and forgotten once they are kept.

A worker that begins anew finds nothing of its former life worth keeping: tapes that were not ended
can't be read, so what is left of them is removed.
"""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from actors.ids import CallId, LegId, RecordingId
from actors.media import Section, Source
from actors.relay.messages import (
    PART,
    Declined,
    DropRecording,
    ListTapes,
    Part,
    ReadPart,
    RecordOrder,
    Taken,
    Tapes,
)
from actors.relay.recorder import Recorder
from actors.relay.recorder.keys import KeyRefused

NO_RECORDING: Final = Declined("no_such_recording", "There is no such recording here.")


class _Sender(msgspec.Struct, frozen=True):
    """Of what wraps a frame key (`TellRecorder.wrapped`): the raw public key of the page."""

    key: str


class Reel:
    """One recording as a call sees it (`tap.Tap`)."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    @property
    def public(self) -> str:
        """Its raw P-256 public key (base64url); empty: nothing is encrypted end to end."""
        return self.recorder.keys.public if self.recorder.order.sealed else ""

    @property
    def running(self) -> bool:
        """Whether it takes packets."""
        return self.recorder.running

    def expect(self, sections: tuple[Section, ...]) -> None:
        """Know that these tracks will come too, from now on."""
        self.recorder.expect(sections)

    def take(self, leg: LegId, source: Source, packet: bytes, at: float) -> bool:
        """Take an RTP packet; return whether a key frame should be asked for."""
        return self.recorder.take(leg, source, packet, at)

    def learn(self, leg: LegId, wrapped: str) -> None:
        """Take a frame key of *leg*; what doesn't open is ignored."""
        with suppress(KeyRefused, msgspec.DecodeError):
            sender = msgspec.json.decode(wrapped, type=_Sender)
            self.recorder.keys.learn(leg, wrapped, sender.key)

    def stop(self) -> None:
        """End the recording: nothing more comes."""
        self.recorder.stop()


class NoReel:
    """Stands for a recording that can't be made again: its file is there already."""

    public = ""
    running = False

    def expect(self, sections: tuple[Section, ...]) -> None:
        """Do nothing."""

    def take(self, leg: LegId, source: Source, packet: bytes, at: float) -> bool:  # noqa: ARG002
        """Drop the packet."""
        return False

    def learn(self, leg: LegId, wrapped: str) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


class Shelf:
    """All recordings of one worker, in *directory*, which is its own."""

    def __init__(self, directory: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._clock = clock
        self._reels: dict[RecordingId, Reel] = {}
        for leftover in directory.iterdir():
            shutil.rmtree(leftover, ignore_errors=True)

    def open(self, call: CallId, order: RecordOrder) -> Reel | NoReel:
        """Begin a recording (`tap.OpenTap`)."""
        if order.recording in self._reels:
            return NoReel()
        recorder = Recorder(call, order, self._directory, began_at=self._clock())
        self._reels[order.recording] = reel = Reel(recorder)
        return reel

    def tapes(self, order: ListTapes) -> Tapes | Declined:
        """Say which files a recording has."""
        reel = self._reels.get(order.recording)
        return Tapes(reel.recorder.tapes(), reel.running) if reel else NO_RECORDING

    def read(self, order: ReadPart) -> Part | Declined:
        """Return a part of a file as it lies there. It reads the disk."""
        if order.recording not in self._reels:
            return NO_RECORDING
        try:
            with self._file(order).open("rb") as tape:
                tape.seek(max(order.offset, 0))
                return Part(tape.read(PART))
        except FileNotFoundError:
            return NO_RECORDING

    def drop(self, order: DropRecording) -> Taken:
        """Delete a recording. It writes to the disk."""
        reel = self._reels.pop(order.recording, None)
        if reel is not None:
            reel.stop()
            shutil.rmtree(self._directory / order.recording, ignore_errors=True)
        return Taken()

    def _file(self, order: ReadPart) -> Path:
        return self._directory / order.recording / f"{order.tape}.tape"
