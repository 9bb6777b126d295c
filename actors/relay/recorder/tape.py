"""One WebM file (Matroska: VP8 and Opus as they came), written as it grows."""

import struct
from fractions import Fraction
from typing import Any

import av

from actors.relay.vault import Vault

LIVE = {"live": "1", "cluster_time_limit": "1000"}
"""Nothing that was written is gone back to: the file is encrypted already."""
VIDEO, AUDIO = Fraction(1, 90_000), Fraction(1, 48_000)
SIZE = slice(6, 10)
SIZE_BITS = 0x3FFF


class TapeFile:
    """Somebody's picture and sound. Pictures begin with a key frame, which says their size."""

    def __init__(self, vault: Vault, *, video: bool, audio: bool) -> None:
        self._vault = vault
        self._wants = (video, audio)
        self._container: Any = None
        self._video: Any = None
        self._audio: Any = None
        self._last = {"video": -1, "audio": -1}
        self._early: list[tuple[bytes, int]] = []

    @property
    def begun(self) -> bool:
        """Whether the file has its beginning; sound waits a while for the first picture."""
        return self._container is not None

    @property
    def shows(self) -> bool:
        """Whether there are pictures on it."""
        return self._last["video"] >= 0

    def show(self, frame: bytes, ticks: int) -> bool:
        """Write a picture at *ticks* of 90 kHz; return False where only a key frame will do."""
        key = is_key_frame(frame)
        if not self.shows and not key:
            return False
        if not self.begun:
            self._begin(*size_of(frame))
        self._mux(self._video, frame, ticks, VIDEO, key=key)
        return True

    def say(self, frame: bytes, ticks: int) -> None:
        """Write sound at *ticks* of 48 kHz."""
        if not self.begun and self._wants[0] and len(self._early) < MOST_EARLY:
            self._early.append((frame, ticks))
            return
        if not self.begun:
            self._begin(*UNSEEN)
        self._mux(self._audio, frame, ticks, AUDIO, key=True)

    def close(self) -> None:
        """Write the end."""
        if not self.begun:
            self._wants = (False, self._wants[1])
            for frame, ticks in self._early:
                self.say(frame, ticks)
        if self.begun:
            self._container.close()
        self._vault.close()

    def _begin(self, width: int, height: int) -> None:
        self._container = av.open(self._vault, "w", format="webm", options=LIVE)
        if self._wants[0]:
            self._video = self._container.add_mux_stream("vp8", rate=30, width=width, height=height)
        if self._wants[1]:
            self._audio = self._container.add_mux_stream("opus", rate=48_000)
        for frame, ticks in self._early:
            self._mux(self._audio, frame, ticks, AUDIO, key=True)
        self._early.clear()

    def _mux(self, stream: Any, data: bytes, ticks: int, base: Fraction, *, key: bool) -> None:  # noqa: ANN401
        """Write a frame, unless it comes before the one that stands there already."""
        kind = "video" if base is VIDEO else "audio"
        if stream is None or ticks <= self._last[kind] or ticks < 0:
            return
        self._last[kind] = ticks
        packet: Any = av.Packet(data)
        packet.stream, packet.time_base = stream, base
        packet.pts = packet.dts = ticks
        packet.is_keyframe = key
        self._container.mux(packet)


MOST_EARLY = 500
"""Frames of sound (10 s) that wait for the first picture, which says the size."""
UNSEEN = (640, 360)
"""The size that is said of pictures which have not come by then; each key frame says its own."""


def is_key_frame(frame: bytes) -> bool:
    """Return whether a VP8 frame can be shown by itself (RFC 6386, 9.1)."""
    return len(frame) >= SIZE.stop and not frame[0] & 1


def size_of(frame: bytes) -> tuple[int, int]:
    """Return width and height, as a VP8 key frame says them (RFC 6386, 9.1)."""
    width, height = struct.unpack("<HH", frame[SIZE])
    return width & SIZE_BITS, height & SIZE_BITS
