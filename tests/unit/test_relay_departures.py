"""Datagrams leave at once, or at the end of a batch: whole, in order, and to whom they are for."""

import errno
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.relay.demux import Address
from actors.relay.departures import MOST_TOGETHER, Departures, UdpWay, runs

LOCAL = ("127.0.0.1", 0)
PICTURE = [bytes([n]) * 900 for n in range(4)]
MIXED = [b"a" * 100, *PICTURE, b"b" * 40, *PICTURE, b"c" * 1400, b"d"]
SIZES = st.lists(st.sampled_from((1, 90, 900, 1500, 1501)), min_size=1, max_size=200)


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    """Bind one socket that sends, and two that receive."""
    opened = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    for one in opened:
        one.bind(LOCAL)
        one.setblocking(False)
    yield opened
    for one in opened:
        one.close()


def received(one: socket.socket) -> list[bytes]:
    found: list[bytes] = []
    while True:
        try:
            found.append(one.recv(2048))
        except BlockingIOError:
            return found


@dataclass
class Narrow:
    """A socket that sends one by one only, and says why."""

    reason: OSError
    together: int = 0
    sent: list[bytes] = field(default_factory=list)

    def sendmsg(self, run: list[bytes], *_how: object) -> int:
        """Refuse."""
        assert len(run) > 1
        self.together += 1
        raise self.reason

    def sendto(self, data: bytes, _address: Address) -> int:
        """Send."""
        self.sent.append(data)
        return len(data)


def send_held(departures: Departures, way: UdpWay, *datagrams: bytes) -> None:
    departures.hold()
    for data in datagrams:
        way.send(data)
    departures.release()


def test_what_nobody_holds_leaves_at_once(sockets: list[socket.socket]) -> None:
    out, one, _ = sockets
    way = UdpWay(Departures(out), one.getsockname())
    for data in MIXED:
        way.send(data)
        assert received(one) == [data]


@pytest.mark.parametrize("together", [True, False])
def test_what_is_held_leaves_with_the_batch(sockets: list[socket.socket], together: bool) -> None:
    out, one, other = sockets
    departures = Departures(out, together=together)
    ways = [UdpWay(departures, each.getsockname()) for each in (one, other)]
    departures.hold()
    for data in MIXED:
        ways[0].send(data)
        ways[1].send(data[::-1] + b"!")
    assert not received(one)
    departures.release()
    assert received(one) == MIXED
    assert received(other) == [data[::-1] + b"!" for data in MIXED]
    ways[1].send(b"at once again")
    assert (received(one), received(other)) == ([], [b"at once again"])


def test_packets_of_a_picture_are_one_call() -> None:
    out = Narrow(OSError(errno.EIO, "no card of ours"))
    departures = Departures(cast("socket.socket", out), together=True)
    way = UdpWay(departures, LOCAL)
    send_held(departures, way, *PICTURE)
    assert (out.together, out.sent) == (1, PICTURE)


@pytest.mark.parametrize(
    ("reason", "tries"), [(OSError(errno.EINVAL, "too narrow"), 1), (BlockingIOError(), 2)]
)
def test_where_nothing_leaves_together_all_leave_one_by_one(reason: OSError, tries: int) -> None:
    out = Narrow(reason)
    departures = Departures(cast("socket.socket", out), together=True)
    way = UdpWay(departures, LOCAL)
    for _ in range(2):
        send_held(departures, way, *PICTURE)
    assert (out.together, out.sent) == (tries, PICTURE * 2)


def test_what_the_system_does_not_take_is_lost(sockets: list[socket.socket]) -> None:
    out, one, _ = sockets
    departures = Departures(out)
    way = UdpWay(departures, one.getsockname())
    send_held(departures, way, bytes(70_000), b"small", *PICTURE)
    assert received(one) == [b"small", *PICTURE]
    out.close()
    send_held(departures, way, b"alone", *PICTURE)
    assert not received(one)


@given(SIZES)
def test_runs_are_of_one_size_but_for_their_last(sizes: list[int]) -> None:
    held = [bytes(size) for size in sizes]
    found = runs(held)
    assert list(chain(*found)) == held
    for run in found:
        first, *rest = map(len, run)
        assert len(run) <= MOST_TOGETHER + 1
        assert not rest or first <= 1500
        assert all(size == first for size in rest[:-1])
        assert not rest or rest[-1] <= first
