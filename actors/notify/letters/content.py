"""What a notice says to its reader, before it is a letter, a push or a request. Pure.

It names no patient to anybody but themselves, and to nobody a reason or a word of a message.
"""

from collections.abc import Iterator
from typing import NamedTuple

from actors.caller import Role
from actors.notify.messages import Notice, Topic
from actors.notify.moments import moment
from actors.notify.state.kept import Recipient
from actors.notify.wording import (
    DECLINED_VISIT,
    JOIN,
    JOIN_MINUTES,
    LAPSED_STAYS,
    THREAD,
    WORDING,
    Wording,
)


class Link(NamedTuple):
    """A link and what it is called."""

    label: str
    url: str


class Content(NamedTuple):
    """A subject, a sentence, what goes with it, and where to go on."""

    subject: str
    text: str
    facts: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]


def content_of(recipient: Recipient, notice: Notice, base_url: str) -> Content:
    """Return what *recipient* is told, with the link to its page below *base_url*."""
    wording = wording_of(notice)
    page = wording.page.format(appointment=notice.appointment, thread=notice.thread)
    return Content(
        _filled(wording.subject, notice),
        _filled(wording.text, notice),
        tuple(_facts(recipient, notice, wording)),
        (Link(wording.link, f"{base_url}{page}"),),
    )


def in_short(recipient: Recipient, notice: Notice, content: Content) -> str:
    """Return the sentence of *content* and the time that it is about: nobody's name."""
    if notice.start is None:
        return content.text
    when = moment(notice.start, recipient.zone)
    return f"{content.text} {wording_of(notice).when}: {when}"


def wording_of(notice: Notice) -> Wording:
    """Return how *notice* reads; the last reminder is the one to come in by."""
    match notice:
        case Notice(topic=Topic.REMINDER, minutes=minutes) if 0 < minutes <= JOIN_MINUTES:
            return JOIN
        case Notice(topic=Topic.LAPSED, start=start) if start is not None:
            return LAPSED_STAYS
        case Notice(topic=Topic.DECLINED, start=start) if start is not None:
            return DECLINED_VISIT
        case Notice(topic=Topic.MESSAGES, thread=thread) if thread is not None:
            return THREAD
        case _:
            return WORDING[notice.topic]


def _filled(words: str, notice: Notice) -> str:
    """Return *words* with the numbers of *notice*."""
    messages = f"{notice.count} unread messages" if notice.count != 1 else "an unread message"
    return words.format(minutes=notice.minutes, messages=messages)


def _facts(recipient: Recipient, notice: Notice, wording: Wording) -> Iterator[tuple[str, str]]:
    if notice.start is not None:
        yield wording.when, moment(notice.start, recipient.zone, notice.other_zone)
    for number, choice in enumerate(notice.choices, start=1):
        label = f"Time {number}" if len(notice.choices) > 1 else "Time"
        yield label, moment(choice, recipient.zone, notice.other_zone)
    if notice.with_name and recipient.role is Role.PATIENT:
        yield "With", notice.with_name
    if notice.until is not None:
        yield wording.until, moment(notice.until, recipient.zone)
