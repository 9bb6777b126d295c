"""RTP packets are read in place, and whatever they are, reading them doesn't fail."""

from aiortc.rtp import RtpPacket  # noqa: TID251  as others read it
from hypothesis import given
from hypothesis import strategies as st

from actors.relay.extensions import find, find_text, send_stamp
from actors.relay.packets import EVEN, is_rtp, padded, payload_span, signed
from tests.unit.relay_ward import rtp

BLOCKS = st.lists(st.tuples(st.integers(1, 14), st.binary(min_size=1, max_size=16)), max_size=5)


def test_the_payload_begins_after_header_csrcs_and_extensions() -> None:
    packet = rtp(1, 1, b"payload", extensions=((4, b"mid"),))
    with_csrcs = bytes([0x82]) + rtp(1, 1)[1:12] + bytes(8) + b"payload"

    start, end = payload_span(packet)
    again, until = payload_span(with_csrcs)

    assert packet[start:end] == b"payload"
    assert with_csrcs[again:until] == b"payload"


def test_padding_is_no_payload() -> None:
    packet = bytearray(rtp(1, 1, b"payload" + bytes([0, 0, 3])))
    packet[0] |= 0x20

    start, end = payload_span(bytes(packet))

    assert packet[start:end] == b"payload"


@given(st.binary(max_size=1200))
def test_what_is_padded_is_read_as_it_was(payload: bytes) -> None:
    packet = bytes([0xA0]) + rtp(1, 1, padded(payload))[1:]

    assert RtpPacket.parse(packet).payload == payload
    assert len(padded(payload)) % EVEN == 0
    assert 0 < len(padded(payload)) - len(payload) <= EVEN


def test_what_claims_more_than_there_is_has_no_payload() -> None:
    all_padded = bytearray(rtp(1, 1, bytes([200])))
    all_padded[0] |= 0x20
    none_padded = bytearray(rtp(1, 1, bytes([0])))
    none_padded[0] |= 0x20

    assert payload_span(bytes(all_padded)) == (0, 0)
    assert payload_span(bytes(none_padded)) == (0, 0)
    assert payload_span(bytes([0x8F]) + rtp(1, 1)[1:]) == (0, 0)
    assert payload_span(bytes([0x90]) + rtp(1, 1, b"")[1:]) == (0, 0)
    assert payload_span(bytes([0x90]) + rtp(1, 1, b"\xbe\xde\xff\xff")[1:]) == (0, 0)


def test_what_is_too_short_too_long_or_of_another_version_is_no_rtp() -> None:
    assert is_rtp(rtp(1, 1))
    assert not is_rtp(rtp(1, 1)[:11])
    assert not is_rtp(rtp(1, 1, bytes(1500)))
    assert not is_rtp(b"\x40" + rtp(1, 1)[1:])


@given(st.binary(min_size=12, max_size=80))
def test_M04_no_bytes_break_the_reading_of_packets(data: bytes) -> None:
    start, end = payload_span(data)

    assert 0 <= start <= end <= len(data)


@given(st.binary(min_size=12, max_size=80), st.integers(0, 20), st.sampled_from([0xBEDE, 0x1000]))
def test_M04_no_bytes_break_the_reading_of_extensions(data: bytes, wanted: int, form: int) -> None:
    packet = bytes([0x90]) + data[1:12] + form.to_bytes(2, "big") + data[12:]

    at, size = find(packet, wanted)

    assert at + size <= len(packet)
    assert len(find_text(packet, wanted)) <= size


@given(BLOCKS, st.integers(1, 14))
def test_extensions_are_found_as_they_were_written(
    block: list[tuple[int, bytes]], wanted: int
) -> None:
    packet = rtp(1, 1, extensions=tuple(block))

    at, size = find(packet, wanted)

    first = next((value for number, value in block if number == wanted), b"")
    assert packet[at : at + size] == first
    assert RtpPacket.parse(packet).payload == b"sound"


def test_extensions_with_two_bytes_of_head_are_found_too() -> None:
    block = b"\x00\x05\x03abc\x14\x02hi\x00\x00\x00"
    packet = bytes([0x90]) + rtp(1, 1, b"")[1:] + b"\x10\x00\x00\x03" + block

    assert find_text(packet, 5) == "abc"
    assert find_text(packet, 20) == "hi"
    assert find_text(packet, 6) == ""


def test_after_the_id_15_nothing_more_is_read() -> None:
    packet = rtp(1, 1, extensions=((15, b"x"), (4, b"mid")))

    assert find_text(packet, 4) == ""


def test_counters_differ_the_nearest_way() -> None:
    assert signed(3 - 0xFFFE, 16) == 5
    assert signed(0xFFFE - 3, 16) == -5


def test_a_send_time_has_24_bits_that_start_anew_every_64_seconds() -> None:
    assert send_stamp(1.5) == 3 << 17
    assert send_stamp(65.5) == send_stamp(1.5)
