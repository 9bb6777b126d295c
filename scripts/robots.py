"""Acts for the made-up people of `carewire up --demo`, through the JSON API, at a human pace.

Patients ask to be seen, choose among times, check in, and now and then change their mind; doctors
answer and hold their visits; an administrator sends on what waits in triage. They leave a moment to
whoever watches, and one department's triage to people alone.
"""

import asyncio
import os
import random
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode

import aiohttp
import msgspec

API = "/api/v1"
LEAST_WAIT, MOST_WAIT = 20.0, 60.0
"""Seconds between two things that a patient, or an administrator, does."""
LEAST_LOOK, MOST_LOOK = 5.0, 15.0
"""Seconds between two looks of a doctor at the requests."""
ROOM = timedelta(seconds=8)
"""A request is left to people for so long."""
CALL = timedelta(minutes=3)
"""How long a visit takes in a demonstration."""
LATE = timedelta(minutes=10)
"""After this a patient who has not come does not come any more."""
STEADY = timedelta(minutes=10)
"""Nobody changes their mind sooner."""
CHECK_IN = timedelta(minutes=30)
MOST_OPEN = 4
LEFT_TO_PEOPLE = "cardiology"
UNAUTHORIZED, OK = 401, range(200, 300)

RESTLESS = 0.1
REFUSES = 0.25
FORGETS = 0.1
HAS_RED_FLAG = 0.07
HAS_WINDOW = 0.4
WOULD_COME_EARLIER = 0.2
DECLINES = 0.15
PROPOSES = 0.2
CHANGES_DUTY = 0.02
ASKS_BACK = 0.3

REASONS = (
    "It started last week and comes back every evening.",
    "My old doctor has moved away and I need somebody new.",
    "It is better, but I would like somebody to have a look.",
    "I have a question about what I take for it.",
)
DECLINE_REASONS = ("I am away that week.", "A colleague knows more about this.")
QUESTIONS = ("Have you had this before?", "Which medicines do you take for it?")
ANSWERS = ("Yes, two years ago.", "Only now and then something against the pain.", "No, never.")
NOTES = ("I work in the mornings.", "Later in the week, please.")
CANCEL_REASONS = ("better", "time", "too_long", "other")
URGENCIES = ("routine", "routine", "routine", "soon", "urgent")

Seen: TypeAlias = dict[str, Any]
"""Something that the API has shown."""


class Robot:
    """Somebody who is signed in as long as they live; *people* are those who act themselves."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        email: str,
        password: str,
        people: frozenset[str] = frozenset(),
    ) -> None:
        self.people = people
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

    async def get(self, path: str, **query: str) -> Seen:
        """Return what is there; nothing where the clinic says no."""
        return await self.call("GET", f"{path}?{urlencode(query)}") or {}

    async def say(self, path: str, **body: object) -> bool:
        """Do it, and return whether the clinic did not say no."""
        return await self.call("POST", path, body) is not None

    async def _send(self, method: str, path: str, body: object) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._session.request(method, API + path, json=body, headers=headers) as reply:
            return reply.status, await reply.json(content_type=None)


# --- patients ------------------------------------------------------------------------------------


async def act_as_patient(robot: Robot) -> None:
    """Go on with what is there; else ask for something, or change one's mind."""
    await _pause(LEAST_WAIT, MOST_WAIT)
    items = (await robot.get("/appointments", limit="50")).get("items", [])
    for one in items:
        if await _go_on(robot, one):
            return
    mine = [one for one in items if _is_alive(one) and one["series"] is None]
    changeable = [one for one in mine if _may_change(one)]
    if len(mine) < MOST_OPEN and _chance() >= RESTLESS:
        await _ask(robot)
    elif changeable:
        await _change_mind(robot, _one(changeable))


async def _go_on(robot: Robot, one: Seen) -> bool:
    """Do what the clinic waits for, if it does."""
    path = f"/appointments/{one['id']}"
    if one["choices"] and not one["chosen"]:
        if _chance() < REFUSES:
            return await robot.say(f"{path}/refuse", note=_one(NOTES))
        return await robot.say(f"{path}/take", start=_one(one["choices"]["spans"])["start"])
    if one["asked"] and not one["asked"][-1]["answer"] and _is_alive(one):
        return await robot.say(f"{path}/answer", text=_one(ANSWERS))
    if one["status"] == "confirmed" and _is_near(one) and _chance() >= FORGETS:
        return await robot.say(f"{path}/check-in")
    return False


