"""When a patient says that they could come: which windows make sense."""

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
