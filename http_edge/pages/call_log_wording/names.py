"""How people, their pages and recordings are called in the log of a call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from actors.ids import LegId, RecordingId, UserId

Said: TypeAlias = tuple[str, str]
"""A line, and its tone: nothing, `ok`, `warn` or `danger`."""


@dataclass(frozen=True, slots=True)
class Names:
    """People by id, whose page each leg is, and the place of each recording, from 1 on."""

    users: Mapping[UserId, str]
    pages: Mapping[LegId, UserId]
    places: Mapping[RecordingId, int]

    def who(self, user: str) -> str:
        """Return the name of somebody."""
        return self.users.get(UserId(user), "Somebody")

    def of_page(self, leg: LegId) -> str:
        """Return the name of whose page *leg* is."""
        return self.who(self.pages.get(leg, ""))

    def recording(self, recording: RecordingId) -> str:
        """Return `Recording 2`; one that never began has no number."""
        place = self.places.get(recording)
        return f"Recording {place}" if place else "The recording"


def lasting(seconds: int) -> str:
    """Return `1 h 2 min`, `12 min 3 s` or `40 s`; a number and its unit stay on one line."""
    minutes, left = divmod(max(seconds, 0), 60)
    hours, rest = divmod(minutes, 60)
    if hours:
        return f"{_of(hours, 'h')} {_of(rest, 'min')}"
    return f"{_of(minutes, 'min')} {_of(left, 's')}" if minutes else _of(left, "s")


def _of(number: int, unit: str) -> str:
    return f"{number}\N{NO-BREAK SPACE}{unit}"
