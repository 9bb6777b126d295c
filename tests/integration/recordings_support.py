"""A visit that two robots have held and had recorded twice, as its people find it afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from config.media import MediaSettings
from scripts.robots.peer.peer import Peer
from scripts.robots.robot import Robot
from tests.clinic import open_clinic
from tests.edge import PASSWORD, Edge, open_edge
from tests.integration.calls_support import Visit, visit_of
from tests.waiting import until

A_SECOND = 30
"""Frames that a robot gets in a second."""


@dataclass(frozen=True)
class Recorded:
    """A visit, and its recordings: one to be looked at, and one to be deleted."""

    visit: Visit
    kept: str
    doomed: str

    @property
    def path(self) -> str:
        """Where the recording is that is looked at."""
        return f"{self.visit.path}/recordings/{self.kept}"

    @property
    def doomed_path(self) -> str:
        """Where the recording is that is deleted."""
        return f"{self.visit.path}/recordings/{self.doomed}"

    @property
    def edge(self) -> Edge:
        """The edge of its clinic."""
        return self.visit.edge

    async def log(self) -> Any:  # noqa: ANN401  JSON
        """Return the log, as the doctor gets it."""
        return (await self.visit.doctor.get(f"{self.visit.path}/log")).json


@asynccontextmanager
async def open_recorded(directory: Path) -> AsyncIterator[Recorded]:
    """Run a clinic with a media worker, and let a visit be held in it."""
    settings = MediaSettings(recording=True)
    async with (
        open_clinic(directory, media=True, media_settings=settings) as clinic,
        open_edge(clinic) as edge,
    ):
        visit = await visit_of(edge)
        kept, doomed = await _held(visit)
        recorded = Recorded(visit, kept, doomed)
        async with asyncio.timeout(20):
            while not all(each["done"] for each in (await recorded.log())["recordings"]):
                pass
        yield recorded


async def _held(visit: Visit) -> list[str]:
    """Let doctor and patient meet, and agree to be recorded twice; return the recordings."""
    async with aiohttp.ClientSession(visit.edge.url) as session, AsyncExitStack() as stack:
        peers = []
        for person in (visit.doctor, visit.patient):
            robot = Robot(session, person.email, PASSWORD)
            await robot.whoami()
            peers.append(Peer(await stack.enter_async_context(robot.attend(visit.id))))
        for peer in peers:
            stack.push_async_callback(peer.close)
        over = asyncio.Event()
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            for peer in peers:
                group.create_task(_follow(peer, over))
            await peers[0].join(ring=True)
            await peers[1].join()
            recordings = [await _record(*peers) for _ in range(2)]
            await peers[0].attendance.act("EndCall", outcome="completed")
            over.set()
    await visit.edge.clinic.settled()
    return recordings


async def _follow(peer: Peer, over: asyncio.Event) -> None:
    """Let *peer* be as the session wants it."""
    while not over.is_set():
        await peer.wait_for(0.1)


async def _record(doctor: Peer, patient: Peer) -> str:
    """Record a second; return the recording."""
    assert (await doctor.attendance.act("AskRecording"))["type"] == "acted"
    await until(lambda: bool(patient.view["recording"]))
    name = str(patient.view["recording"]["recording"]["id"])
    assert (await patient.attendance.act("Consent", recording=name, agreed=True))["type"] == "acted"
    await until(lambda: bool(doctor.view["recording"]["recording"]["started_at"]), seconds=30)
    await until(lambda: doctor.view["mode"] == "relay")
    before = [peer.frames for peer in (doctor, patient)]
    await until(lambda: _went_on(before, doctor, patient), seconds=30)
    assert (await patient.attendance.act("StopRecording", recording=name))["type"] == "acted"
    await until(lambda: not doctor.view["recording"])
    return name


def _went_on(before: list[int], *peers: Peer) -> bool:
    now = [peer.frames for peer in peers]
    return all(after - first > 2 * A_SECOND for first, after in zip(before, now, strict=True))
