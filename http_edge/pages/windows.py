"""The times that a patient names in the request form."""

from datetime import date, datetime, time, timedelta

from actors.appointment import Window
from http_edge.pages.forms import Form
from http_edge.pages.times import NoSuchTime, instants_of

MOST = 3
FARTHEST = timedelta(days=366)


def read_windows(form: Form, zone: str, now: datetime) -> tuple[Window, ...]:
    """Return the windows typed in *form*, on the wall clock of *zone*; none is "first available".

    Where a time comes twice, the window is the widest that the words allow.
    """
    if form.typed.get("when") != "windows":
        return ()
    windows = [_window(form, number, zone, now) for number in range(1, MOST + 1)]
    found = tuple(window for window in windows if window)
    if not found and form.ok:
        form.wrong("day-1", "Name at least one time, or choose “First available”.")
    return found


def _window(form: Form, number: int, zone: str, now: datetime) -> Window | None:
    names = f"day-{number}", f"from-{number}", f"to-{number}"
    if not any(form.typed.get(name, "").strip() for name in names):
        return None
    day, start, end = form.day(names[0]), form.clock(names[1]), form.clock(names[2])
    for name, value in zip(names, (day, start, end), strict=True):
        if value is None:
            form.wrong(name, f"Time {number}: fill in the day, from and to.")
    if day is None or start is None or end is None:
        return None
    if time(0) != end <= start:
        form.wrong(names[2], f"Time {number}: “to” must be later than “from”.")
        return None
    try:
        return _in_future(_on_clock(day, start, end, zone), now)
    except NoSuchTime as error:
        form.wrong(names[1], f"Time {number}: {error} Choose another time.")
    except (OverflowError, ValueError) as error:
        form.wrong(names[0], f"Time {number}: {error}")
    return None


def _on_clock(day: date, start: time, end: time, zone: str) -> Window:
    """Return the window between two wall times; an end of 00:00 is midnight after *day*."""
    last_day = day + timedelta(days=1) if end == time(0) else day
    return Window(instants_of(day, start, zone)[0], instants_of(last_day, end, zone)[1])


def _in_future(window: Window, now: datetime) -> Window:
    if window.end <= now:
        raise ValueError("This is in the past.")
    if window.start > now + FARTHEST:
        raise ValueError("That day is too far away.")
    return window
