"""What everybody does who has threads: reads what came, and answers it or begins to write."""

from scripts.robots import moods
from scripts.robots.line import Line, Seen
from scripts.robots.robot import Robot

PATIENT, DOCTOR = "patient", "doctor"
THANKS = 0.3
"""A patient answers a message; a doctor always does."""
BEGINS = 0.08
"""A patient writes though there is nothing to answer."""
QUOTES = 0.5

ANSWERS = {
    DOCTOR: (
        "Thank you for telling me. I have put it into your file.",
        "Understood. Please write again when something changes.",
        "Thank you. We talk about it when we see one another next.",
        "I have read it. Please note it down once a day until we speak.",
    ),
    PATIENT: ("Thank you, doctor.", "I will do that.", "Good to know. Thank you!"),
}
"""Words that are right whatever was said."""
BEGINNINGS = (
    "I slept better last night.",
    "This morning it was 128 over 82.",
    "I have walked for half an hour today, and it went well.",
    "My pharmacy had another brand, so I take that one now.",
    "I forgot the tablet yesterday, and took it this morning as always.",
)


async def write_as_patient(robot: Robot) -> None:
    """Read what doctors wrote, and answer now and then; or begin."""
    await _write(robot, PATIENT)


async def write_as_doctor(robot: Robot) -> None:
    """Read what patients wrote, and answer it."""
    await _write(robot, DOCTOR)


async def _write(robot: Robot, role: str) -> None:
    await moods.pause(moods.LEAST_LOOK, moods.MOST_LOOK)
    heads = (await robot.get("/conversations", limit="50")).get("items", [])
    unread = [head for head in heads if head["unread"]]
    if unread:
        answers = role == DOCTOR or moods.chance() < THANKS
        await _turn_to(robot, unread[0], ANSWERS[role] if answers else ())
    elif role == PATIENT and heads and moods.chance() < BEGINS:
        await _turn_to(robot, moods.one(heads), BEGINNINGS)


async def _turn_to(robot: Robot, head: Seen, words: tuple[str, ...]) -> None:
    """Read a thread, and say one of *words* there unless one was the last to write."""
    thread = await robot.get(f"/conversations/{head['id']}")
    if not thread:
        return
    others = _by_others(await robot.whoami(), thread["latest"])
    async with robot.follow(head["id"], thread["last"]) as line:
        await line.say("here")
        await line.say("mark", delivered=thread["last"], read=thread["last"])
        if words and thread["may_write"] and others:
            await _say(line, moods.one(words), thread["latest"])
        await line.say("here", here=False)


async def _say(line: Line, text: str, latest: Seen | None) -> None:
    """Write *text* as slowly as somebody does, now and then as an answer to *latest*."""
    await line.say("typing")
    await moods.pause(2, 5)
    is_message = latest is not None and latest["type"] == "message"
    quotes = is_message and moods.chance() < QUOTES
    await line.post(text, latest["number"] if latest and quotes else 0)


def _by_others(me: str, latest: Seen | None) -> bool:
    """Return whether somebody else wrote last, or nobody; an automatic reply is to one's own."""
    if latest is None or latest["type"] == "visit":
        return True
    return bool(latest["type"] == "message" and latest["author"] != me)
