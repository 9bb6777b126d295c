"""A made-up network for the relay: lines that remember, and packets as browsers send them."""

from collections.abc import Iterator
from struct import pack

from actors.ids import CallId, LegId, RecordingId
from actors.media import Section, Source
from actors.relay.calls import Calls
from actors.relay.extensions import ONE_BYTE
from actors.relay.line import Taker
from actors.relay.messages import Answer, Arrange, Arranged, Connect, RecordOrder
from actors.relay.sdp import BadOffer
from actors.relay.sections import Extension, Payloads, Received, Sent, Settled, Stream

CALL = CallId("c-1")
ANN, BEN, CAT = LegId("ann"), LegId("ben"), LegId("cat")
OPUS, VP8 = Payloads(111), Payloads(96, 97)
EXTENSIONS = {
    Extension.MID: 4,
    Extension.RID: 10,
    Extension.REPAIRED_RID: 11,
    Extension.AUDIO_LEVEL: 1,
    Extension.SEND_TIME: 2,
    Extension.TRANSPORT_CC: 3,
}
LAYERS = ("q", "h", "f")
BASE = {ANN: 1000, BEN: 2000, CAT: 3000}
"""A leg's microphone has this SSRC; its camera's layers have the next ones, RTX is 100 higher."""


def rtp(
    ssrc: int,
    sequence: int,
    payload: bytes = b"sound",
    *,
    kind: int = 111,
    timestamp: int = 0,
    marker: bool = False,
    extensions: tuple[tuple[int, bytes], ...] = (),
) -> bytes:
    """Return an RTP packet with one-byte header *extensions*."""
    block = b"".join(bytes([n << 4 | len(value) - 1]) + value for n, value in extensions)
    block += bytes(-len(block) % 4)
    head = pack(
        "!BBHII",
        0x90 if block else 0x80,
        marker << 7 | kind,
        sequence & 0xFFFF,
        timestamp & 0xFFFFFFFF,
        ssrc,
    )
    return head + (pack("!HH", ONE_BYTE, len(block) // 4) + block if block else b"") + payload


def vp8(*, key: bool = False, picture: int = 1, tl0: int = 1, start: bool = True) -> bytes:
    """Return a payload: descriptor with a 15-bit picture id, and some bytes of a frame."""
    descriptor = pack("!BBHBB", 0x80 | start << 4, 0xE0, 0x8000 | picture, tl0, 0)
    return descriptor + bytes([0 if key else 1]) + b"picture"


def video(
    ssrc: int,
    sequence: int,
    *,
    key: bool = False,
    rid: str = "",
    picture: int = 1,
    timestamp: int = 0,
) -> bytes:
    """Return a packet of a camera."""
    known = ((4, b"1"), (10, rid.encode())) if rid else ()
    payload = vp8(key=key, picture=picture, tl0=picture & 0xFF)
    return rtp(ssrc, sequence, payload, kind=96, timestamp=timestamp, extensions=known)


def numbers(packet: bytes) -> tuple[int, int, int]:
    """Return SSRC, sequence number and timestamp of *packet*."""
    return (
        int.from_bytes(packet[8:12], "big"),
        int.from_bytes(packet[2:4], "big"),
        int.from_bytes(packet[4:8], "big"),
    )


class FakeLine:
    """A line that remembers what is sent, and agrees to whatever is declared."""

    def __init__(self, leg: LegId, taker: Taker) -> None:
        self.leg, self.taker = leg, taker
        self.open = False
        self.over = False
        self.rids: tuple[str, ...] = ()
        self.rtp: list[bytes] = []
        self.rtcp: list[bytes] = []

    def send_rtp(self, packet: bytes) -> None:
        """Remember *packet*."""
        self.rtp.append(packet)

    def send_rtcp(self, packet: bytes) -> None:
        """Remember *packet*."""
        self.rtcp.append(packet)

    def close(self) -> None:
        """Be over."""
        self.open, self.over = False, True

    def start(self) -> None:
        """Have connected."""
        self.open = True
        self.taker.opened()

    def hang_up(self) -> None:
        """Have gone."""
        self.open = False
        self.taker.closed()

    def answer(
        self, sdp: str, sends: tuple[Section, ...], receives: tuple[Section, ...]
    ) -> tuple[str, Settled]:
        """Agree."""
        if sdp == "bad":
            raise BadOffer("That is no offer.")
        sent = tuple(self._sent(section) for section in sends)
        received = tuple(self._received(section) for section in receives)
        return f"answer to {sdp}", Settled(sent, received)

    def _sent(self, section: Section) -> Sent:
        if section.source is Source.MICROPHONE:
            return Sent(section, OPUS, EXTENSIONS, (Stream(BASE[self.leg]),))
        if self.rids:
            return Sent(section, VP8, EXTENSIONS, (), self.rids)
        ssrc = BASE[self.leg] + (1 if section.source is Source.CAMERA else 11)
        return Sent(section, VP8, EXTENSIONS, (Stream(ssrc, ssrc + 100),))

    def _received(self, section: Section) -> Received:
        place = 50 + 10 * sorted(BASE).index(section.leg) + list(Source).index(section.source)
        ssrc = BASE[self.leg] + place
        audio = section.source is Source.MICROPHONE
        stream = Stream(ssrc) if audio else Stream(ssrc, ssrc + 100)
        return Received(section, OPUS if audio else VP8, stream, {Extension.SEND_TIME: 2})

    def of(self, leg: LegId, source: Source) -> list[bytes]:
        """Return what was sent of that track."""
        ssrc = self._received(Section("", leg, source)).stream.ssrc
        return [packet for packet in self.rtp if numbers(packet)[0] == ssrc]


class FakeTap:
    """A recorder that remembers."""

    public, running = "public key", True

    def __init__(self, call: CallId, order: RecordOrder) -> None:
        self.call, self.order = call, order
        self.expected: list[Section] = []
        self.taken: list[tuple[LegId, Source, bytes, float]] = []
        self.learned: list[tuple[LegId, str]] = []
        self.wants_key_frame = False

    def expect(self, sections: tuple[Section, ...]) -> None:
        """Remember *sections*."""
        self.expected += sections

    def take(self, leg: LegId, source: Source, packet: bytes, at: float) -> bool:
        """Remember *packet*."""
        self.taken.append((leg, source, packet, at))
        return self.wants_key_frame

    def learn(self, leg: LegId, wrapped: str) -> None:
        """Remember the key."""
        self.learned.append((leg, wrapped))

    def stop(self) -> None:
        """Take nothing more."""
        self.running = False


class Ward:
    """A media worker with made-up lines, at a made-up time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.lines: dict[LegId, FakeLine] = {}
        self.opened: list[FakeLine] = []
        self.taps: list[FakeTap] = []
        self.calls = Calls("boot", self._open_line, self._open_tap, lambda: self.now)
        self._negs: Iterator[int] = iter(range(1000))

    def _open_line(self, leg: LegId, taker: Taker) -> FakeLine:
        line = self.lines[leg] = FakeLine(leg, taker)
        self.opened.append(line)
        return line

    def _open_tap(self, call: CallId, order: RecordOrder) -> FakeTap:
        self.taps.append(FakeTap(call, order))
        return self.taps[-1]

    @property
    def speaker(self) -> LegId | None:
        """Who speaks in the call."""
        return self.calls.speaker(CALL)

    def arrange(
        self,
        *legs: LegId,
        epoch: int = 1,
        held: tuple[LegId, ...] = (),
        echo: bool = False,
        record: RecordOrder | None = None,
    ) -> Arranged:
        """Arrange the call, which must be possible."""
        order = Arrange(CALL, epoch, legs, held, record, echo)
        answer = self.calls.arrange(order)
        assert isinstance(answer, Arranged)
        return answer

    def connect(
        self,
        leg: LegId,
        sends: tuple[Source, ...] = (Source.MICROPHONE, Source.CAMERA),
        of: tuple[LegId, ...] = (),
        *,
        epoch: int = 1,
        rids: tuple[str, ...] = (),
    ) -> FakeLine:
        """Let *leg* send *sends* and receive everything *of* others; its line is open then."""
        order = Connect(
            CALL, epoch, leg, next(self._negs), "offer", sections(leg, sends), wishes(*of)
        )
        if rids:
            self.calls.connect(without_sections(order))
            self.lines[leg].rids = rids
        assert isinstance(self.calls.connect(order), Answer)
        self.lines[leg].start()
        return self.lines[leg]

    def send(self, leg: LegId, *packets: bytes) -> None:
        """Let *leg* send *packets* now."""
        for packet in packets:
            self.lines[leg].taker.take_rtp(packet, self.now)

    def pass_time(self, seconds: float, *, step: float = 0.01) -> None:
        """Let time pass, with a tick every *step*."""
        for _ in range(round(seconds / step)):
            self.now += step
            self.calls.tick(self.now)


def without_sections(order: Connect) -> Connect:
    """Return *order* without sections."""
    return Connect(order.call, order.epoch, order.leg, order.neg - 1, order.sdp, (), ())


def sections(leg: LegId, sources: tuple[Source, ...]) -> tuple[Section, ...]:
    """Return the sections in which *leg* sends."""
    return tuple(Section(str(list(Source).index(source)), leg, source) for source in sources)


def wishes(*legs: LegId) -> tuple[Section, ...]:
    """Return the sections in which all of *legs* is received."""
    return tuple(
        Section(f"r{leg}{n}", leg, source) for leg in legs for n, source in enumerate(Source)
    )


RECORD = RecordOrder(RecordingId("r-1"), bytes(32), sealed=True)
