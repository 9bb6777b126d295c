"""To the relay: we always offer, with a section for each track of ours and of everybody else."""

import asyncio

from aiortc import RTCRtpTransceiver, RTCSessionDescription

from scripts.robots.peer.attendance import Attendance
from scripts.robots.peer.connection import Connection, with_candidates
from scripts.robots.peer.legs import Plan


class Relayed(Connection):
    """A connection to the relay."""

    def __init__(self, attendance: Attendance, plan: Plan, sources: tuple[str, ...]) -> None:
        super().__init__(attendance, plan, sources)
        self._neg = 0
        self._sends: dict[str, RTCRtpTransceiver] = {}
        self._receives: dict[tuple[str, str], RTCRtpTransceiver] = {}
        self._turn = asyncio.Lock()

    def update(self, plan: Plan) -> None:
        """Offer again when there is more to receive."""
        self.plan = plan
        if self._missing():
            self._work.begin(self._start())

    def _missing(self) -> list[tuple[str, str]]:
        wanted = [(leg["id"], source) for leg in self.plan.others for source in leg["sends"]]
        return [each for each in wanted if each not in self._receives]

    async def _start(self) -> None:
        """Offer what we have and want now."""
        async with self._turn:
            for source in self._sources if not self._sends else ():
                self._sends[source] = self._send(source)
            for leg, source in self._missing():
                self._receives[leg, source] = self._receive(source)
            sdp = await self._describe()
            answer = await self._attendance.offer(**self._words(sdp))
            if answer["type"] == "answer":
                sdp = with_candidates(answer["sdp"])
                await self._pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    def _words(self, sdp: str) -> dict[str, object]:
        self._neg += 1
        mine = self._attendance.leg
        there = {leg["id"] for leg in self.plan.others}
        sends = [
            {"mid": each.mid, "leg": mine, "source": source} for source, each in self._sends.items()
        ]
        receives = [
            {"mid": each.mid, "leg": leg, "source": source}
            for (leg, source), each in self._receives.items()
            if leg in there
        ]
        words = {"epoch": self.plan.epoch, "neg": self._neg, "sdp": sdp}
        return {**words, "sends": sends, "receives": receives}
