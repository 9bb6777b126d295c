"""What one appointment should be, as small as it can be said."""

from datetime import datetime, time, timedelta
from typing import NamedTuple, TypeAlias

from actors.appointment import Status
from actors.doctor.messages import WeeklyHours

HOUR = timedelta(hours=1)
LENGTH, CUTOFF, EARLY = timedelta(minutes=20), 2 * HOUR, timedelta(minutes=30)
ALWAYS = tuple(WeeklyHours(day, time(0), time(0)) for day in range(7))

Time: TypeAlias = tuple[str, datetime]
"""A doctor and a start."""


class Model(NamedTuple):
    """How far it is, the one time that counts, and the times to choose from."""

    status: Status
    time: Time | None = None
    choices: tuple[datetime, ...] = ()
    offering: str = ""
    """The doctor who holds the choices."""

    @property
    def stands(self) -> bool:
        """Whether it has a time, and is not over."""
        return self.status.stands

    def over(self, now: datetime) -> bool:
        """Return whether nothing more will happen to it that is of interest."""
        return self.status.final or (self.time is not None and now > self.time[1] + 48 * HOUR)

    def with_status(self, status: Status) -> "Model":
        """Return the same at another point of its day."""
        return self._replace(status=status)