def _is_alive(one: Seen) -> bool:
    return one["status"] in {"requested", "routed", "offered", "confirmed"}


def _may_change(one: Seen) -> bool:
    """Return whether it was asked for a while ago, and does not begin soon."""
    soon = one["start"] and _at(one["start"]) < _now() + CHECK_IN
    return not soon and _at(one["requested_at"]) + STEADY < _now()


def _is_near(one: Seen) -> bool:
    return _at(one["start"]) - CHECK_IN < _now() < _at(one["end"])


async def _change_mind(robot: Robot, one: Seen) -> None:
    path = f"/appointments/{one['id']}"
    ways: list[Way] = [_cancel, _cancel]
    if one["status"] == "confirmed":
        ways += [_want_earlier, _wish if one["visit"]["asking"] == "request" else _move]
    await _one(ways)(robot, path, one)


async def _cancel(robot: Robot, path: str, _one_of_mine: Seen) -> None:
    await robot.say(f"{path}/cancel", why=_one(CANCEL_REASONS))


async def _want_earlier(robot: Robot, path: str, one: Seen) -> None:
    await robot.say(f"{path}/earlier", wanted=not one["earlier"])


async def _wish(robot: Robot, path: str, _one_of_mine: Seen) -> None:
    await robot.say(f"{path}/wish-move", note=_one(NOTES))


async def _move(robot: Robot, path: str, one: Seen) -> None:
    wanted = {"department": one["department"], "category": one["category"]}
    wanted |= {"visit": one["visit"]["id"]}
    found = await _free_time(robot, wanted, moving=one["id"])
    if found:
        await robot.say(f"{path}/move", start=found["start"], doctor=found["doctor"])


async def _ask(robot: Robot) -> None:
    departments = (await robot.get("/departments")).get("items", [])
    if not departments:
        return
    department = _one(departments)
    category = _one(department["categories"])
    visit = _one(category["visits"])
    wanted = {"department": department["id"], "category": category["id"], "visit": visit["id"]}
    said: Seen = {
        "reason": _one(REASONS),
        "urgency": _one(URGENCIES),
        "answers": _answers(category["questions"]),
        "earlier": _chance() < WOULD_COME_EARLIER,
    }
    if visit["asking"] == "request":
        await robot.say("/appointments", **wanted, **said, windows=_windows())
        return
    picked = await _free_time(robot, wanted)
    if picked:
        held = wanted | {"start": picked["start"]}
        await robot.say(f"/doctors/{picked['doctor']}/hold", **held)
        await robot.say("/appointments", **wanted, **said, picked=picked)


async def _free_time(robot: Robot, wanted: dict[str, str], **more: str) -> Seen | None:
    """Return a time that somebody has free, with whom; the near ones are liked best."""
    found = (await robot.get("/bookable-times", **wanted, **more)).get("items", [])
    free = [each for each in found if each["starts"]]
    if not free:
        return None
    with_whom = _one(free)
    return {"doctor": with_whom["doctor"]["id"], "start": _one(with_whom["starts"][:12])}


def _answers(questions: list[Seen]) -> list[Seen]:
    return [
        {"question": each["id"], "value": _answer(each)} for each in questions if each["required"]
    ]


def _answer(question: Seen) -> str:
    """Return an answer; the worst one comes last in a list, and is rare."""
    worst = _chance() < HAS_RED_FLAG
    match question["kind"]:
        case "yes_no":
            return "yes" if worst else "no"
        case "choice":
            return str(question["choices"][-1] if worst else _one(question["choices"][:-1]))
        case _:
            return str(_one(ANSWERS))


def _windows() -> list[dict[str, str]]:
    if _chance() >= HAS_WINDOW:
        return []
    start = _now() + timedelta(days=random.randint(1, 4))  # noqa: S311  not for secrets
    end = start + timedelta(hours=8)
    return [{"start": start.isoformat(), "end": end.isoformat()}]


Way: TypeAlias = Callable[[Robot, str, Seen], Awaitable[None]]
"""How to change one's mind."""


# --- doctors -------------------------------------------------------------------------------------


async def act_as_doctor(robot: Robot) -> None:
    """Hold the visit whose time has come; else answer a wish, or one of the open requests."""
    await _pause(LEAST_LOOK, MOST_LOOK)
    inbox = await robot.get("/doctor/requests")
    for visit in inbox.get("visits", []):
        if await _see(robot, visit):
            return
    await _change_duty(robot)
    asked = [one for one in inbox.get("open", []) if one["status"] == "open"]
    old = [one for one in asked if _at(one["request"]["requested_at"]) + ROOM < _now()]
    if old:
        await _answer_request(robot, _one(old))


