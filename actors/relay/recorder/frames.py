"""From packets to whole frames: in order, with what was lost left out."""

from typing import Final, NamedTuple

from aiortc.codecs import depayload
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket

VIDEO_CLOCK = 90_000
AUDIO_CLOCK = 48_000
LONGEST = 1 << 32

VIDEO: Final = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=VIDEO_CLOCK, payloadType=96)
AUDIO: Final = RTCRtpCodecParameters(
    mimeType="audio/opus", clockRate=AUDIO_CLOCK, channels=2, payloadType=97
)


class Frame(NamedTuple):
    """A frame as it was sent, sealed or not. *ticks* of the stream's clock since the first."""

    data: bytes
    ticks: int


class Frames:
    """Makes frames of the packets of one stream."""

    def __init__(self, *, video: bool) -> None:
        self.video = video
        self._codec = VIDEO if video else AUDIO
        self._buffer = JitterBuffer(512 if video else 64, is_video=video)
        self._last: int | None = None
        self._ticks = 0

    def take(self, packet: bytes) -> tuple[list[Frame], bool]:
        """Return the frames that *packet* completes, and whether a key frame should be asked for.

        What does not parse is left out.
        """
        try:
            read = RtpPacket.parse(packet)
            read._data = depayload(self._codec, read.payload) if read.payload else b""  # type: ignore[attr-defined]  # noqa: SLF001
        except ValueError:
            return [], False
        lost, frame = self._buffer.add(read)
        if frame is None or not frame.data:
            return [], lost
        return [Frame(frame.data, self._since_first(frame.timestamp))], lost

    def _since_first(self, timestamp: int) -> int:
        """Return how far *timestamp* is from the first one; it comes round after 32 bits."""
        if self._last is not None:
            step = (timestamp - self._last) % LONGEST
            self._ticks += step if step < LONGEST // 2 else step - LONGEST
        self._last = timestamp
        return self._ticks
