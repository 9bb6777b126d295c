"""Acts for the made-up people of `carewire up --demo`, through the JSON API, at a human pace.

Patients ask to be seen and now and then change their mind; doctors accept, or decline.
"""

import asyncio
import os
import random
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

API = "/api/v1"
LEAST_WAIT, MOST_WAIT = 20.0, 60.0
"""Seconds between two things that a patient does."""
LEAST_LOOK, MOST_LOOK = 5.0, 15.0
"""Seconds between two looks of a doctor at the requests."""
MOST_OPEN = 3
DECLINES = 0.15
UNAUTHORIZED, OK = 401, range(200, 300)

REASONS = (
    "It started last week and comes back every evening.",
    "My old doctor has moved away and I need somebody new.",
    "It is better, but I would like somebody to have a look.",
    "I have a question about what I take for it.",
)
DECLINE_REASONS = ("I am away that week.", "A colleague knows more about this.")
URGENCIES = ("routine", "routine", "routine", "soon", "urgent")


class Robot:
    """Somebody who is signed in as long as they live."""

    def __init__(self, session: aiohttp.ClientSession, email: str, password: str) -> None:
        self._session = session
        self._who = {"email": email, "password": password, "client": "demo robot"}
        self._token = ""

    async def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        """Return the answer, or None where the clinic says no."""
        status, answer = await self._send(method, path, body)
        if status == UNAUTHORIZED:
            _, tokens = await self._send("POST", "/sessions", self._who)
            self._token = tokens.get("access_token", "")
            status, answer = await self._send(method, path, body)
        return answer if status in OK else None

    async def _send(self, method: str, path: str, body: object) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._session.request(method, API + path, json=body, headers=headers) as reply:
            return reply.status, await reply.json(content_type=None)


async def act_as_patient(robot: Robot) -> None:
    """Ask for something, or change one's mind when there is enough open."""
    await _pause(LEAST_WAIT, MOST_WAIT)
    page = await robot.call("GET", "/appointments") or {"items": []}
    alive = [one for one in page["items"] if one["status"] in {"requested", "routed", "confirmed"}]
    if len(alive) >= MOST_OPEN:
        await robot.call("POST", f"/appointments/{_one(alive)['id']}/cancel", {"reason": ""})
        return
    departments = await robot.call("GET", "/departments") or {"items": []}
    if departments["items"]:
        await robot.call("POST", "/appointments", _wish(_one(departments["items"])))


def _wish(department: dict[str, Any]) -> dict[str, Any]:
    return {
        "department": department["id"],
        "category": _one(department["categories"])["id"],
        "reason": _one(REASONS),
        "urgency": _one(URGENCIES),
    }


async def act_as_doctor(robot: Robot) -> None:
    """Answer one of the open requests."""
    await _pause(LEAST_LOOK, MOST_LOOK)
    inbox = await robot.call("GET", "/doctor/requests") or {"open": []}
    if not inbox["open"]:
        return
    path = f"/doctor/requests/{_one(inbox['open'])['id']}"
    if _chance() < DECLINES:
        await robot.call("POST", f"{path}/decline", {"reason": _one(DECLINE_REASONS)})
    else:
        await robot.call("POST", f"{path}/accept", {})


ACTS = {"patient": act_as_patient, "doctor": act_as_doctor}


async def live(robot: Robot, act: Callable[[Robot], Awaitable[None]]) -> None:
    """Act as long as the clinic lives; while it can't be reached, try again."""
    clinic = os.getppid()
    while os.getppid() == clinic:
        try:
            await act(robot)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            await _pause(1, 3)
    sys.exit("The clinic that started the robots is gone.")


async def main(url: str, cast: Path) -> None:
    """Let everybody live for whom a robot acts."""
    play = msgspec.json.decode(await asyncio.to_thread(cast.read_bytes))
    async with aiohttp.ClientSession(url) as session, asyncio.TaskGroup() as lives:
        for one in play["people"]:
            if one["robot"] and one["role"] in ACTS:
                robot = Robot(session, one["email"], play["password"])
                lives.create_task(live(robot, ACTS[one["role"]]))


def _one(choices: Any) -> Any:  # noqa: ANN401  any sequence
    return random.choice(choices)  # noqa: S311  not for secrets


def _chance() -> float:
    return random.random()  # noqa: S311  not for secrets


async def _pause(least: float, most: float) -> None:
    await asyncio.sleep(random.uniform(least, most))  # noqa: S311  not for secrets


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
