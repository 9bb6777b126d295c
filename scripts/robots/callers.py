"""What doctors and patients do when a visit's time has come: they meet in its call."""

import asyncio
from datetime import timedelta

from scripts.robots import moods
from scripts.robots.line import Seen
from scripts.robots.peer.legs import is_there, legs_of
from scripts.robots.peer.peer import Peer
from scripts.robots.robot import Robot

EARLY = timedelta(minutes=30)
"""A doctor who has nothing else to do begins so long before the time: as early as may be."""
TALK_SECONDS = 120.0
"""How long a visit takes in a demonstration."""
ALONE_SECONDS = 70.0
"""How long somebody waits for the other side, after it was rung or has gone."""
WAIT_SECONDS = 1800.0
"""How long a patient waits for the doctor."""
LOOK_SECONDS = 1.0

NOTE = {
    "subjective": "Coughs at night since the cold of last week; no fever, sleeps badly.",
    "objective": "Speaks whole sentences. Temperature by own thermometer 36.8.",
    "assessment": "The cough that stays for a while after a cold.",
    "plan": "Drink enough, honey before going to bed; seen again if it lasts for three weeks.",
    "summary": (
        "We talked about the cough that has stayed since your cold. What you told sounds harmless "
        "and needs no medicine. Please come back if it lasts for three weeks, and call us at once "
        "when you are short of breath or have a fever again."
    ),
}


async def meet_as_doctor(robot: Robot) -> None:
    """Begin the visit of who waits and whose time has come; sum it up afterwards."""
    await moods.pause(3, 6)
    for visit in (await robot.get("/doctor/requests")).get("visits", []):
        near = moods.at(visit["start"]) <= moods.now() + EARLY
        if visit["status"] == "waiting" and near:
            await _hold(robot, visit["id"])
            return


async def _hold(robot: Robot, visit: str) -> bool:
    """Hold the visit; return whether it took place."""
    async with robot.attend(visit) as attendance:
        peer = Peer(attendance)
        try:
            await _opened(peer)
            if (await peer.join(ring=True))["type"] == "refused":
                return False
            met = await _talk(peer, TALK_SECONDS)
            await attendance.act("EndCall", outcome="completed" if met else "call_again")
        finally:
            await peer.close()
    if met:
        await _sum_up(robot, visit)
    return met


async def _sum_up(robot: Robot, visit: str) -> None:
    note = await robot.get(f"/visits/{visit}/note")
    if not note or note["signed_at"]:
        return
    path, tag = f"/visits/{visit}/note", f'"{note["version"]}"'
    kept = await robot.call("PUT", path, NOTE, If_Match=tag)
    if kept:
        await robot.call("POST", f"{path}/sign", {}, If_Match=f'"{kept["version"]}"')


async def meet_as_patient(robot: Robot) -> None:
    """Wait in the waiting room of the visit that one is there for, and answer the doctor."""
    await moods.pause(2, 5)
    for one in (await robot.get("/appointments", limit="50")).get("items", []):
        if one["status"] in {"waiting", "in_call"}:
            await _wait(robot, one["id"])
            return


async def _wait(robot: Robot, visit: str) -> None:
    async with robot.attend(visit) as attendance:
        peer = Peer(attendance)
        try:
            await _opened(peer)
            await attendance.act("TakeSeat", leg=attendance.leg)
            if await _is_fetched(peer):
                await peer.join()
                await _talk(peer, WAIT_SECONDS)
                await attendance.act("LeaveCall", leg=attendance.leg)
        finally:
            await peer.close()


async def _opened(peer: Peer) -> None:
    """Return when the session has shown itself once."""
    async with asyncio.timeout(20):
        while not peer.view and not peer.attendance.over.is_set():
            await peer.wait_for(LOOK_SECONDS)


async def _is_fetched(peer: Peer) -> bool:
    """Wait until the doctor begins; return False when that does not come about."""
    end = moods.now() + timedelta(seconds=WAIT_SECONDS)
    while moods.now() < end and peer.view.get("open") and not peer.attendance.over.is_set():
        if peer.view["started_at"] or peer.view["rings"]:
            return True
        await peer.wait_for(LOOK_SECONDS)
    return False


async def _talk(peer: Peer, seconds: float) -> bool:
    """Stay until there was somebody to talk to for *seconds*; return whether there was at all.

    What one sees just after joining may be the session of before: that one is not in it yet.
    """
    met, alone_since, inside = None, moods.now(), False
    while not peer.attendance.over.is_set():
        await peer.wait_for(LOOK_SECONDS)
        now, was_inside, inside = moods.now(), inside, peer.inside
        if _others(peer.view, peer.attendance.leg):
            met, alone_since = met or now, now
        has_talked = met is not None and now > met + timedelta(seconds=seconds)
        is_alone = now > alone_since + timedelta(seconds=ALONE_SECONDS)
        if has_talked or is_alone or (was_inside and not inside):
            break
    return met is not None


def _others(view: Seen, me: str) -> list[Seen]:
    return [leg for leg in legs_of(view) if leg["id"] != me and is_there(leg)]
