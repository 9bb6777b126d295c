"""What clocks show for a visit, and which visits a change of law has moved on some clock."""

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec.structs import replace

from actors.admin_router.messages import (
    ClocksNotified,
    Event,
    ListMovedClocks,
    MovedClock,
    MovedClocks,
)
from actors.admin_router.state.kept import Router, Routing
from actors.admin_router.state.seen import page_size
from actors.appointment import Mark
from actors.asked import Asked
from actors.caller import by
from actors.ids import AppointmentId
from actors.zones import ZONES

FIRST = ListMovedClocks()


def walls_of(start: datetime, zone: str) -> datetime:
    """Return what a clock in *zone* shows at the instant *start*, by the rules as they are now.

    A zone that the world has forgotten shows UTC.
    """
    return start.astimezone(ZONES.get(zone, UTC)).replace(tzinfo=None, fold=0)


def moved_clocks(state: Router, now: datetime, query: ListMovedClocks = FIRST) -> MovedClocks:
    """Return a page of the visits to come that clocks show at another hour than when told."""
    moved = sorted(_moved(state, now), key=_mark)
    later = [each for each in moved if query.after is None or _mark(each) > query.after]
    shown = tuple(later[: page_size(query.limit)])
    return MovedClocks(shown, len(shown) < len(later), len(moved))


def _mark(clock: MovedClock) -> Mark:
    return Mark(clock.start, clock.appointment)


def notified(state: Router, appointments: tuple[AppointmentId, ...], asked: Asked) -> list[Event]:
    """Return that the patients of those *appointments* whose hour has moved are told."""
    return [
        ClocksNotified(
            appointment=each.appointment,
            patient=state.get(each.appointment).request.patient,
            doctor_wall=each.doctor_wall_now,
            patient_wall=each.patient_wall_now,
            by=by(asked.caller),
            at=asked.at,
        )
        for each in sorted(_moved(state, asked.at), key=_mark)
        if each.appointment in appointments
    ]


def told(routing: Routing, event: ClocksNotified) -> Routing:
    """Return the visit with the clocks that its patient was told of last."""
    if routing.won is None:
        return routing
    doctor, patient = event.doctor_wall, event.patient_wall
    return replace(routing, won=replace(routing.won, doctor_wall=doctor, patient_wall=patient))


def _moved(state: Router, now: datetime) -> Iterator[MovedClock]:
    for routing in state.open.values():
        clock = _clock(routing) if routing.status.stands else None
        if clock is not None and clock.start > now and _differs(clock):
            yield clock


def _differs(clock: MovedClock) -> bool:
    told_then = (clock.doctor_wall, clock.patient_wall)
    return told_then != (clock.doctor_wall_now, clock.patient_wall_now)


def _clock(routing: Routing) -> MovedClock | None:
    won, patient = routing.won, routing.request.patient
    if won is None or won.doctor_wall is None or won.patient_wall is None:
        return None
    return MovedClock(
        appointment=routing.request.appointment,
        start=won.start,
        doctor_zone=won.doctor_zone,
        doctor_wall=won.doctor_wall,
        doctor_wall_now=walls_of(won.start, won.doctor_zone),
        patient_zone=patient.zone,
        patient_wall=won.patient_wall,
        patient_wall_now=walls_of(won.start, patient.zone),
    )
