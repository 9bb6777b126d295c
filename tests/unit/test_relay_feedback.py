"""RTCP that we write is read by others as it was meant; what others write never breaks us."""

from struct import pack

from aiortc.rtp import (  # noqa: TID251  another's reading of what we write
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    unpack_remb_fci,
)
from hypothesis import given
from hypothesis import strategies as st

from actors.relay import feedback
from actors.relay.arrivals import MOST, Arrivals
from actors.relay.feedback import Kind, SenderReport
from tests.unit.relay_ward import ANN, BEN, Ward, rtp

SSRC = st.integers(1, 0xFFFFFFFF)
MEASURE = 0.00025
"""Seconds that an arrival is told in."""


def told(report: bytes) -> tuple[int, dict[int, float]]:
    """Read transport-wide feedback: its stream, and when each packet came (None is left out)."""
    (packet,) = feedback.split(report)
    body = packet[2]
    ssrc, first, count = (int.from_bytes(body[a:b], "big") for a, b in ((4, 8), (8, 10), (10, 12)))
    now, at = int.from_bytes(body[12:15], "big") * 0.064, 16
    symbols: list[int] = []
    while len(symbols) < count:
        chunk = int.from_bytes(body[at : at + 2], "big")
        symbols += [chunk >> 12 - 2 * place & 3 for place in range(7)]
        at += 2
    came = {}
    for place, symbol in enumerate(symbols[:count]):
        if symbol:
            now += int.from_bytes(body[at : at + symbol], "big", signed=symbol > 1) * MEASURE
            came[(first + place) & 0xFFFF] = now
            at += symbol
    return ssrc, came


@given(SSRC, st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=60, unique=True))
def test_a_request_names_each_lost_packet_once(ssrc: int, lost: list[int]) -> None:
    lost.sort()

    ((kind, form, body),) = feedback.split(feedback.nack(ssrc, lost))

    assert (kind, form) == (Kind.TRANSPORT_FEEDBACK, feedback.NACK)
    assert list(feedback.read_nack(body)) == lost
    assert feedback.read_target(body) == ssrc


def test_a_request_over_the_end_of_sequence_numbers_is_short() -> None:
    request = feedback.nack(7, [65_535, 0, 15])
    (theirs,) = RtcpPacket.parse(request)

    assert isinstance(theirs, RtcpRtpfbPacket)
    assert [sequence % 0x10000 for sequence in theirs.lost] == [65_535, 0, 15]


def test_a_request_for_a_key_frame_is_a_pli() -> None:
    (theirs,) = RtcpPacket.parse(feedback.picture_loss(77))

    assert isinstance(theirs, RtcpPsfbPacket)
    assert (theirs.fmt, theirs.media_ssrc) == (1, 77)


@given(SSRC, st.integers(0, (1 << 64) - 1), st.integers(0, 0xFFFFFFFF))
def test_a_sender_report_says_what_it_was_made_of(ssrc: int, ntp: int, timestamp: int) -> None:
    report = SenderReport(ssrc, ntp, timestamp)
    packet = feedback.sender_report(report, 12, 3456)
    (theirs,) = RtcpPacket.parse(packet)
    ((_, _, body),) = feedback.split(packet)

    assert isinstance(theirs, RtcpSrPacket)
    assert (theirs.sender_info.packet_count, theirs.sender_info.octet_count) == (12, 3456)
    assert feedback.read_sender_report(body) == report


def test_a_block_tells_loss_and_clocks() -> None:
    block = feedback.report_block(
        5, fraction=64, lost=-3, highest=70_000, jitter=11, last=22, delay=33
    )
    (theirs,) = RtcpPacket.parse(feedback.receiver_report([block]))
    ((kind, count, body),) = feedback.split(feedback.receiver_report([block]))

    assert isinstance(theirs, RtcpRrPacket)
    said = theirs.reports[0]
    assert (said.packets_lost, said.highest_sequence, said.jitter) == (-3, 70_000, 11)
    assert (said.lsr, said.dlsr) == (22, 33)
    assert list(feedback.read_blocks(kind, count, body)) == [feedback.Block(5, 0.25)]


@given(st.integers(1, 100_000_000))
def test_an_estimate_is_told_to_18_bits(bits: int) -> None:
    packet = feedback.remb(bits, [1, 2])
    (theirs,) = RtcpPacket.parse(packet)
    ((_, form, body),) = feedback.split(packet)

    assert isinstance(theirs, RtcpPsfbPacket)
    assert form == feedback.APPLICATION
    assert unpack_remb_fci(theirs.fci) == (feedback.read_remb(body), [1, 2])
    assert bits * (1 - 2**-17) <= feedback.read_remb(body) <= bits


def test_a_compound_begins_with_a_report() -> None:
    loss, report = feedback.picture_loss(7), feedback.receiver_report()

    assert feedback.compound(loss) == report + loss
    assert feedback.compound(report, loss) == report + loss


def test_a_full_intra_request_names_its_streams() -> None:
    body = pack("!II", 1, 0) + pack("!IB3x", 55, 1) + pack("!IB3x", 66, 2)

    assert list(feedback.read_fir(body)) == [55, 66]


def test_what_came_is_told_with_its_times_and_gaps() -> None:
    arrivals = Arrivals()
    for number, at in ((65_534, 10.0), (65_535, 10.02), (1, 10.5), (2, 10.499)):
        arrivals.note(number, at)

    ssrc, came = told(arrivals.report(9))

    assert ssrc == 9
    assert list(came) == [65_534, 65_535, 1, 2]
    spans = [came[number] - came[65_534] for number in came]
    assert all(abs(a - b) <= MEASURE for a, b in zip(spans, (0, 0.02, 0.5, 0.499), strict=True))


def test_each_report_goes_on_where_the_last_one_ended() -> None:
    arrivals = Arrivals()
    arrivals.note(5, 1.0)
    arrivals.report(9)
    arrivals.note(5, 1.0)  # told already

    assert arrivals.report(9) == b""
    arrivals.note(8, 1.1)
    report = arrivals.report(9)
    assert report[12:16] == b"\x00\x06\x00\x03"
    assert list(told(report)[1]) == [8]


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.floats(0, 1e6)), max_size=80))
def test_M04_whatever_is_noted_a_report_is_bounded_and_reads(
    notes: list[tuple[int, float]],
) -> None:
    arrivals = Arrivals()
    for number, at in notes:
        arrivals.note(number, at)

    report = arrivals.report(9)

    assert bool(report) == bool(notes)
    if report:
        assert len(list(feedback.split(report))) == 1
        assert len(told(report)[1]) <= min(MOST, len(notes))
    assert arrivals.report(9) == b""


@given(st.binary(max_size=200))
def test_M04_no_bytes_break_the_reading_of_feedback(data: bytes) -> None:
    ward = Ward()
    ward.arrange(ANN, BEN)
    ward.connect(ANN, of=(BEN,))
    ward.connect(BEN, of=(ANN,))
    ward.send(ANN, rtp(1000, 1))

    for first in (0x80, 0x81, 0x84, 0x8F):
        for kind in Kind:
            words = (len(data) // 4).to_bytes(2, "big")
            ward.lines[BEN].taker.take_rtcp(bytes([first, kind]) + words + data, ward.now)
    ward.lines[BEN].taker.take_rtcp(data, ward.now)
    ward.pass_time(0.05)

    ward.send(ANN, rtp(1000, 2))
    assert len(ward.lines[BEN].rtp) == 2
