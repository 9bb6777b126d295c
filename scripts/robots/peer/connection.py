"""A connection of aiortc's to another page, or to the relay: what both have in common.

aiortc can't restart ICE nor roll back, and gathers all candidates before it says anything; so a
connection that has to be another is made anew. One may be closed at any time, whatever it is doing.
"""

from contextlib import suppress

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCRtpTransceiver
from aiortc.rtcrtpsender import RTCRtpSender

from scripts.robots.peer.attendance import Attendance
from scripts.robots.peer.ears import Ears, listen
from scripts.robots.peer.guard import guard
from scripts.robots.peer.legs import Plan
from scripts.robots.peer.tracks import LoopTrack, camera, microphone
from scripts.robots.peer.work import Work, connect_within

CANDIDATE = "a=candidate:"
CANDIDATES = (CANDIDATE, "a=end-of-candidates")
CODECS = frozenset({"audio/opus", "video/VP8", "video/rtx"})


def kind_of(source: str) -> str:
    """Return the kind of the track that a source is."""
    return "audio" if source == "microphone" else "video"


def track_of(source: str) -> LoopTrack:
    """Return what we send as *source*."""
    return microphone() if source == "microphone" else camera()


class Connection:
    """One peer connection. It sends *sources* and counts what comes."""

    def __init__(self, attendance: Attendance, plan: Plan, sources: tuple[str, ...]) -> None:
        self.plan = plan
        self.ears: dict[str, Ears] = {}
        """What comes, by source."""
        self._known: dict[RTCRtpTransceiver, str] = {}
        """Which section carries which source."""
        self._attendance = attendance
        self._sources = sources
        self._pc = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._work = Work()
        connect_within(self._work, self._pc)
        self._pc.on("connectionstatechange", lambda: self._work.do(self._report()))

    @property
    def connected(self) -> bool:
        """Whether media flow, or would."""
        return self._pc.connectionState == "connected"

    def update(self, plan: Plan) -> None:
        """Know how things are now; the connection is the same."""
        self.plan = plan

    async def start(self) -> None:
        """Begin."""
        await self._work.do(self._start())

    async def close(self) -> None:
        """Let go."""
        await self._work.end()
        await self._pc.close()

    async def _start(self) -> None:
        raise NotImplementedError

    def _send(self, source: str) -> RTCRtpTransceiver:
        transceiver = self._pc.addTransceiver(track_of(source), direction="sendonly")
        self._know(transceiver, source)
        return transceiver

    def _receive(self, source: str) -> RTCRtpTransceiver:
        transceiver = self._pc.addTransceiver(kind_of(source), direction="recvonly")
        self._know(transceiver, source)
        self.ears[source] = listen(transceiver.receiver)
        return transceiver

    def _know(self, transceiver: RTCRtpTransceiver, source: str) -> None:
        self._known[transceiver] = source
        prefer(transceiver)

    async def _describe(self, *, answers: bool = False) -> str:
        """Return our offer or answer with all candidates; from now on no stranger gets in."""
        describe = self._pc.createAnswer if answers else self._pc.createOffer
        await self._pc.setLocalDescription(await describe())
        for transceiver in self._pc.getTransceivers():
            guard(transceiver.receiver.transport.transport._connection)  # noqa: SLF001
        return str(self._pc.localDescription.sdp)

    async def _report(self) -> None:
        """Tell the session when the path stands; whoever has no line any more is told elsewhere."""
        if self.connected:
            to = self.plan.others[0]["id"] if self.plan.mode == "direct" else ""
            words = {"leg": self._attendance.leg, "epoch": self.plan.epoch, "to": to}
            with suppress(ConnectionError, TimeoutError):
                await self._attendance.act("ReportPath", connected=True, **words)


def with_candidates(sdp: str) -> str:
    """Return *sdp* with the candidates of its first section in all of them.

    In a bundle they stand in the first alone (RFC 9143, 7.1.3); aiortc takes those of the last.
    """
    head, *sections = sdp.split("\r\nm=")
    found = [line for line in sdp.split("\r\n") if line.startswith(CANDIDATES)]
    candidates = "\r\n".join(dict.fromkeys(found))
    filled = [
        each if CANDIDATE in each else f"{each.rstrip()}\r\n{candidates}" for each in sections
    ]
    return "\r\nm=".join([head, *filled]).rstrip() + "\r\n"


def prefer(transceiver: RTCRtpTransceiver) -> None:
    """Let *transceiver* speak of nothing but what the relay knows."""
    known = RTCRtpSender.getCapabilities(transceiver.kind)
    transceiver.setCodecPreferences([each for each in known.codecs if each.mimeType in CODECS])
