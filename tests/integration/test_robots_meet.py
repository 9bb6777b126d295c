"""Robots meet as people do: over live sockets, directly and through a real media worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from config.media import MediaSettings
from scripts.robots import callers
from scripts.robots.peer.peer import Peer
from scripts.robots.robot import Robot
from tests.clinic import open_clinic
from tests.edge import PASSWORD, Edge, open_edge
from tests.integration.calls_support import Visit, visit_of
from tests.waiting import until

FRAMES = 30


@asynccontextmanager
async def hospital(directory: Path, **media: bool) -> AsyncIterator[tuple[Edge, Visit]]:
    """Run a clinic with a media worker in it, and a visit whose waiting room is open."""
    settings = MediaSettings(**media)  # type: ignore[arg-type]
    async with (
        open_clinic(directory, media=True, media_settings=settings) as clinic,
        open_edge(clinic) as edge,
    ):
        yield edge, await visit_of(edge)


@asynccontextmanager
async def robots(edge: Edge, visit: Visit) -> AsyncIterator[tuple[Robot, Robot]]:
    """Let robots act for the doctor and the patient of *visit*."""
    async with aiohttp.ClientSession(edge.url) as session:
        doctor = Robot(session, visit.doctor.email, PASSWORD)
        patient = Robot(session, visit.patient.email, PASSWORD)
        await doctor.whoami()
        await patient.whoami()
        yield doctor, patient


async def follow(peer: Peer, until: asyncio.Event) -> None:
    """Let *peer* be as the session wants it."""
    while not until.is_set():
        await peer.wait_for(0.1)


@pytest.mark.parametrize("hidden", [False, True], ids=["direct", "relayed"])
async def test_two_robots_hear_and_see_one_another(tmp_path: Path, *, hidden: bool) -> None:
    async with (
        hospital(tmp_path, hide_addresses=hidden) as (edge, visit),
        robots(edge, visit) as (doctor, patient),
        AsyncExitStack() as stack,
    ):
        met = asyncio.Event()
        peers = [
            Peer(await stack.enter_async_context(robot.attend(visit.id)))
            for robot in (doctor, patient)
        ]
        for peer in peers:
            stack.push_async_callback(peer.close)
        async with asyncio.timeout(90), asyncio.TaskGroup() as group:
            for peer in peers:
                group.create_task(follow(peer, met))
            assert (await peers[0].join(ring=True))["type"] == "acted"
            assert (await peers[1].join())["type"] == "acted"
            await until(lambda: min(peer.frames for peer in peers) >= FRAMES, seconds=60)
            met.set()
        mode = "relay" if hidden else "direct"
        assert [peer.view["mode"] for peer in peers] == [mode, mode]


async def test_a_robot_doctor_sees_a_robot_patient_and_sums_it_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "TALK_SECONDS", 0.2)
    async with (
        hospital(tmp_path) as (edge, visit),
        robots(edge, visit) as (doctor, patient),
        asyncio.timeout(90),
        asyncio.TaskGroup() as group,
    ):
        waiting = group.create_task(callers._wait(patient, visit.id))
        assert await callers._hold(doctor, visit.id)
        await waiting
        summary = await patient.get(f"/appointments/{visit.id}/summary")
        assert "cough" in summary["summary"]
        seen = await patient.get(f"/appointments/{visit.id}")
        assert seen["status"] == "fulfilled"
