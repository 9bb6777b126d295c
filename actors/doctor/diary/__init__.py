"""When a doctor is free: hours on the wall, days off, what is booked, what the patient asked.

Hours are wall time in the doctor's zone, bookings are instants. A start that does not exist on
the day when clocks go forward is skipped; one that comes twice when they go back is offered once,
the first time. A visit takes its own length and its own buffers on both sides; what two visits
take never overlaps, so between them lie the first one's buffer and the second one's.

    calendar = Calendar(hours, off, busy)            # off and busy: in order, not overlapping
    within = bookable(hours, visit, now)             # notice and booking window
    free_times(calendar, booked, visit, within, windows, limit=20) -> list of starts
    each_free_time(calendar, booked, visit, within, windows) -> the same, one by one
    is_free(calendar, booked, visit, start) -> whether such a visit may begin then
    is_free(calendar, booked, visit, start, anywhere=True) -> also off the hours, over no visit
    visit_span(hours, visit, start) -> the time that it takes, without buffers

`clocks` knows when a wall clock shows what, `calendar` when the doctor can be seen, `free` what of
it is left, `notes` on which days clocks change inside the hours.
"""

from actors.appointment import Span
from actors.doctor.diary.calendar import Calendar, days_of, hours_on, off_times
from actors.doctor.diary.clocks import day_span, from_wall, local_day, to_wall
from actors.doctor.diary.free import each_free_time, free_times, is_free
from actors.doctor.diary.lengths import Booked, bookable, visit_length, visit_span
from actors.doctor.diary.notes import clock_note, clock_notes
from actors.doctor.diary.spans import inside, merged, overlaps

__all__ = [
    "Booked",
    "Calendar",
    "Span",
    "bookable",
    "clock_note",
    "clock_notes",
    "day_span",
    "days_of",
    "each_free_time",
    "free_times",
    "from_wall",
    "hours_on",
    "inside",
    "is_free",
    "local_day",
    "merged",
    "off_times",
    "overlaps",
    "to_wall",
    "visit_length",
    "visit_span",
]
