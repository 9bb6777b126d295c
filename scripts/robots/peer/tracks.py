"""Tracks that play what was encoded once, in a circle, at the pace of the clock."""

import asyncio
from typing import Any

from aiortc import MediaStreamTrack
from av.packet import Packet

from scripts.robots.peer.cards import Loop, test_card, tone


class LoopTrack(MediaStreamTrack):
    """Plays *card* again and again. aiortc sends its packets as they are."""

    def __init__(self, kind: str, card: Loop) -> None:
        super().__init__()
        self.kind = kind
        self._card = card
        self._played = 0
        self._began: float | None = None

    async def recv(self) -> "Packet[Any]":
        """Return the next packet when its time has come."""
        clock, card = asyncio.get_running_loop().time, self._card
        at = self._played * card.ticks
        if self._began is None:
            self._began = clock()
        await asyncio.sleep(max(0.0, self._began + float(at * card.base) - clock()))
        packet: Packet[Any] = Packet(card.packets[self._played % len(card.packets)])
        packet.pts, packet.time_base = at, card.base
        self._played += 1
        return packet


def camera() -> LoopTrack:
    """Return a track that shows the test card."""
    return LoopTrack("video", test_card())


def microphone() -> LoopTrack:
    """Return a track that says the tone."""
    return LoopTrack("audio", tone())
