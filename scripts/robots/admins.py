"""What an administrator does: sends on what waits in triage, or asks about it."""

from scripts.robots import moods
from scripts.robots.line import Seen
from scripts.robots.robot import Robot

LEFT_TO_PEOPLE = "cardiology"
ASKS_BACK = 0.3
QUESTIONS = ("Have you had this before?", "Which medicines do you take for it?")


async def act_as_admin(robot: Robot) -> None:
    """Send on, or ask about, one request that waits in triage, but not one of people's own."""
    await moods.pause(moods.LEAST_WAIT, moods.MOST_WAIT)
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
    if not one["questions"] and moods.chance() < ASKS_BACK:
        return await robot.say(f"{path}/ask", text=moods.one(QUESTIONS))
    if one["request"]["urgency"] == "routine" and one["overdue"]:
        await robot.say(f"{path}/urgency", urgency="soon")
    groups = (await robot.get(desk)).get("groups", [])
    return bool(groups) and await robot.say(f"{path}/route", group=moods.one(groups)["id"])


def _may_triage(robot: Robot, one: Seen) -> bool:
    """Return whether it has waited a little, for no answer of its patient, who is a robot too."""
    request, questions = one["request"], one["questions"]
    if request["patient"]["name"] in robot.people:
        return False
    asked = bool(questions) and not questions[-1]["answer"]
    return not asked and moods.at(request["requested_at"]) + moods.ROOM < moods.now()