async def _see(robot: Robot, visit: Seen) -> bool:
    """Begin, end or give up this visit if it is time to, or propose others where it is wished."""
    path, start, now = f"/doctor/visits/{visit['id']}", _at(visit["start"]), _now()
    match visit["status"]:
        case "waiting" if start <= now + CALL:
            return await robot.say(f"{path}/start")
        case "in_call" if _at(visit["started_at"] or visit["start"]) + CALL <= now:
            return await robot.say(f"{path}/finish")
        case "confirmed" if start + LATE <= now:
            return await robot.say(f"{path}/no-show")
        case "confirmed" if visit["wish"] is not None and not visit["choices"] and start > now:
            return await _propose(robot, visit)
        case _:
            return False


async def _answer_request(robot: Robot, one: Seen) -> None:
    path, mood = f"/doctor/requests/{one['id']}", _chance()
    if mood < DECLINES:
        await robot.say(f"{path}/decline", reason=_one(DECLINE_REASONS))
    elif mood < DECLINES + PROPOSES and await _propose(robot, one):
        return
    elif not await robot.say(f"{path}/accept"):
        await _propose(robot, one)


async def _propose(robot: Robot, one: Seen) -> bool:
    """Hold up to three times that are free some hours apart."""
    starts = (await robot.get("/doctor/free-times", limit="60")).get("starts", [])[::20]
    path = f"/doctor/requests/{one['id']}/propose"
    return bool(starts) and await robot.say(path, starts=starts[:3], hold_minutes=60)


async def _change_duty(robot: Robot) -> None:
    if _chance() < CHANGES_DUTY:
        on_duty = (await robot.get("/doctor/duty")).get("on_duty", False)
        await robot.call("DELETE" if on_duty else "PUT", "/doctor/duty", None if on_duty else {})


# --- administrators ------------------------------------------------------------------------------


async def act_as_admin(robot: Robot) -> None:
    """Send on, or ask about, one request that waits in triage, but not one of people's own."""
    await _pause(LEAST_WAIT, MOST_WAIT)
    departments = (await robot.get("/departments")).get("items", [])
    for department in departments:
        if department["id"] != LEFT_TO_PEOPLE and await _triage(robot, department["id"]):
            return


async def _triage(robot: Robot, department: str) -> bool:
    desk = f"/admin/departments/{department}"
    waiting = (await robot.get(f"{desk}/queue", lane="triage", limit="20")).get("triage", [])
    mine = [one for one in waiting if _may_triage(robot, one)]
    if not mine:
        return False
    one = mine[0]
    path = f"{desk}/requests/{one['request']['appointment']}"
    if not one["questions"] and _chance() < ASKS_BACK:
        return await robot.say(f"{path}/ask", text=_one(QUESTIONS))
    if one["request"]["urgency"] == "routine" and one["overdue"]:
        await robot.say(f"{path}/urgency", urgency="soon")
    groups = (await robot.get(desk)).get("groups", [])
    return bool(groups) and await robot.say(f"{path}/route", group=_one(groups)["id"])


def _may_triage(robot: Robot, one: Seen) -> bool:
    """Return whether it has waited a little, for no answer of its patient, who is a robot too."""
    request, questions = one["request"], one["questions"]
    if request["patient"]["name"] in robot.people:
        return False
    asked = bool(questions) and not questions[-1]["answer"]
    return not asked and _at(request["requested_at"]) + ROOM < _now()


ACTS = {"patient": act_as_patient, "doctor": act_as_doctor, "admin": act_as_admin}


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
    people = frozenset(one["name"] for one in play["people"] if not one["robot"])
    async with aiohttp.ClientSession(url) as session, asyncio.TaskGroup() as lives:
        for one in play["people"]:
            if one["robot"] and one["role"] in ACTS:
                robot = Robot(session, one["email"], play["password"], people)
                lives.create_task(live(robot, ACTS[one["role"]]))


def _now() -> datetime:
    return datetime.now(UTC)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _one(choices: Any) -> Any:  # noqa: ANN401  any sequence
    return random.choice(choices)  # noqa: S311  not for secrets


def _chance() -> float:
    return random.random()  # noqa: S311  not for secrets


async def _pause(least: float, most: float) -> None:
    await asyncio.sleep(random.uniform(least, most))  # noqa: S311  not for secrets


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
