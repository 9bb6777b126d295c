"""What somebody typed into a form, what is wrong with it, and its once-only key."""

import hashlib
import re
from collections.abc import Container, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from actors.address import Address
from actors.refusal import Refusal
from actors.runtime.client import Happened
from actors.zones import is_zone
from http_edge import keys
from http_edge.ask import tell
from http_edge.bodies import read_body, read_form
from http_edge.idempotency import message_id
from http_edge.pages.times import NoSuchTime, instants_of
from http_edge.problems import problem_of

E = TypeVar("E", bound=Enum)

_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)

ONCE = "once"
"""The hidden field that makes a form sent twice one command."""
WHOLE = ""
"""The name under which an error stands that no single field can mend."""


def whole_number(text: str, otherwise: int) -> int:
    """Return the number of at most nine digits that *text* is, or *otherwise*."""
    return int(text) if _DIGITS.fullmatch(text.strip()) else otherwise


class Form:
    """The fields as typed. Reading one that does not fit notes a sentence under its name."""

    def __init__(self, typed: Mapping[str, str] | None = None, of: str = "") -> None:
        self.typed = dict(typed or {})
        self.of = of
        """Which form of a page with several it is."""
        self.errors: dict[str, str] = {}
        self.status = 200

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self.errors

    def wrong(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field; the first sentence stays."""
        self.errors.setdefault(name, sentence)
        self.status = 422

    def refuse(self, refusal: Refusal, **renamed: str) -> None:
        """Note what an actor refused; *renamed* says what its fields are called here."""
        for name, sentence in (refusal.fields or {WHOLE: refusal.sentence}).items():
            field = name.split(".", 1)[0].split("[", 1)[0]
            self.wrong(renamed.get(field, field), sentence)
        self.status = problem_of(refusal).status

    def shown_value(self, name: str, otherwise: object) -> str:
        """Return what was typed into *name*, or *otherwise* in a form that is new."""
        return self.typed.get(name, str(otherwise))

    def chosen(self, prefix: str) -> list[str]:
        """Return what is ticked among the boxes called `<prefix>-<value>`."""
        start = f"{prefix}-"
        return [name.removeprefix(start) for name in self.typed if name.startswith(start)]

    def text(self, name: str, *, most: int = 200, needed: str = "") -> str:
        """Return a text without outer blanks; *needed* is the sentence when it is missing."""
        text = self.typed.get(name, "").strip().replace("\r\n", "\n")
        if needed and not text:
            self.wrong(name, needed)
        if len(text) > most:
            self.wrong(name, f"Use at most {most} characters; these are {len(text)}.")
        return text

    def secret(self, name: str, needed: str) -> str:
        """Return a password as it was typed."""
        secret = self.typed.get(name, "")
        if not secret:
            self.wrong(name, needed)
        return secret

    def choice(self, name: str, kind: type[E], needed: str) -> E | None:
        """Return the member of *kind* that was chosen."""
        try:
            return kind(self.typed.get(name, ""))
        except ValueError:
            self.wrong(name, needed)
            return None

    def zone(self) -> str:
        """Return the time zone that was chosen."""
        zone = self.typed.get("zone", "")
        if not is_zone(zone):
            self.wrong("zone", "Choose a time zone from the list.")
        return zone

    def number(self, name: str, low: int, high: int, what: str) -> int:
        """Return a whole number from *low* to *high*."""
        text = self.typed.get(name, "").strip()
        number = (
            int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else -1
        )
        if not low <= number <= high:
            self.wrong(name, f"{what}: enter a whole number from {low} to {high}.")
        return number

    def day(self, name: str) -> date | None:
        """Return a date, or None when nothing is typed."""
        text = self.typed.get(name, "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong(name, "Enter a date, like 2026-03-31.")
            return None

    def clock(self, name: str) -> time | None:
        """Return a wall time, or None when nothing is typed."""
        text = self.typed.get(name, "").strip()
        try:
            wall = time.fromisoformat(text) if text else None
        except ValueError:
            wall = None
        if text and (wall is None or wall.tzinfo is not None):
            self.wrong(name, "Enter a time, like 09:30.")
            return None
        return wall

    def moment(self, name: str) -> datetime | None:
        """Return the instant that a button or a list sends, with its offset; None for another."""
        try:
            moment = datetime.fromisoformat(self.typed.get(name, "").strip())
        except ValueError:
            return None
        return moment if moment.tzinfo else None

    def wall_moment(self, name: str, zone: str) -> datetime | None:
        """Return the one instant at which the clock of *zone* shows what is typed, if anything."""
        text = self.typed.get(name, "").strip()
        if not text:
            return None
        try:
            wall = datetime.fromisoformat(text)
            first, last = instants_of(wall.date(), wall.time(), zone)
        except NoSuchTime as error:
            self.wrong(name, f"{error} Choose a time before or after.")
            return None
        except (ValueError, OverflowError):
            self.wrong(name, "Enter a date and a time.")
            return None
        if first != last:
            self.wrong(
                name, f"{wall:%H:%M} comes twice that day: the clocks go back. Choose another time."
            )
            return None
        return first


def placed(form: Form, of: str, cards: Container[str]) -> dict[str, Any]:
    """Return where a page shows *form*: on its card, or above all when there is none any more."""
    return {"forms": {of: form}} if of in cards else {"forms": {}, "form": form}


async def posted(request: web.Request, of: str = "") -> Form:
    """Return the form that was sent."""
    return Form(await read_form(request), of)


def new_once(request: web.Request) -> str:
    """Return a key for a form that is about to be shown; nobody can guess it."""
    return request.app[keys.MINT].secret()


async def send(
    request: web.Request, to: Address, command: msgspec.Struct, form: Form, **renamed: str
) -> Happened | None:
    """Give *command* to *to*, once however often this *form* is sent.

    What the actor refuses is noted in *form*, and None returned; *renamed* as in `Form.refuse`.
    """
    if form.typed.get(ONCE):
        body = hashlib.sha256(await read_body(request)).hexdigest()
        request[keys.MESSAGE_ID] = message_id(request, form.typed[ONCE], body)
    try:
        return await tell(request, to, command)
    except Refusal as refusal:
        form.refuse(refusal, **renamed)
        return None
