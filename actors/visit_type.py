"""Kinds of visit that a department has, each with its own length and rules for booking."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from actors.ids import VisitTypeId


class Asking(StrEnum):
    """How a patient comes to a time."""

    REQUEST = "request"
    """Windows that suit, or first available; no times are shown."""
    TIMES = "times"
    """Free times are shown; one that is picked is held until the doctor has answered."""
    DIRECT = "direct"
    """Free times are shown; picking one books it."""


class Medium(StrEnum):
    """How patient and doctor meet."""

    VIDEO = "video"
    AUDIO = "audio"


class VisitType(msgspec.Struct, frozen=True):
    """One kind of visit. Minutes of None are the doctor's own."""

    id: VisitTypeId
    name: str
    minutes: int | None = None
    """How long it takes, without buffers."""
    medium: Medium = Medium.VIDEO
    asking: Asking = Asking.REQUEST
    buffer_before_minutes: int | None = None
    buffer_after_minutes: int | None = None
    notice_minutes: int | None = None
    """A patient can't pick a time sooner than this from now."""
    window_days: int | None = None
    """Nor one later than this."""
    capacity: int = 1
    """How many patients may come to one time together (a course, a group)."""
    cutoff_minutes: int = 0
    """Until so long before the start, a patient may move or cancel it alone."""
    most_per_day: int = 5
    """How many a patient may ask for on one day."""
    hold_minutes: int = 5
    """How long a picked time is held while the form is filled in."""

    def cutoff_before(self, start: datetime) -> datetime:
        """Return until when a patient may move or cancel a visit that starts at *start*."""
        return start - timedelta(minutes=self.cutoff_minutes)


STANDARD = VisitType(VisitTypeId("standard"), "Visit")
"""What a department offers that has set up no visit types."""
