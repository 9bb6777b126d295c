"""What a doctor does: answers requests, and holds the visits whose time has come."""

from datetime import timedelta

from scripts.robots import moods
from scripts.robots.line import Seen
from scripts.robots.robot import Robot

FORGOTTEN = timedelta(minutes=30)
"""A visit that has gone on for so long is over, though nobody has said so (see `callers`)."""
LATE = timedelta(minutes=10)
"""After this a patient who has not come does not come any more."""

DECLINES = 0.15
PROPOSES = 0.2
CHANGES_DUTY = 0.02
DECLINE_REASONS = ("I am away that week.", "A colleague knows more about this.")


async def act_as_doctor(robot: Robot) -> None:
    """Hold the visit whose time has come; else answer a wish, or one of the open requests."""
    await moods.pause(moods.LEAST_LOOK, moods.MOST_LOOK)
    inbox = await robot.get("/doctor/requests")
    for visit in inbox.get("visits", []):
        if await _see(robot, visit):
            return
    await _change_duty(robot)
    asked = [one for one in inbox.get("open", []) if one["status"] == "open"]
    old = [
        one for one in asked if moods.at(one["request"]["requested_at"]) + moods.ROOM < moods.now()
    ]
    if old:
        await _answer_request(robot, moods.one(old))


async def _see(robot: Robot, visit: Seen) -> bool:
    """Begin, end or give up this visit if it is time to, or propose others where it is wished."""
    path, start, now = f"/doctor/visits/{visit['id']}", moods.at(visit["start"]), moods.now()
    match visit["status"]:
        case "in_call" if moods.at(visit["started_at"] or visit["start"]) + FORGOTTEN <= now:
            return await robot.say(f"{path}/finish")
        case "confirmed" if start + LATE <= now:
            return await robot.say(f"{path}/no-show")
        case "confirmed" if visit["wish"] is not None and not visit["choices"] and start > now:
            return await _propose(robot, visit)
        case _:
            return False


async def _answer_request(robot: Robot, one: Seen) -> None:
    path, mood = f"/doctor/requests/{one['id']}", moods.chance()
    if mood < DECLINES:
        await robot.say(f"{path}/decline", reason=moods.one(DECLINE_REASONS))
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
    if moods.chance() < CHANGES_DUTY:
        on_duty = (await robot.get("/doctor/duty")).get("on_duty", False)
        await robot.call("DELETE" if on_duty else "PUT", "/doctor/duty", None if on_duty else {})
