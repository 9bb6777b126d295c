"""The robots' peer: what it shows and says, that it only counts, and that no stranger ends it."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import av  # noqa: TID251  to see what it shows
import pytest
from aioice import Connection  # noqa: TID251  the peer's own side
from aiortc import RTCPeerConnection  # noqa: TID251  the peer's own side

from scripts.robots.peer import cards
from scripts.robots.peer.ears import Ears, listen
from scripts.robots.peer.guard import guard, is_whole
from scripts.robots.peer.tracks import camera, microphone
from tests.waiting import until

RECORD = b"\x16\xfe\xfd" + bytes(8)
STRANGE = {
    "empty": b"",
    "one byte": b"\x00",
    "text": b"GET / HTTP/1.1\r\n\r\n",
    "STUN without a password": b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12),
    "short STUN": b"\x00\x01\x00\x00",
    "DTLS that is cut": RECORD + b"\xff\xff" + bytes(20),
    "DTLS that is whole": RECORD + b"\x00\x04" + bytes(4),
    "DTLS of another version": b"\x16\x03\x03" + bytes(12),
    "an alert": b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x01\x00",
    "RTP": b"\x80\x60" + bytes(30),
    "short RTP": b"\x80",
    "RTCP": b"\x80\xc8\x00\x06" + bytes(24),
    "noise": bytes(range(256)),
}


@dataclass
class Pair:
    """Two peers that are connected; *ears* are the second one's."""

    first: RTCPeerConnection
    second: RTCPeerConnection
    ears: list[Ears]

    @property
    def heard(self) -> int:
        """Whole frames that the second has counted, of the track that had the fewest."""
        return min(each.frames for each in self.ears)


def _connection(peer: RTCPeerConnection) -> Connection:
    connection: Connection = peer.getTransceivers()[0].receiver.transport.transport._connection
    return connection


@asynccontextmanager
async def connected(strangers: dict[str, bytes] | None = None) -> AsyncIterator[Pair]:
    """Connect two peers; *strangers* send to both from the beginning."""
    first, second = RTCPeerConnection(), RTCPeerConnection()
    try:
        first.addTrack(microphone())
        first.addTrack(camera())
        await first.setLocalDescription(await first.createOffer())
        guard(_connection(first))
        await second.setRemoteDescription(first.localDescription)
        ears = [listen(receiver) for receiver in second.getReceivers()]
        await second.setLocalDescription(await second.createAnswer())
        guard(_connection(second))
        for packet in (strangers or {}).values():
            send_to(first, packet)
            send_to(second, packet)
        await first.setRemoteDescription(second.localDescription)
        yield Pair(first, second, ears)
    finally:
        await first.close()
        await second.close()


def send_to(peer: RTCPeerConnection, packet: bytes) -> None:
    """Send *packet* from a strange address to every socket of *peer*."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as strange:
        for candidate in _connection(peer).local_candidates:
            if ":" not in candidate.host:
                strange.sendto(packet, (candidate.host, candidate.port))


async def test_a_peer_is_heard_and_seen_and_decodes_nothing() -> None:
    async with connected() as pair:
        await until(lambda: pair.heard >= cards.RATE)


async def test_M01_strangers_packets_end_no_call_of_a_robot() -> None:
    async with connected(STRANGE) as pair:
        await until(lambda: pair.heard >= 1)
        for _ in range(3):
            for packet in STRANGE.values():
                send_to(pair.first, packet)
                send_to(pair.second, packet)
            send_to(pair.second, os.urandom(200))
        before = pair.heard
        await until(lambda: pair.heard >= before + cards.RATE)
        assert pair.first.connectionState == pair.second.connectionState == "connected"


@pytest.mark.parametrize("name", ["empty", "one byte", "text", "DTLS that is cut", "short RTP"])
def test_what_does_not_parse_is_not_whole(name: str) -> None:
    assert not is_whole(STRANGE[name])


@pytest.mark.parametrize("name", ["DTLS that is whole", "an alert", "RTP", "RTCP"])
def test_what_parses_is_whole(name: str) -> None:
    assert is_whole(STRANGE[name])


def test_the_card_is_a_second_of_pictures_that_begins_with_a_whole_one() -> None:
    decoder = av.CodecContext.create("vp8", "r")
    pictures = [
        frame for packet in cards.test_card().packets for frame in decoder.decode(av.Packet(packet))
    ]
    assert len(pictures) == cards.RATE
    assert pictures[0].key_frame


def test_the_tone_is_a_second_of_sound() -> None:
    decoder = av.CodecContext.create("opus", "r")
    frames = [
        frame for packet in cards.tone().packets for frame in decoder.decode(av.Packet(packet))
    ]
    assert 48_000 <= sum(frame.samples for frame in frames) <= 50_000
    loudest = max(
        abs(each) for frame in frames for each in memoryview(bytes(frame.planes[0])).cast("f")
    )
    assert loudest > 0.05
