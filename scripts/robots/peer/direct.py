"""Directly to another page: offers when we came later, and answers whatever the other offers."""

import asyncio

import msgspec
from aiortc import RTCRtpTransceiver, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from scripts.robots.line import Seen
from scripts.robots.peer.attendance import Attendance
from scripts.robots.peer.connection import Connection, track_of
from scripts.robots.peer.ears import listen
from scripts.robots.peer.legs import Plan


class Direct(Connection):
    """A connection to one other leg. *attempt* counts the connections of this epoch."""

    def __init__(
        self, attendance: Attendance, plan: Plan, sources: tuple[str, ...], attempt: int = 0
    ) -> None:
        super().__init__(attendance, plan, sources)
        self.attempt = attempt
        self._neg = 0
        self._described = False
        """Whether the other side has described itself."""
        self._early: list[Seen] = []
        self._turn = asyncio.Lock()

    async def _start(self) -> None:
        """Offer, if that is ours to do."""
        if self.plan.newer and not self.attempt:
            async with self._turn:
                for source in self._sources:
                    self._send(source)
                for source in self.plan.others[0]["sends"]:
                    self._receive(source)
                await self._tell("offer", await self._describe())

    async def hear(self, signal: str, body: Seen) -> None:
        """Take a description or a candidate."""
        await self._work.do(self._hear(signal, body))

    async def _hear(self, signal: str, body: Seen) -> None:
        async with self._turn:
            if signal == "candidate":
                await self._add(body)
            elif body["type"] == "answer":
                await self._hear_answer(body)
            else:
                await self._hear_offer(body)

    async def _hear_answer(self, body: Seen) -> None:
        if body["re"] == self._neg and self._pc.signalingState == "have-local-offer":
            await self._pc.setRemoteDescription(RTCSessionDescription(body["sdp"], "answer"))
            self._described = True
            await self._add_early()

    async def _hear_offer(self, body: Seen) -> None:
        """Answer; when both have offered, ours goes on (aiortc can't take it back)."""
        if self._pc.signalingState != "stable":
            return
        await self._pc.setRemoteDescription(RTCSessionDescription(body["sdp"], "offer"))
        self._described = True
        for transceiver in self._pc.getTransceivers():
            self._fit(transceiver, body)
        sdp = await self._describe(answers=True)
        await self._tell("answer", sdp, re=body["neg"])
        await self._add_early()

    def _fit(self, transceiver: RTCRtpTransceiver, body: Seen) -> None:
        """Send into a section that was made for what we send; count what comes in the others."""
        mid = transceiver.mid
        wanted, comes = body["receives"].get(mid), body["sends"].get(mid)
        if transceiver in self._known:
            return
        if wanted in self._sources:
            self._know(transceiver, wanted)
            transceiver.sender.replaceTrack(track_of(wanted))
            transceiver.direction = "sendonly"
        elif comes is not None:
            self._know(transceiver, comes)
            self.ears[comes] = listen(transceiver.receiver)

    def _mids(self, way: str) -> dict[str, str]:
        """Return which section carries what, that way."""
        known = self._known.items()
        return {str(each.mid): source for each, source in known if each.direction == way}

    async def _tell(self, kind: str, sdp: str, re: int = 0) -> None:
        self._neg += 1
        body = {
            "type": kind,
            "sdp": sdp,
            "neg": self._neg,
            "re": re,
            "epoch": self.plan.epoch,
            "attempt": self.attempt,
            "sends": self._mids("sendonly"),
            "receives": self._mids("recvonly"),
        }
        other = self.plan.others[0]["id"]
        await self._attendance.tell(other, "description", msgspec.json.encode(body).decode())

    async def _add(self, body: Seen) -> None:
        if not self._described:
            self._early.append(body)
            return
        text = str(body.get("candidate", ""))
        if not text or ".local" in text or " tcp " in text.lower():
            return
        candidate = candidate_from_sdp(text.removeprefix("candidate:"))
        candidate.sdpMid, candidate.sdpMLineIndex = body["sdpMid"], body["sdpMLineIndex"]
        await self._pc.addIceCandidate(candidate)

    async def _add_early(self) -> None:
        early, self._early = self._early, []
        for body in early:
            await self._add(body)
