"""What each event of a visit that stands is in its timeline."""

from typing import assert_never

from actors.admin_router.messages import (
    ClocksNotified,
    EarlierSet,
    Hop,
    HopKind,
    MoveEnded,
    MoveHeld,
    MoveStarted,
    MoveTaken,
    MoveWished,
    PatientCheckedIn,
    VisitAdopted,
    VisitEvent,
    VisitMoved,
    VisitProgressed,
)
from actors.admin_router.state.kept import Routing
from actors.caller import By, Role


def hop_of(routing: Routing, event: VisitEvent) -> Hop | None:
    """Return the step that *event* is for *routing*; None when nobody needs to see it."""
    match event:
        case MoveStarted() | MoveHeld() | MoveTaken() | MoveEnded() | VisitMoved():
            return _of_a_move(routing, event)
        case MoveWished() | EarlierSet() | PatientCheckedIn():
            return _by_the_patient(routing, event)
        case VisitAdopted(doctor=doctor, start=start, at=at):
            by = By(Role.DOCTOR, doctor.id)
            return Hop(HopKind.CLAIMED, at, by, name=doctor.name, why="series", start=start)
        case VisitProgressed(status=status, at=at, by=by):
            return Hop(HopKind.PROGRESSED, at, by, why=status.value)
        case ClocksNotified(at=at, by=by):
            return Hop(HopKind.CLOCKS_NOTIFIED, at, by)
        case _:
            assert_never(event)


def _by_the_patient(routing: Routing, event: MoveWished | EarlierSet | PatientCheckedIn) -> Hop:
    match event:
        case MoveWished(note=note, at=at):
            return Hop(HopKind.WISHED, at, _patient(routing), why=note)
        case EarlierSet(wanted=wanted, at=at):
            return Hop(HopKind.EARLIER_SET, at, _patient(routing), why="on" if wanted else "off")
        case PatientCheckedIn(at=at):
            return Hop(HopKind.ARRIVED, at, _patient(routing))
        case _:
            assert_never(event)


def _of_a_move(
    routing: Routing, event: MoveStarted | MoveHeld | MoveTaken | MoveEnded | VisitMoved
) -> Hop | None:
    match event:
        case MoveStarted(doctor=doctor, cause=cause, start=start, until=until, by=by, at=at):
            started = HopKind.MOVE_STARTED
            return Hop(started, at, by, name=doctor.name, why=cause.value, until=until, start=start)
        case MoveHeld(doctor=doctor, spans=spans, until=until, at=at, grant=False):
            by, start = By(Role.DOCTOR, doctor.id), spans[0].start
            return Hop(HopKind.TIMES_OFFERED, at, by, name=doctor.name, until=until, start=start)
        case MoveHeld():
            return None
        case MoveTaken(start=start, at=at):
            return Hop(HopKind.CLAIMED, at, _patient(routing), start=start)
        case MoveEnded(why=why, at=at):
            return Hop(HopKind.MOVE_ENDED, at, why=why)
        case VisitMoved(doctor=doctor, start=start, cause=cause, at=at):
            return Hop(HopKind.MOVED, at, name=doctor.name, why=cause.value, start=start)
        case _:
            assert_never(event)


def _patient(routing: Routing) -> By:
    return By(Role.PATIENT, routing.request.patient.id)
