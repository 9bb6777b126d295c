"""Visits around every change of clocks, and how what people read is read back.

The rules here are made of nothing but `zoneinfo`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from random import Random  # noqa: TID251  zones come from a seed
from typing import NamedTuple
from zoneinfo import ZoneInfo

from actors.appointment import Span
from actors.doctor import messages as doctor
from actors.doctor.diary import from_wall
from actors.ids import AppointmentId
from actors.patient import messages as patient
from actors.zones import ZONES
from tests.clock_changes import Change, changes
from tests.rooms import (
    Clinic,
    accept,
    as_doctor,
    as_patient,
    doctor_at,
    patient_at,
    request,
    small_clinic,
)

MINUTE = timedelta(minutes=1)
LENGTH = 10 * MINUTE
ALL_WEEK = tuple(doctor.WeeklyHours(day, time(0), time(0)) for day in range(7))
NAMES = sorted(ZONES)
PAT, ANN = patient_at("pat"), doctor_at("ann")
EMPTY = small_clinic("ann")
MONTHS = [f"{datetime(2024, month, 1, tzinfo=UTC):%b}" for month in range(1, 13)]

SAID = re.compile(
    r"(?P<weekday>[A-Z][a-z]+) (?P<day>\d+) (?P<month>[A-Z][a-z]+)(?: (?P<year>\d{4}))?"
    r"(?:,| at) (?P<hour>\d\d):(?P<minute>\d\d)"
    r"(?: \((?:[^()]*, )?UTC(?P<sign>[+-])(?P<hours>\d+)(?::(?P<minutes>\d\d))?\))?"
)


class Case(NamedTuple):
    """A visit around a change of the doctor's clock."""

    clinic: Clinic
    appointment: AppointmentId
    start: datetime
    here: str
    """The patient's zone."""
    there: str
    """The doctor's."""

    @property
    def span(self) -> Span:
        """From when until when it is."""
        return Span(self.start, self.start + LENGTH)

    @property
    def view(self) -> patient.AppointmentView:
        """What the patient sees."""
        query = patient.GetAppointment(self.appointment)
        view = self.clinic.ask(PAT, query, as_patient("pat"))
        assert isinstance(view, patient.AppointmentView)
        return view


def starts_around(change: Change) -> list[datetime]:
    """Return times before, in and after the hour that is missing or comes twice."""
    odd, normal = change.odd
    middle = odd + (normal - odd) / 2
    inside = {from_wall(change.zone, middle), from_wall(change.zone, middle, last=True)}
    aside = abs(change.behind - change.before) + 15 * MINUTE
    return [change.at - aside, *sorted(inside), change.at + aside]


def another_zone(chance: Random, zone: str) -> str:
    return chance.choice([name for name in chance.choices(NAMES, k=3) if name != zone])


@cache
def cases() -> tuple[Case, ...]:
    """Return visits around each of the changes, of patients anywhere else."""
    return tuple(_cases(Random(2035)))  # noqa: S311 - a seed that can be repeated


def _cases(chance: Random) -> Iterator[Case]:
    for change in changes():
        here = another_zone(chance, change.zone)
        clinic = clinic_between(here, change.zone)
        clinic.now = change.at - timedelta(days=4)
        for start in starts_around(change):
            yield Case(clinic, visit(clinic, start), start, here, change.zone)


def clinic_between(here: str, there: str) -> Clinic:
    """Return a clinic with a patient in the zone *here* and a doctor in the zone *there*."""
    clinic = EMPTY.copy()
    clinic.tell(PAT, patient.ChangeProfile("Pat", here), as_patient("pat"))
    hours = doctor.Hours(there, ALL_WEEK, LENGTH // MINUTE, 0, 0)
    clinic.tell(ANN, doctor.SetHours(hours), as_doctor("ann"))
    clinic.settle()
    return clinic


def visit(clinic: Clinic, start: datetime) -> AppointmentId:
    """Return a visit that stands at *start*."""
    appointment = request(clinic)
    clinic.settle()
    accept(clinic, "ann", appointment, start)
    clinic.settle()
    return appointment


# --- reading back ----------------------------------------------------------------------------


def wall_of(start: datetime, zone: str) -> datetime:
    return start.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def named_by(said: re.Match[str], zone: str, year: int) -> set[datetime]:
    """Return every instant at which a clock in *zone* shows what was said."""
    month = MONTHS.index(said["month"][:3]) + 1
    day = datetime(int(said["year"] or year), month, int(said["day"]))  # noqa: DTZ001 - a wall time
    wall = day.replace(hour=int(said["hour"]), minute=int(said["minute"]))
    assert f"{wall:%A}".startswith(said["weekday"])
    offset = None
    if said["sign"]:
        size = timedelta(hours=int(said["hours"]), minutes=int(said["minutes"] or 0))
        offset = -size if said["sign"] == "-" else size
    both = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    return {
        each
        for each in both
        if wall_of(each, zone) == wall
        and offset in {None, each.astimezone(ZoneInfo(zone)).utcoffset()}
    }


def check_said(text: str, start: datetime, zone: str, other: str) -> None:
    """Hold that *text* names *start* on the clock of *zone*, and of *other* if it is told too."""
    first, *more = SAID.finditer(text)
    assert named_by(first, zone, wall_of(start, zone).year) == {start}, (text, start, zone)
    differs = wall_of(start, zone) != wall_of(start, other)
    elsewhere = f"{wall_of(start, other):%H:%M}"
    assert not differs or elsewhere in text[first.end() :], (text, start, other)
    for each in more:
        assert named_by(each, other, wall_of(start, other).year) == {start}, (text, other)
