"""What each event of the practice makes of a doctor."""

from typing import assert_never

from msgspec.structs import replace

from actors.doctor.messages import (
    AbsenceAdded,
    AbsenceRemoved,
    BusyFeedSet,
    BusyNoted,
    ClosuresNoted,
    DutyEnded,
    DutyStarted,
    FactsChanged,
    HoursSet,
    MembershipNoted,
    PracticeEvent,
    PracticeOpened,
    PracticeResumed,
    PracticeSuspended,
    ProfileSet,
)
from actors.doctor.state.away import still_away
from actors.doctor.state.endings import given_back
from actors.doctor.state.kept import Doctor, OtherCalendar
from actors.doctor.state.schedule import first_hours


def evolve_practice(state: Doctor, event: PracticeEvent) -> Doctor:  # noqa: C901, PLR0911, PLR0912  one case per event
    """Return the doctor to whom *event* has happened."""
    match event:
        case PracticeOpened(name, zone):
            return replace(state, name=name, hours=state.hours or first_hours(zone))
        case PracticeSuspended(returned):
            return replace(given_back(state, returned), suspended=True, holds={})
        case PracticeResumed():
            return replace(state, suspended=False)
        case HoursSet(hours):
            return replace(state, hours=hours)
        case ProfileSet(profile):
            return replace(state, profile=profile)
        case DutyStarted(until):
            return replace(state, on_duty=True, duty_until=until)
        case DutyEnded():
            return replace(state, on_duty=False, duty_until=None)
        case AbsenceAdded():
            return _away(state, event)
        case AbsenceRemoved(absence):
            left = {key: each for key, each in state.absences.items() if key != absence}
            return replace(state, absences=left)
        case ClosuresNoted(closures):
            return replace(state, closures=closures)
        case MembershipNoted(departments):
            return replace(state, departments=departments)
        case FactsChanged(facts=facts):
            return replace(state, told=facts)
        case BusyFeedSet(url):
            return replace(state, other=OtherCalendar(url) if url else None)
        case BusyNoted():
            return replace(state, other=_read(state.other, event))
        case _:
            assert_never(event)


def _away(state: Doctor, event: AbsenceAdded) -> Doctor:
    """Return *state* with the absence of *event*, and those that are over forgotten."""
    left = still_away(state, state.hours, event.at) if state.hours else ()
    absences = {each.id: each for each in (*left, event.absence)}
    return replace(given_back(state, event.returned), absences=absences)


def _read(other: OtherCalendar | None, event: BusyNoted) -> OtherCalendar | None:
    if other is None:
        return None
    if event.trouble:
        return replace(other, trouble=event.trouble, troubles=other.troubles + 1)
    busy = other.busy if event.same else event.busy
    return replace(other, busy=busy, read_at=event.at, trouble="", troubles=0)
