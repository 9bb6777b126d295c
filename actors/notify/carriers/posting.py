"""What carriers over HTTP are given: somebody who posts. How is the edge's part, not theirs."""

from collections.abc import Mapping
from typing import Protocol

from actors.notify.carriers.carrier import Carried
from actors.notify.messages import Outcome

OK = 200
MANY_CHOICES = 300
TOO_SLOW = 408
TOO_MANY = 429
SERVER = 500


class Answered(Protocol):
    """What came back."""

    @property
    def status(self) -> int:
        """Of HTTP; 0 when there was no answer."""

    @property
    def said(self) -> str:
        """Why there was none.

        `no_line` (nothing was tried), `not_allowed` (nor will it ever be), `not_public`,
        `unreachable`, `too_slow`.
        """


class Post(Protocol):
    """Posts to an address. It follows no redirect, and trouble is an answer, no exception."""

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """Post *body* to *url*; it ends within `LONGEST_ATTEMPT` seconds."""


def unanswered(answer: Answered) -> Carried:
    """Return what becomes of a letter to which nobody answered.

    It may have arrived: what carries it gives each letter a name by which a second one is
    recognised, so it is tried again.
    """
    match answer.said:
        case "no_line":
            return Carried(Outcome.NOT_TRIED, "no free line")
        case "not_allowed":
            return Carried(Outcome.REFUSED, answer.said)
        case _:
            return Carried(Outcome.RETRY, answer.said)


def taken(status: int) -> bool:
    """Return whether *status* says that it was taken."""
    return OK <= status < MANY_CHOICES


def passing(status: int) -> bool:
    """Return whether *status* is trouble that may be over soon."""
    return status in {TOO_SLOW, TOO_MANY} or status >= SERVER
