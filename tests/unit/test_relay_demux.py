"""Who a datagram is for, and that nobody else's gets anywhere (RFC 7983)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.relay.demux import Address, Demux, Path, local_ufrag
from tests.unit.relay_support import Post

HOME: Address = ("192.0.2.1", 5000)
AWAY: Address = ("192.0.2.2", 6000)
RTP = bytes((0x80, 111)) + bytes(20)
DTLS = b"\x16\xfe\xfd" + bytes(20)


def request(username: bytes, before: bytes = b"") -> bytes:
    """Return the beginning of a binding request, by hand."""
    name = b"\x00\x06" + len(username).to_bytes(2, "big") + username
    attributes = before + name + bytes(-len(username) % 4)
    return (
        b"\x00\x01"
        + len(attributes).to_bytes(2, "big")
        + b"\x21\x12\xa4\x42"
        + bytes(12)
        + attributes
    )


def house() -> tuple[Demux, Post, Path]:
    post = Post()
    demux = Demux(lambda _: post)
    demux.expect("ours", post)
    path = Path(HOME, post, post)
    demux.admit(path)
    return demux, post, path


def test_what_comes_from_a_known_address_goes_by_its_first_byte() -> None:
    demux, post, _ = house()
    check = request(b"ours:theirs")
    for data in (RTP, DTLS, check):
        demux.take(data, HOME)
    assert post.got == [("media", RTP), ("dtls", DTLS), ("ours", check)]
    assert demux.strangers == 0


@pytest.mark.parametrize("first", [*range(4, 20), *range(64, 128), *range(192, 256)])
def test_first_bytes_that_nobody_here_speaks_are_dropped(first: int) -> None:
    demux, post, _ = house()
    demux.take(bytes((first,)) + bytes(30), HOME)
    assert (post.got, demux.strangers) == ([], 1)


@pytest.mark.parametrize("data", [b"", RTP, DTLS, b"\x00", b"\x00\x01" + bytes(18)])
def test_a_stranger_gets_nothing_through_but_a_check(data: bytes) -> None:
    demux, post, _ = house()
    demux.take(data, AWAY)
    assert (post.got, demux.strangers) == ([], 1)
    demux.take(request(b"ours:theirs"), AWAY)
    assert len(post.got) == 1


def test_an_empty_datagram_is_dropped_whoever_sends_it() -> None:
    demux, post, _ = house()
    demux.take(b"", HOME)
    assert (post.got, demux.strangers) == ([], 1)


def test_a_check_for_nobody_here_is_dropped() -> None:
    demux, post, _ = house()
    demux.take(request(b"others:theirs"), HOME)
    demux.forget("ours")
    demux.take(request(b"ours:theirs"), HOME)
    assert (post.got, demux.strangers) == ([], 2)


def test_what_was_admitted_is_trusted_and_what_is_dismissed_is_closed() -> None:
    demux, post, path = house()
    assert (post.trusted, post.closed, demux.has(path)) == (1, 0, True)
    demux.dismiss(path)
    demux.dismiss(path)
    assert (post.closed, demux.has(path)) == (1, False)
    demux.take(RTP, HOME)
    assert post.got == []


def test_an_address_that_is_another_lines_by_now_stays_with_it() -> None:
    demux, post, path = house()
    newer = Path(HOME, post, Post())
    demux.admit(newer)
    demux.dismiss(path)
    assert (demux.has(newer), post.closed) == (True, 0)


@given(st.binary(max_size=600))
def test_no_datagram_from_anywhere_is_too_much(data: bytes) -> None:
    demux, _, _ = house()
    demux.take(data, AWAY)
    demux.take(data, HOME)
    demux.take(b"\x00\x01" + data[:2] + b"\x21\x12\xa4\x42" + data, AWAY)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_our_part_of_a_user_name_is_what_stands_before_the_colon(ours: bytes, more: bytes) -> None:
    software = b"\x80\x22" + len(more).to_bytes(2, "big") + more + bytes(-len(more) % 4)
    found = local_ufrag(request(ours + b":theirs", before=software))
    assert found == ours.partition(b":")[0].decode("ascii", "replace")
