"""What a patient does: asks to be seen, chooses, checks in, changes their mind."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from scripts.robots import moods
from scripts.robots.line import Seen
from scripts.robots.robot import Robot

STEADY = timedelta(minutes=10)
"""Nobody changes their mind sooner."""
CHECK_IN = timedelta(minutes=30)
MOST_OPEN = 4

RESTLESS = 0.1
REFUSES = 0.25
FORGETS = 0.1
HAS_RED_FLAG = 0.07
HAS_WINDOW = 0.4
WOULD_COME_EARLIER = 0.2

REASONS = (
    "It started last week and comes back every evening.",
    "My old doctor has moved away and I need somebody new.",
    "It is better, but I would like somebody to have a look.",
    "I have a question about what I take for it.",
)
ANSWERS = ("Yes, two years ago.", "Only now and then something against the pain.", "No, never.")
NOTES = ("I work in the mornings.", "Later in the week, please.")
CANCEL_REASONS = ("better", "time", "too_long", "other")
URGENCIES = ("routine", "routine", "routine", "soon", "urgent")


async def act_as_patient(robot: Robot) -> None:
    """Go on with what is there; else ask for something, or change one's mind."""
    await moods.pause(moods.LEAST_WAIT, moods.MOST_WAIT)
    items = (await robot.get("/appointments", limit="50")).get("items", [])
    for one in items:
        if await _go_on(robot, one):
            return
    mine = [one for one in items if _is_alive(one) and one["series"] is None]
    changeable = [one for one in mine if _may_change(one)]
    if len(mine) < MOST_OPEN and moods.chance() >= RESTLESS:
        await _ask(robot)
    elif changeable:
        await _change_mind(robot, moods.one(changeable))


async def _go_on(robot: Robot, one: Seen) -> bool:
    """Do what the clinic waits for, if it does."""
    path = f"/appointments/{one['id']}"
    if one["choices"] and not one["chosen"]:
        if moods.chance() < REFUSES:
            return await robot.say(f"{path}/refuse", note=moods.one(NOTES))
        return await robot.say(f"{path}/take", start=moods.one(one["choices"]["spans"])["start"])
    if one["asked"] and not one["asked"][-1]["answer"] and _is_alive(one):
        return await robot.say(f"{path}/answer", text=moods.one(ANSWERS))
    if one["status"] == "confirmed" and _is_near(one) and moods.chance() >= FORGETS:
        return await robot.say(f"{path}/check-in")
    return False


def _is_alive(one: Seen) -> bool:
    return one["status"] in {"requested", "routed", "offered", "confirmed"}


def _may_change(one: Seen) -> bool:
    """Return whether it was asked for a while ago, and does not begin soon."""
    soon = one["start"] and moods.at(one["start"]) < moods.now() + CHECK_IN
    return not soon and moods.at(one["requested_at"]) + STEADY < moods.now()


def _is_near(one: Seen) -> bool:
    return moods.at(one["start"]) - CHECK_IN < moods.now() < moods.at(one["end"])


async def _change_mind(robot: Robot, one: Seen) -> None:
    path = f"/appointments/{one['id']}"
    ways: list[Way] = [_cancel, _cancel]
    if one["status"] == "confirmed":
        ways += [_want_earlier, _wish if one["visit"]["asking"] == "request" else _move]
    await moods.one(ways)(robot, path, one)


async def _cancel(robot: Robot, path: str, _one_of_mine: Seen) -> None:
    await robot.say(f"{path}/cancel", why=moods.one(CANCEL_REASONS))


async def _want_earlier(robot: Robot, path: str, one: Seen) -> None:
    await robot.say(f"{path}/earlier", wanted=not one["earlier"])


async def _wish(robot: Robot, path: str, _one_of_mine: Seen) -> None:
    await robot.say(f"{path}/wish-move", note=moods.one(NOTES))


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
    department = moods.one(departments)
    category = moods.one(department["categories"])
    visit = moods.one(category["visits"])
    wanted = {"department": department["id"], "category": category["id"], "visit": visit["id"]}
    said: Seen = {
        "reason": moods.one(REASONS),
        "urgency": moods.one(URGENCIES),
        "answers": _answers(category["questions"]),
        "earlier": moods.chance() < WOULD_COME_EARLIER,
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
    with_whom = moods.one(free)
    return {"doctor": with_whom["doctor"]["id"], "start": moods.one(with_whom["starts"][:12])}


def _answers(questions: list[Seen]) -> list[Seen]:
    return [
        {"question": each["id"], "value": _answer(each)} for each in questions if each["required"]
    ]


def _answer(question: Seen) -> str:
    """Return an answer; the worst one comes last in a list, and is rare."""
    worst = moods.chance() < HAS_RED_FLAG
    match question["kind"]:
        case "yes_no":
            return "yes" if worst else "no"
        case "choice":
            return str(question["choices"][-1] if worst else moods.one(question["choices"][:-1]))
        case _:
            return str(moods.one(ANSWERS))


def _windows() -> list[dict[str, str]]:
    if moods.chance() >= HAS_WINDOW:
        return []
    start = moods.now() + moods.days(1, 4)
    end = start + timedelta(hours=8)
    return [{"start": start.isoformat(), "end": end.isoformat()}]


Way: TypeAlias = Callable[[Robot, str, Seen], Awaitable[None]]
"""How to change one's mind."""
