"""Somebody in a call: joins, is connected as the session wants it, and leaves."""

import asyncio

import msgspec

from scripts.robots.line import Seen
from scripts.robots.peer.attendance import Attendance
from scripts.robots.peer.connection import Connection
from scripts.robots.peer.direct import Direct
from scripts.robots.peer.legs import is_there, legs_of, plan_of
from scripts.robots.peer.relayed import Relayed

MOST_EARLY = 100


class Peer:
    """Takes part over *attendance*, sending a tone and, unless *sound_only*, a test card."""

    def __init__(self, attendance: Attendance, *, sound_only: bool = False) -> None:
        self.attendance = attendance
        self.connection: Connection | None = None
        self._sources = ("microphone",) if sound_only else ("microphone", "camera")
        self._early: list[Seen] = []
        attendance.hear = self._hear

    @property
    def view(self) -> Seen:
        """The session as it is."""
        return self.attendance.view

    @property
    def frames(self) -> int:
        """Whole frames that came over the connection at hand."""
        ears = self.connection.ears.values() if self.connection else ()
        return sum(each.frames for each in ears)

    @property
    def inside(self) -> bool:
        """Whether we are in the call."""
        return any(leg["id"] == self.attendance.leg and is_there(leg) for leg in legs_of(self.view))

    async def join(self, *, ring: bool = False) -> Seen:
        """Go into the call; return the session's answer."""
        medium = "video" if "camera" in self._sources else "audio"
        words = {"leg": self.attendance.leg, "medium": medium, "sends": self._sources, "key": ""}
        return await self.attendance.act("JoinCall", ring=ring, **words)

    async def wait_for(self, seconds: float) -> bool:
        """Follow the session until it changes; return False when nothing happens for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self.attendance.changed.wait()
        except TimeoutError:
            return False
        self.attendance.changed.clear()
        await self._follow()
        return True

    async def close(self) -> None:
        """Let go of media."""
        if self.connection is not None:
            await self.connection.close()
            self.connection = None

    # -- connections ----------------------------------------------------------------------------

    async def _follow(self) -> None:
        plan = plan_of(self.view, self.attendance.leg) if self.view else None
        if plan is None:
            await self.close()
        elif self.connection is not None and self.connection.plan.key == plan.key:
            self.connection.update(plan)
        else:
            kind = Relayed if plan.mode == "relay" else Direct
            await self._renew(kind(self.attendance, plan, self._sources))

    async def _renew(self, connection: Connection) -> None:
        """Be connected by *connection*; the one of before goes once this one has begun."""
        before, self.connection = self.connection, connection
        await connection.start()
        if before is not None:
            await before.close()
        early, self._early = self._early, []
        for signal in early:
            await self._hear(signal)

    async def _hear(self, frame: Seen) -> None:
        """Take a signal of the connection at hand; of one to come it waits."""
        if frame["signal"] not in {"description", "candidate"}:
            return
        body, here = msgspec.json.decode(frame["body"], type=Seen), self.connection
        if here is None or body["epoch"] > here.plan.epoch:
            self._early = [*self._early, frame][-MOST_EARLY:]
        elif isinstance(here, Direct) and body["epoch"] == here.plan.epoch:
            await self._hear_direct(here, frame, body)

    async def _hear_direct(self, here: Direct, frame: Seen, body: Seen) -> None:
        if frame["leg"] != here.plan.others[0]["id"] or body["attempt"] < here.attempt:
            return
        if body["attempt"] > here.attempt:
            if body.get("type") != "offer":
                return
            here = Direct(self.attendance, here.plan, self._sources, body["attempt"])
            await self._renew(here)
        await here.hear(frame["signal"], body)
