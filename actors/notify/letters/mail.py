"""One letter by e-mail. Pure.

Plain text, the same as simple HTML, and the calendar entry if there is one (RFC 6047). It loads
nothing from elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from html import escape
from typing import TypeAlias

from actors.calendars import method_of, visit_event
from actors.caller import Role
from actors.notify.letters.content import Content, Link, content_of
from actors.notify.messages import CalendarEntry, Notice, Topic, written_in
from actors.notify.state.kept import Letter, Recipient
from actors.notify.wording import words_in

AnswerLink: TypeAlias = Callable[[str, str, int, datetime], str]
"""Makes the link by which a doctor (id) answers an appointment's round until a time."""


SEVEN_BIT = SMTP.clone(cte_type="7bit")
"""Not every mail server takes the letters of every language as they are (RFC 6152)."""


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
        message = EmailMessage(SEVEN_BIT if to.isascii() else SMTPUTF8)
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
        message["Content-Language"] = written_in(recipient.language)
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
        """Return what *recipient* is told; a doctor who is asked gets a link to answer by."""
        content = content_of(recipient, notice, self.base_url)
        if notice.topic is not Topic.REQUEST or not notice.answer_round or notice.until is None:
            return content
        url = self.answer_link(
            recipient.user, notice.appointment, notice.answer_round, notice.until
        )
        answer = Link(words_in(recipient.language).answer, url)
        return content._replace(links=(answer, *content.links))


def _plain(recipient: Recipient, content: Content) -> str:
    words = words_in(recipient.language)
    facts = [words.line.format(label=label, value=value) for label, value in content.facts]
    links = [words.line.format(label=link.label, value=link.url) for link in content.links]
    hello = words.hello.format(name=_line(recipient.name))
    parts = (hello, content.text, *_block(facts), *_block(links))
    return "\n\n".join((*parts, *_ends(recipient))) + "\n"


def _ends(recipient: Recipient) -> tuple[str, ...]:
    words = words_in(recipient.language)
    return (words.emergency, words.footer) if recipient.role is Role.PATIENT else (words.footer,)


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
    hello = words_in(recipient.language).hello.format(name=recipient.name)
    return (
        f'<!doctype html><html lang="{written_in(recipient.language)}">'
        '<head><meta charset="utf-8">'
        f"<title>{escape(content.subject)}</title></head><body>"
        f"<p>{escape(hello)}</p><p>{escape(content.text)}</p>"
        f"{f'<dl>{facts}</dl>' if facts else ''}{links}"
        f"{ends}</body></html>"
    )
