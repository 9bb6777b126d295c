"""A day of free times as a page shows it: by doctor, with the days beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from aiohttp import web

from actors.appointment import DoctorRef
from actors.ids import DoctorId
from http_edge import keys
from http_edge.open_times import DoctorTimes, Wanted, first_open, open_times
from http_edge.pages.forms import Form
from http_edge.pages.times import day_in_words, day_span, local, short_day
from http_edge.pages.visit_wording import clock_note

DAY = timedelta(days=1)
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Pick:
    """A time of a doctor, as a button sends it."""

    doctor: DoctorId
    start: datetime

    @classmethod
    def read(cls, form: Form) -> "Pick | None":
        """Return the time that was picked, if one was."""
        doctor, _, text = form.typed.get("pick", "").partition("|")
        try:
            start = datetime.fromisoformat(text)
        except ValueError:
            return None
        whole = doctor and start.tzinfo
        return cls(DoctorId(doctor), start.astimezone(UTC)) if whole else None

    def __str__(self) -> str:
        return f"{self.doctor}|{self.start.isoformat()}"


@dataclass(frozen=True, slots=True)
class DayTimes:
    """What can be picked on *day*, and which days stand beside it."""

    day: date
    first: tuple[datetime, DoctorRef] | None
    found: tuple[DoctorTimes, ...]
    tabs: tuple[tuple[date, str], ...]
    notes: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is free on that day."""
        return not any(each.times.starts for each in self.found)


async def day_times(
    request: web.Request, doctors: Iterable[DoctorRef], wanted: Wanted, zone: str, day: date | None
) -> DayTimes:
    """Return the free times of *doctors* on *day*; without a day, on the first that has any."""
    doctors = tuple(doctors)
    now = request.app[keys.CLOCK].now()
    today = local(now, zone).date()
    first = await first_open(request, doctors, wanted, now)
    first_day = local(first[0], zone).date() if first else today
    day = min(max(day or first_day, today), today + FARTHEST)
    start, end = day_span(day, zone)
    found = await open_times(request, doctors, wanted, start, end)
    return DayTimes(
        day=day,
        first=first,
        found=tuple(found),
        tabs=_tabs({today, today + DAY, first_day, day - DAY, day, day + DAY}, today),
        notes=tuple(dict.fromkeys(note for each in found for note in _notes(each, day))),
    )


def _tabs(days: set[date], today: date) -> tuple[tuple[date, str], ...]:
    names = {today: "Today", today + DAY: "Tomorrow"}
    return tuple((day, names.get(day, short_day(day))) for day in sorted(days) if day >= today)


def _notes(found: DoctorTimes, day: date) -> list[str]:
    """Return what is said of changing clocks on, or just beside, the day that is shown."""
    near = {day - DAY, day, day + DAY}
    return [
        f"On {day_in_words(note.day)} {clock_note(note.kind, found.times.zone)}."
        for note in found.times.notes
        if note.day in near
    ]
