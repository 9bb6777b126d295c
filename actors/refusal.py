"""A rule said no. That is an answer, never a fault: it is not an error in any log."""

from enum import StrEnum
from typing import ClassVar


class Ground(StrEnum):
    """Why a rule says no, in the terms that every door can translate (HTTP status, exit code)."""

    INVALID = "invalid"
    """What was said makes no sense (422)."""
    UNKNOWN_CALLER = "unknown_caller"
    """Sign in first, or again (401)."""
    FORBIDDEN = "forbidden"
    """This caller may not do that (403)."""
    NOT_FOUND = "not_found"
    """Not there, or not the caller's: both answer the same (404)."""
    CONFLICT = "conflict"
    """Right in itself, but not as things stand (409)."""
    TOO_MANY = "too_many"
    """A limit is reached (429)."""


class Refusal(Exception):
    """A rule of the clinic does not allow this.

    Each kind of refusal is a subclass: its `code` is stable and for machines, its docstring's
    first line is the sentence that people read. `fields` names what to mend, by field name.
    """

    code: ClassVar[str] = "refused"
    ground: ClassVar[Ground] = Ground.CONFLICT

    def __init__(self, sentence: str = "", *, fields: dict[str, str] | None = None) -> None:
        self.sentence = sentence or (type(self).__doc__ or "").strip().split("\n", 1)[0]
        self.fields = fields or {}
        super().__init__(self.sentence)


class NotFound(Refusal):
    """There is nothing here under that name that you may see."""

    code = "not_found"
    ground = Ground.NOT_FOUND


class NotAllowed(Refusal):
    """Your role does not allow this."""

    code = "not_allowed"
    ground = Ground.FORBIDDEN


class Invalid(Refusal):
    """Something in it does not fit; see the fields named."""

    code = "invalid"
    ground = Ground.INVALID


def required_text(field: str, text: str, most: int) -> str:
    """Return *text* without the space around it: 1 to *most* characters, or `Invalid`."""
    text = optional_text(field, text, most)
    if not text:
        raise Invalid(fields={field: "Please fill this in."})
    return text


def optional_text(field: str, text: str, most: int) -> str:
    """Return *text* without the space around it: at most *most* characters, or `Invalid`."""
    text = text.strip()
    if len(text) > most:
        raise Invalid(fields={field: f"At most {most} characters, please."})
    if any(ord(char) < ord(" ") and char not in "\t\n\r" for char in text):
        raise Invalid(fields={field: "This holds a character that can't be shown."})
    return text
