"""Free times of a hundred doctors with five thousand visits, over sixty days."""

import itertools
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as wall

from actors.appointment import PatientRef, Request, Span, Urgency
from actors.asked import Asked
from actors.caller import Caller, Role
from actors.doctor import messages as doctor
from actors.doctor.actor import ROOM as DOCTOR
from actors.doctor.messages import Hours, OfferStatus, WeeklyHours
from actors.doctor.state.kept import Doctor, Live
from actors.ids import AppointmentId, CategoryId, DepartmentId, DoctorId, MessageId, PatientId
from actors.visit_type import STANDARD
from scripts.benchmarks.figures import Figures

DOCTORS, BOOKINGS, DAYS = 100, 5_000, 60
SHOWN, ALL = 50, 100_000
ROUNDS = 3
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ASKED = Asked(Caller("pat", Role.PATIENT), MONDAY, MessageId("bench"))


def measure(figures: Figures) -> None:
    """Ask each of 100 doctors for all free times of 60 days, and for the first that are shown."""
    practices = [_practice(number) for number in range(DOCTORS)]
    for name, limit in (("shown", SHOWN), ("all", ALL)):
        query = doctor.ListOpenTimes(STANDARD, MONDAY, MONDAY + timedelta(days=DAYS), limit)
        taken = [_timed(practice, query) for _ in range(ROUNDS) for practice in practices]
        cuts = statistics.quantiles(taken, n=100)
        figures.note(f"free_times_{name}_p50", cuts[49] * 1000, "ms per doctor")
        figures.note(f"free_times_{name}_p99", cuts[98] * 1000, "ms per doctor")
        figures.note(f"free_times_{name}_of_100", sum(taken) / ROUNDS * 1000, "ms for 100 doctors")


def _timed(practice: Doctor, query: doctor.ListOpenTimes) -> float:
    begun = time.perf_counter()
    DOCTOR.answer(practice, query, ASKED)
    return time.perf_counter() - begun


def _practice(number: int) -> Doctor:
    """Return a doctor with weekly hours and fifty visits in the days to come."""
    zone = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney")[number % 4]
    weekly = tuple(WeeklyHours(day, wall(8), wall(18)) for day in range(5))
    spans = itertools.islice(_spans(number), BOOKINGS // DOCTORS)
    live = {
        AppointmentId(f"a{number}-{place}"): _visit(number, place, span)
        for place, span in enumerate(spans)
    }
    return Doctor(DoctorId(f"d{number}"), f"Dr {number}", Hours(zone, weekly), live=live)


def _spans(number: int) -> Iterator[Span]:
    for place in itertools.count():
        start = MONDAY + timedelta(days=place, hours=(number * 7 + place * 5) % 9, minutes=10)
        yield Span(start, start + timedelta(minutes=20))


def _visit(number: int, place: int, span: Span) -> Live:
    request = Request(
        appointment=AppointmentId(f"a{number}-{place}"),
        department=DepartmentId("clinic"),
        patient=PatientRef(PatientId(f"p{place}"), "Pat", "Europe/Paris"),
        category=CategoryId("any"),
        category_name="Any",
        reason="It races.",
        urgency=Urgency.ROUTINE,
        windows=(),
        requested_at=MONDAY,
    )
    return Live(request, 1, MONDAY, None, OfferStatus.CONFIRMED, span, "UTC")
