"""Days and hours off, and what becomes of the visits that lie in them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from actors.asked import Asked
from actors.doctor.diary import Span, from_wall, to_wall
from actors.doctor.messages import (
    Absence,
    AbsenceAdded,
    AbsenceRemoved,
    AddAbsence,
    Hours,
    PracticeEvent,
    RemoveAbsence,
    Returned,
)
from actors.doctor.state.endings import returns_within
from actors.doctor.state.kept import Doctor
from actors.ids import AbsenceId
from actors.refusal import Ground, Invalid, NotFound, Refusal, optional_text

LONGEST = timedelta(days=400)
FARTHEST = timedelta(days=5 * 366)
LONGEST_NOTE = 200
MOST_ABSENCES = 400
ON_THE_WALL = "This is a time of the doctor's wall clock, without a time zone."
TOO_FAR = "This is too far away."


class TooManyAbsences(Refusal):
    """You have as many absences as we can keep. Remove one, or put some together."""

    code = "too_many_absences"
    ground = Ground.TOO_MANY


def add(state: Doctor, hours: Hours, command: AddAbsence, asked: Asked) -> list[PracticeEvent]:
    """Return what happens when the doctor is away as *command* says."""
    span = absence_span(hours, command.start, command.end, asked.at)
    if span.end <= asked.at:
        raise Invalid(fields={"end": "This is over already."})
    if len(still_away(state, hours, asked.at)) >= MOST_ABSENCES:
        raise TooManyAbsences
    note = optional_text("note", command.note, LONGEST_NOTE)
    absence = Absence(AbsenceId(asked.new_id("absence")), command.start, command.end, note)
    returned = tuple(touched(state, span, asked.at)) if command.give_back else ()
    return [AbsenceAdded(absence, returned, asked.at)]


def remove(state: Doctor, command: RemoveAbsence, asked: Asked) -> list[PracticeEvent]:
    """Return what happens when the doctor is not away after all."""
    if command.absence not in state.absences:
        raise NotFound
    return [AbsenceRemoved(command.absence, asked.at)]


def absence_span(hours: Hours, start: datetime, end: datetime, now: datetime) -> Span:
    """Return the instants from *start* to *end* on the doctor's wall, or raise `Invalid`."""
    fields = _trouble(start, end, to_wall(hours.zone, now))
    if fields:
        raise Invalid(fields=fields)
    return _span(hours, start, end)


def _trouble(start: datetime, end: datetime, now: datetime) -> dict[str, str]:
    walls = {"start": start, "end": end}
    zoned = {name: ON_THE_WALL for name, wall in walls.items() if wall.tzinfo is not None}
    if zoned:
        return zoned
    far = {name: TOO_FAR for name, wall in walls.items() if abs(wall - now) > FARTHEST}
    if far:
        return far
    if end <= start:
        return {"end": "The end lies after the start."}
    if end - start > LONGEST:
        return {"end": f"At most {LONGEST.days} days at a time, please."}
    return {}


def _span(hours: Hours, start: datetime, end: datetime) -> Span:
    return Span(from_wall(hours.zone, start), from_wall(hours.zone, end, last=True))


def touched(state: Doctor, span: Span, now: datetime) -> Iterator[Returned]:
    """Return what would go back to routing if the doctor were away in *span*."""
    for live in state.live.values():
        yield from returns_within(live, span, now)


def still_away(state: Doctor, hours: Hours, now: datetime) -> tuple[Absence, ...]:
    """Return the absences that are not over, in order."""
    left = (
        each for each in state.absences.values() if from_wall(hours.zone, each.end, last=True) > now
    )
    return tuple(sorted(left, key=lambda each: (each.start, each.end, each.id)))
