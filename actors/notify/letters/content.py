"""What a notice says to its reader, before it is a letter, a push or a request. Pure.

It names no patient to anybody but themselves, and to nobody a reason or a word of a message.
"""

from collections.abc import Iterator
from typing import NamedTuple

from actors.caller import Role
from actors.notify.messages import Notice, Topic
from actors.notify.moments import moment
from actors.notify.state.kept import Recipient
from actors.notify.wording import JOIN_MINUTES, Wording, Words, words_in


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
    words = words_in(recipient.language)
    wording = wording_of(notice, words)
    page = wording.page.format(
        appointment=notice.appointment, thread=notice.thread, call=_call(notice)
    )
    return Content(
        _filled(wording.subject, notice, words),
        _filled(wording.text, notice, words),
        tuple(_facts(recipient, notice, wording, words)),
        (Link(wording.link, f"{base_url}{page}"),),
    )


def _call(notice: Notice) -> str:
    """Return the call session that *notice* is about: of its thread, or of its visit."""
    return f"t-{notice.thread}" if notice.thread else notice.appointment


def in_short(recipient: Recipient, notice: Notice, content: Content) -> str:
    """Return the sentence of *content* and the time that it is about: nobody's name."""
    if notice.start is None:
        return content.text
    words = words_in(recipient.language)
    when = moment(notice.start, recipient.zone, language=recipient.language)
    line = words.line.format(label=wording_of(notice, words).when, value=when)
    return f"{content.text} {line}"


def wording_of(notice: Notice, words: Words) -> Wording:
    """Return how *notice* reads in *words*; the last reminder is the one to come in by."""
    match notice:
        case Notice(topic=Topic.REMINDER, minutes=minutes) if 0 < minutes <= JOIN_MINUTES:
            return words.join
        case Notice(topic=Topic.LAPSED, start=start) if start is not None:
            return words.lapsed_stays
        case Notice(topic=Topic.DECLINED, start=start) if start is not None:
            return words.declined_visit
        case Notice(topic=Topic.MESSAGES, thread=thread) if thread is not None:
            return words.thread
        case _:
            return words.topics[notice.topic]


def _filled(text: str, notice: Notice, words: Words) -> str:
    """Return *text* with the numbers of *notice*."""
    minutes, messages = words.minutes.of(notice.minutes), words.messages.of(notice.count)
    return text.format(minutes=minutes, messages=messages)


def _facts(
    recipient: Recipient, notice: Notice, wording: Wording, words: Words
) -> Iterator[tuple[str, str]]:
    zone, other, language = recipient.zone, notice.other_zone, recipient.language
    if notice.start is not None:
        yield wording.when, moment(notice.start, zone, other, language)
    for number, choice in enumerate(notice.choices, start=1):
        label = words.time_of_several if len(notice.choices) > 1 else words.time
        yield label.format(number=number), moment(choice, zone, other, language)
    if notice.with_name and recipient.role is Role.PATIENT:
        yield words.with_whom, notice.with_name
    if notice.until is not None:
        yield wording.until, moment(notice.until, zone, language=language)
