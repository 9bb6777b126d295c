"""The VP8 payload descriptor is read and renumbered, and nothing else of a payload changes."""

from aiortc.codecs.vpx import VpxPayloadDescriptor  # noqa: TID251  as others read it
from hypothesis import given
from hypothesis import strategies as st

from actors.relay.vp8 import PICTURES, Descriptor, read, renumber
from tests.unit.relay_ward import vp8


def numbered(payload: bytes) -> Descriptor:
    descriptor = read(payload)
    assert descriptor is not None
    return descriptor


def test_a_key_frame_is_known_by_its_first_packet() -> None:
    assert numbered(vp8(key=True)).key
    assert not numbered(vp8(key=False)).key
    assert not numbered(vp8(key=True, start=False)).key


def test_a_later_partition_begins_no_key_frame() -> None:
    assert not numbered(b"\x11\x00").key
    assert numbered(b"\x10\x00").key


@given(
    st.integers(0, 0x7FFF),
    st.integers(0, 255),
    st.integers(0, 3),
    st.integers(0, 31),
    st.booleans(),
)
def test_what_is_read_is_what_was_written(
    picture: int, tl0: int, layer: int, index: int, has_tl0: bool
) -> None:
    written = VpxPayloadDescriptor(
        partition_start=1,
        partition_id=0,
        picture_id=picture,
        tl0picidx=tl0 if has_tl0 else None,
        tid=(layer, 0),
        keyidx=index,
    )

    found = numbered(bytes(written) + b"\x01frame")

    assert (found.picture, found.tl0) == (picture, tl0 if has_tl0 else -1)
    assert found.long


@given(st.integers(0, 0x7FFF), st.integers(0, 255), st.integers(0, PICTURES), st.integers(0, 255))
def test_renumbering_adds_to_both_numbers_and_changes_nothing_else(
    picture: int, tl0: int, pictures: int, tl0s: int
) -> None:
    payload = vp8(picture=picture, tl0=tl0)

    new = renumber(payload, numbered(payload), pictures, tl0s)

    found = numbered(new)
    assert (found.picture, found.tl0) == ((picture + pictures) % PICTURES, (tl0 + tl0s) % 256)
    assert (new[:2], new[5:]) == (payload[:2], payload[5:])


def test_a_short_picture_id_stays_short() -> None:
    payload = b"\x90\x80\x7f\x01frame"

    assert renumber(payload, numbered(payload), 3, 9) == b"\x90\x80\x02\x01frame"


def test_a_payload_without_numbers_stays_as_it_is() -> None:
    for payload in (b"\x10\x00frame", b"\x90\x20\x40\x00frame"):
        assert renumber(payload, numbered(payload), 3, 9) == payload


@given(st.binary(max_size=12), st.integers(0, PICTURES), st.integers(0, 255))
def test_M04_no_payload_breaks_the_reading_of_it(payload: bytes, pictures: int, tl0s: int) -> None:
    descriptor = read(payload)

    if descriptor is not None:
        assert len(renumber(payload, descriptor, pictures, tl0s)) == len(payload)
    else:
        assert len(payload) < 7
