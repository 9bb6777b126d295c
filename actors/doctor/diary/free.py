"""What of a doctor's hours is left for a visit.

All is counted in seconds. Everything that is taken is widened by the buffers once, so that a visit
is free when its bare time meets nothing of it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import NamedTuple

from actors.appointment import Span, Window
from actors.doctor.diary.calendar import Calendar, Opening, Openings
from actors.doctor.diary.clocks import local_day, moment, seconds, seconds_up
from actors.doctor.diary.lengths import Booked, buffers, visit_length, visit_span
from actors.doctor.diary.spans import inside, overlaps
from actors.doctor.messages import Hours
from actors.visit_type import VisitType

MINUTE = 60
MARGIN = timedelta(days=1)
"""More than a visit and its buffers take: what lies farther off does not matter."""


def free_times(
    calendar: Calendar,
    booked: Sequence[Booked],
    visit: VisitType,
    within: Window,
    windows: Sequence[Window] = (),
    *,
    limit: int,
) -> list[datetime]:
    """Return the first *limit* of `each_free_time`."""
    return list(islice(each_free_time(calendar, booked, visit, within, windows), limit))


def each_free_time(
    calendar: Calendar,
    booked: Sequence[Booked],
    visit: VisitType,
    within: Window,
    windows: Sequence[Window] = (),
) -> Iterator[datetime]:
    """Return, in order, the starts of *visit*s that are free *within*, its end not included.

    Each is laid from the start of a block of hours, in wall time, and ends inside that block (and
    inside one of *windows*, if there are any). A booked group that has seats left is free, too.
    """
    hours = calendar.hours
    length = visit_length(hours, visit).seconds
    ranges = _ranges(within, windows, length)
    if not ranges:
        return
    span = Window(moment(ranges[0].start), moment(ranges[-1].stop + length))
    taken = _taken(calendar, booked, visit, span)
    laid = (
        start
        for asked in ranges
        for starts in _starts(hours, visit, asked)
        for start in _clear(starts, length, taken)
    )
    seats = [each for each in _with_seats(calendar, booked, visit) if _lies_in(each, ranges)]
    for start in merge(laid, sorted(seats)) if seats else laid:
        yield moment(start)


def is_free(
    calendar: Calendar,
    booked: Sequence[Booked],
    visit: VisitType,
    start: datetime,
    *,
    anywhere: bool = False,
) -> bool:
    """Return whether a *visit* may begin at *start*: inside the hours, wherever that is in them.

    With *anywhere* it need not lie on the hours nor keep buffers, only off every other visit.
    """
    span = visit_span(calendar.hours, visit, start)
    if anywhere:
        meets = any(each.span.start < span.end and span.start < each.span.end for each in booked)
        return not meets or _has_seats(span, booked, visit)
    if _has_seats(span, booked, visit):
        return not overlaps(span, calendar.off)
    first = seconds(span.start)
    length = seconds_up(span.end) - first
    taken = _taken(calendar, booked, visit, Window(span.start, span.end))
    return _is_open(calendar.hours, start, length) and any(_clear([first], length, taken))


def _is_open(hours: Hours, start: datetime, length: int) -> bool:
    """Return whether the hours cover that time, at midnight from one day into the next."""
    day, first = local_day(hours.zone, start).toordinal(), seconds(start)
    openings = Openings(hours)
    opened = [each for near in (day, day + 1) for each in openings.on(near)]
    joined = _joined(sorted((each.opens(), each.closes()) for each in opened))
    blocks = zip(joined.starts, joined.ends, strict=True)
    return any(opens <= first and first + length <= closes for opens, closes in blocks)


# --- which starts there are ----------------------------------------------------------------------


def _ranges(within: Window, windows: Sequence[Window], length: int) -> list[range]:
    """Return the starts that are asked for, in order, not overlapping."""
    first, end = seconds_up(within.start), seconds_up(within.end)
    asked = [
        (max(first, seconds_up(each.start)), min(end, seconds(each.end) - length + 1))
        for each in windows
    ] or [(first, end)]
    result: list[range] = []
    for low, high in sorted(asked):
        start = max(low, result[-1].stop) if result else low
        if start < high:
            result.append(range(start, high))
    return result


def _lies_in(start: int, ranges: Iterable[range]) -> bool:
    return any(start in each for each in ranges)


def _starts(hours: Hours, visit: VisitType, asked: range) -> Iterator[Sequence[int]]:
    """Return the starts that are *asked* for and lie on the hours, block by block."""
    openings, length = Openings(hours), visit_length(hours, visit).seconds
    step = length + sum(buffers(hours, visit)) * MINUTE
    first = local_day(hours.zone, moment(asked.start)).toordinal()
    last = local_day(hours.zone, moment(asked.stop)).toordinal()
    for day in range(first, last + 1):
        for each in openings.on(day):
            starts = _laid(each, step, length)
            yield starts[bisect_left(starts, asked.start) : bisect_left(starts, asked.stop)]


def _laid(opening: Opening, step: int, length: int) -> Sequence[int]:
    """Return the starts inside *opening*, each as the clocks show it first."""
    clocks, last = opening.clocks, opening.closes() - length
    if clocks.before == clocks.behind:
        return range(opening.opens(), last + 1, step)
    shown = map(clocks.first, range(opening.start, opening.end, step))
    return [each for each in shown if each is not None and each <= last]


# --- what is taken -------------------------------------------------------------------------------


class _Taken(NamedTuple):
    """Times that a visit may not meet: in order, not overlapping."""

    starts: list[int]
    ends: list[int]


def _clear(starts: Sequence[int], length: int, taken: _Taken) -> Iterator[int]:
    at = 0
    while at < len(starts):
        start = starts[at]
        near = bisect_right(taken.ends, start)
        if near < len(taken.starts) and taken.starts[near] < start + length:
            at = bisect_left(starts, taken.ends[near], at + 1)
        else:
            yield start
            at += 1


def _taken(calendar: Calendar, booked: Sequence[Booked], visit: VisitType, asked: Window) -> _Taken:
    """Return what a *visit* in *asked* may not meet, widened by the buffers to be kept."""
    before, behind = (minutes * MINUTE for minutes in buffers(calendar.hours, visit))
    near = Window(asked.start - MARGIN, asked.end + MARGIN)
    taken = [_bounds(each, 0, 0) for each in inside(near, calendar.off)]
    taken += [_bounds(each, behind, before) for each in inside(near, calendar.busy)]
    for each in booked:
        if each.span.start < near.end and near.start < each.span.end:
            own_before, own_behind = buffers(calendar.hours, each.visit)
            kept_before, kept_behind = own_before * MINUTE, own_behind * MINUTE
            taken.append(_bounds(each.span, kept_before + behind, kept_behind + before))
    return _joined(sorted(taken))


def _bounds(span: Span, before: int, behind: int) -> tuple[int, int]:
    return seconds(span.start) - before, seconds_up(span.end) + behind


def _joined(taken: Iterable[tuple[int, int]]) -> _Taken:
    result = _Taken([], [])
    for start, end in taken:
        if result.ends and start <= result.ends[-1]:
            result.ends[-1] = max(result.ends[-1], end)
        else:
            result.starts.append(start)
            result.ends.append(end)
    return result


# --- groups that have seats left -----------------------------------------------------------------


def _with_seats(calendar: Calendar, booked: Sequence[Booked], visit: VisitType) -> Iterator[int]:
    """Return the starts (whole seconds) of booked groups of *visit* that one more may come to."""
    if visit.capacity <= 1:
        return
    length = visit_length(calendar.hours, visit)
    sitting = {each.span for each in booked if each.visit.id == visit.id}
    for span in sitting:
        fits = span.end - span.start == length and not overlaps(span, calendar.off)
        if fits and not span.start.microsecond and _has_seats(span, booked, visit):
            yield seconds(span.start)


def _has_seats(span: Span, booked: Sequence[Booked], visit: VisitType) -> bool:
    """Return whether nobody else has that time but a group of *visit* that one more may join."""
    met = [each for each in booked if each.span.start < span.end and span.start < each.span.end]
    alike = all((each.span, each.visit.id) == (span, visit.id) for each in met)
    return alike and 0 < len(met) < visit.capacity
