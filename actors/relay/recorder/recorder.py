"""One recording: whose packets become which tape, since when, and how far each has come."""

from pathlib import Path

from actors.ids import CallId, LegId
from actors.media import Section, Source, Tape
from actors.relay.messages import RecordOrder
from actors.relay.recorder.frames import AUDIO_CLOCK, VIDEO_CLOCK, Frames
from actors.relay.recorder.keys import FrameKeys
from actors.relay.recorder.tape import TapeFile
from actors.relay.vault import Vault


class Track:
    """One track of somebody: packets in, frames onto their tape."""

    def __init__(self, leg: LegId, tape: TapeFile, *, video: bool) -> None:
        self.leg = leg
        self.tape = tape
        self.frames = Frames(video=video)
        self.began_at: float | None = None
        """Seconds after the recording's beginning at which the first packet came."""


class Recorder:
    """Writes tapes into *directory*; begun at *began_at* (monotonic seconds)."""

    def __init__(
        self, call: CallId, order: RecordOrder, directory: Path, *, began_at: float
    ) -> None:
        self.order = order
        self.keys = FrameKeys(call, LegId(order.recording))
        self._directory = directory / order.recording
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._began_at = began_at
        self._tracks: dict[tuple[LegId, Source], Track] = {}
        self._tapes: dict[tuple[LegId, bool], tuple[int, TapeFile]] = {}
        self._begins: dict[int, int] = {}
        self._running = True

    def expect(self, sections: tuple[Section, ...]) -> None:
        """Make room for what these people send; nothing else is ever written."""
        for section in sections:
            place = (section.leg, section.source is Source.SCREEN)
            if place not in self._tapes:
                self._add_tape(place, sections)
        for section in sections:
            _, tape = self._tapes[section.leg, section.source is Source.SCREEN]
            video = section.source.kind == "video"
            self._tracks[section.leg, section.source] = Track(section.leg, tape, video=video)

    def _add_tape(self, place: tuple[LegId, bool], sections: tuple[Section, ...]) -> None:
        number = len(self._tapes)
        leg, screen = place
        sends = {each.source for each in sections if each.leg == leg}
        vault = Vault(self._file(number), self.order.key, number)
        tape = TapeFile(
            vault,
            video=screen or Source.CAMERA in sends,
            audio=not screen and Source.MICROPHONE in sends,
        )
        self._tapes[place] = number, tape

    def take(self, leg: LegId, source: Source, packet: bytes, at: float) -> bool:
        """Take an RTP packet; return whether a key frame of *source* should be asked for."""
        track = self._tracks.get((leg, source))
        if track is None or not self._running:
            return False
        if track.began_at is None:
            track.began_at = max(0.0, at - self._began_at)
            place = (leg, source is Source.SCREEN)
            self._begins.setdefault(self._tapes[place][0], round(track.began_at * 1000))
        frames, lost = track.frames.take(packet)
        missing = [frame for frame in frames if not self._write(track, frame.data, frame.ticks)]
        return bool(missing) or lost

    def _write(self, track: Track, data: bytes, ticks: int) -> bool:
        """Write a frame, opened where it was sealed; return False where a key frame is missing."""
        video = track.frames.video
        if self.order.sealed:
            opened = self.keys.open(track.leg, data, video=video)
            if opened is None:
                return not video
            data = opened
        clock = VIDEO_CLOCK if video else AUDIO_CLOCK
        at = ticks + round((track.began_at or 0.0) * clock)
        if video:
            return track.tape.show(data, at)
        track.tape.say(data, at)
        return True

    def stop(self) -> None:
        """Write the end of every tape; nothing more is taken."""
        if self._running:
            self._running = False
            for _, tape in self._tapes.values():
                tape.close()

    def tapes(self) -> tuple[Tape, ...]:
        """Return the files as they are on the disk."""
        return tuple(
            Tape(number, leg, screen, self._begins.get(number, 0), size, done, tape.shows)
            for (leg, screen), (number, tape) in self._tapes.items()
            for size in (self._size(number),)
            for done in (not self._running,)
        )

    @property
    def running(self) -> bool:
        """Whether it still takes packets."""
        return self._running

    def _size(self, number: int) -> int:
        return self._file(number).stat().st_size

    def _file(self, number: int) -> Path:
        return self._directory / f"{number}.tape"
