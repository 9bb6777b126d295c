"""When a patient says that they could come: which windows and times make sense."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from actors.appointment import Window
from actors.refusal import Invalid

MOST_WINDOWS = 3
SHORTEST_WINDOW = timedelta(minutes=15)
FARTHEST = timedelta(days=366)


def checked_windows(windows: tuple[Window, ...], now: datetime) -> tuple[Window, ...]:
    """Return *windows* in UTC and in order, or raise `Invalid` and say which makes no sense."""
    if len(windows) > MOST_WINDOWS:
        raise _unfit(f"At most {MOST_WINDOWS} windows, please.")
    checked = sorted((_checked(window, now) for window in windows), key=lambda each: each.start)
    if any(one.end > next_one.start for one, next_one in pairwise(checked)):
        raise _unfit("Two of the windows overlap.")
    return tuple(checked)


def _checked(window: Window, now: datetime) -> Window:
    if window.start.tzinfo is None or window.end.tzinfo is None:
        raise _unfit("A window needs to say its time zone.")
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    if end <= start:
        raise _unfit("A window ends before it starts.")
    if end - start < SHORTEST_WINDOW:
        raise _unfit("A window has to be 15 minutes long at least.")
    if end < now + SHORTEST_WINDOW:
        raise _unfit("A window is in the past, or nearly over.")
    if end > now + FARTHEST:
        raise _unfit("A window is more than a year ahead.")
    return Window(start, end)


def _unfit(sentence: str) -> Invalid:
    return Invalid(fields={"windows": sentence})


def checked_instant(field: str, at: datetime, now: datetime) -> datetime:
    """Return *at* in UTC when it lies ahead, at most a year, or raise `Invalid` for *field*."""
    if at.tzinfo is None:
        raise Invalid(fields={field: "A time needs to say its time zone."})
    if at <= now:
        raise Invalid(fields={field: "This time has passed."})
    if at > now + FARTHEST:
        raise Invalid(fields={field: "This time is more than a year ahead."})
    return at.astimezone(UTC)


def is_time(window: Window, start: datetime, longest: timedelta) -> bool:
    """Return whether *window* is just a visit at *start*, of at most *longest*."""
    if window.start.tzinfo is None or window.end.tzinfo is None:
        return False
    return window.start == start < window.end <= start + longest
