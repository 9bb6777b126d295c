"""When messages are answered in the demonstration, and the replies that are kept ready."""

from collections.abc import Iterator
from datetime import datetime, time

from actors.correspondence import DAYS, Answering, AnsweringBlock, CannedReply
from actors.doctor.messages import Command, SetAnswering, SetReplies
from actors.operations.demo.cast import AMARA, BERLIN, ELIF, Somebody
from actors.zones import ZONES

MORNING, EVENING = (time(8), time(9, 30)), (time(17), time(18, 30))
BEFORE_NOON = range(6, 14)
"""Hours in which the time around the evening is the one that lies far from now."""

CLINICS_REPLIES = (
    CannedReply(
        "Repeat prescription",
        "Hello {patient}, your prescription is ready. Any pharmacy can see it from tomorrow on.",
    ),
    CannedReply(
        "Better in a visit",
        "I would like to see you for that. Please ask for a visit, and choose a time that suits "
        "you.\n{doctor}, {clinic}",
    ),
)
AMARAS_REPLIES = (
    CannedReply(
        "Before a visit",
        "Hello {patient}, we speak on {visit_date} at {visit_time}. Please have your tablets and "
        "your blood pressure meter beside you.\n{doctor}",
    ),
    CannedReply(
        "How to measure",
        "Sit down for five minutes first, with your back and your arm resting. Measure twice, a "
        "minute apart, and write down the second one.",
    ),
    CannedReply(
        "Results are fine",
        "Hello {patient}, your results of {date} are as they should be. Nothing has to change.",
    ),
)


def clinics_answering() -> Answering:
    """Return when groups answer, and doctors who have said nothing else."""
    weekly = tuple(AnsweringBlock(day, time(7), time(21)) for day in range(DAYS))
    text = "Thank you for your message. At this hour nobody reads it."
    return Answering(BERLIN, weekly, text)


def correspond(one: Somebody, now: datetime) -> Iterator[Command]:
    """Yield what is said by the doctor's own hand."""
    if one == ELIF:
        yield SetAnswering(_far_from(now))
    if one == AMARA:
        yield SetReplies(AMARAS_REPLIES)


def _far_from(now: datetime) -> Answering:
    """Return hours in which *now* is not, nor will be for hours."""
    hour = now.astimezone(ZONES[BERLIN]).hour
    start, end = EVENING if hour in BEFORE_NOON else MORNING
    weekly = tuple(AnsweringBlock(day, start, end) for day in range(DAYS))
    return Answering(BERLIN, weekly, "I read messages once a day, between my visits.")
