"""One letter: a notice in words, for its reader. Pure.

Plain text, the same as simple HTML, and the calendar entry if there is one (RFC 6047). It names
no patient to a doctor, no reason to anybody, and loads nothing from elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from html import escape
from typing import NamedTuple, TypeAlias

from actors.calendars import method_of, visit_event
from actors.caller import Role
from actors.notify.messages import CalendarEntry, Notice, Topic
from actors.notify.moments import moment
from actors.notify.state.kept import Letter, Recipient
from actors.notify.wording import (
    ANSWER,
    DECLINED_VISIT,
    EMERGENCY,
    FOOTER,
    JOIN,
    JOIN_MINUTES,
    LAPSED_STAYS,
    WORDING,
    Wording,
)

AnswerLink: TypeAlias = Callable[[str, str, int, datetime], str]
"""Makes the link by which a doctor (id) answers an appointment's round until a time."""


class Link(NamedTuple):
    """A link and what it is called."""

    label: str
    url: str


class Content(NamedTuple):
    """What a letter says, before it is plain text or HTML."""

    subject: str
    text: str
    facts: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]


def mailbox(email: str) -> str:
    """Return *email* with its domain as mail servers know it (RFC 5890), if they can."""
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return email


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes the clinic's letters."""

    base_url: str
    """How people reach the pages, without a slash at the end."""
    sender: str
    """An address, or `Name <address>`."""
    answer_link: AnswerLink

    def __call__(self, recipient: Recipient, letter: Letter, at: datetime) -> bytes:
        """Return *letter* as it leaves at that time, or raise `ValueError` for a bad address."""
        return self.message(recipient, letter, at).as_bytes()

    def message(self, recipient: Recipient, letter: Letter, at: datetime) -> EmailMessage:
        """Return *letter* before it is bytes."""
        content = self.content(recipient, letter.notice)
        to = mailbox(recipient.email)
        message = EmailMessage(SMTP if to.isascii() else SMTPUTF8)
        name, address = parseaddr(self.sender)
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(addr_spec=to) if to.isascii() else to
        message["Subject"] = content.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{letter.message_id}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_plain(recipient, content))
        message.add_alternative(_html(recipient, content), subtype="html")
        if letter.notice.calendar is not None:
            self._add_calendar(message, letter.notice.calendar, to, content, at)
        message["Content-Language"] = "en"
        message.set_boundary(f"=_{letter.message_id}")  # the same letter, the same bytes
        return message

    def _add_calendar(
        self,
        message: EmailMessage,
        entry: CalendarEntry,
        attendee: str,
        content: Content,
        at: datetime,
    ) -> None:
        organizer = parseaddr(self.sender)[1]
        url = content.links[-1].url
        file = visit_event(entry, now=at, url=url, organizer=organizer, attendee=attendee)
        message.add_alternative(
            file.decode(),
            subtype="calendar",
            params={"method": method_of(entry, attendee)},
            disposition="inline",
            filename="appointment.ics",
        )

    def content(self, recipient: Recipient, notice: Notice) -> Content:
        """Return what *recipient* is told."""
        wording = wording_of(notice)
        return Content(
            filled(wording.subject, notice),
            filled(wording.text, notice),
            tuple(_facts(recipient, notice, wording)),
            tuple(self._links(recipient, notice, wording)),
        )

    def _links(self, recipient: Recipient, notice: Notice, wording: Wording) -> Iterator[Link]:
        until = notice.until
        if notice.topic is Topic.REQUEST and notice.answer_round and until is not None:
            appointment, number = notice.appointment, notice.answer_round
            yield Link(ANSWER, self.answer_link(recipient.user, appointment, number, until))
        page = wording.page.format(appointment=notice.appointment)
        yield Link(wording.link, f"{self.base_url}{page}")


def wording_of(notice: Notice) -> Wording:
    """Return how *notice* reads; the last reminder is the one to come in by."""
    match notice:
        case Notice(topic=Topic.REMINDER, minutes=minutes) if 0 < minutes <= JOIN_MINUTES:
            return JOIN
        case Notice(topic=Topic.LAPSED, start=start) if start is not None:
            return LAPSED_STAYS
        case Notice(topic=Topic.DECLINED, start=start) if start is not None:
            return DECLINED_VISIT
        case _:
            return WORDING[notice.topic]


def filled(words: str, notice: Notice) -> str:
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


def _plain(recipient: Recipient, content: Content) -> str:
    facts = [f"{label}: {value}" for label, value in content.facts]
    links = [f"{link.label}: {link.url}" for link in content.links]
    parts = (f"Hello {_line(recipient.name)},", content.text, *_block(facts), *_block(links))
    return "\n\n".join((*parts, *_ends(recipient))) + "\n"


def _ends(recipient: Recipient) -> tuple[str, ...]:
    return (EMERGENCY, FOOTER) if recipient.role is Role.PATIENT else (FOOTER,)


def _block(lines: list[str]) -> Iterator[str]:
    if lines:
        yield "\n".join(_line(line) for line in lines)


def _line(text: str) -> str:
    """Return *text* in one line."""
    return " ".join(text.split())


def _html(recipient: Recipient, content: Content) -> str:
    facts = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in content.facts
    )
    links = "".join(
        f'<p><a href="{escape(link.url)}">{escape(link.label)}</a></p>' for link in content.links
    )
    ends = "".join(f"<p>{escape(end)}</p>" for end in _ends(recipient))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(content.subject)}</title></head><body>"
        f"<p>Hello {escape(recipient.name)},</p><p>{escape(content.text)}</p>"
        f"{f'<dl>{facts}</dl>' if facts else ''}{links}"
        f"{ends}</body></html>"
    )
