"""What each event makes of a visit that stands."""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.admin_router.messages import (
    ClocksNotified,
    EarlierSet,
    MoveCause,
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
from actors.admin_router.state.clocks import told
from actors.admin_router.state.kept import Move, Router, Routing, Won
from actors.admin_router.state.timeline import with_hop
from actors.admin_router.state.visit_hops import hop_of
from actors.appointment import Span, Stage, Status

SKIPPED_KEPT = 20

OnTheMove: TypeAlias = MoveStarted | MoveHeld | MoveTaken | MoveEnded | VisitMoved


def evolve_visit(state: Router, event: VisitEvent) -> Router:
    """Return the department in which *event* has happened to a visit."""
    before = adopted(event) if isinstance(event, VisitAdopted) else state.get(event.appointment)
    hop = hop_of(before, event)
    after = _changed(before, event)
    return _kept(state, with_hop(after, hop) if hop else after)


def _kept(state: Router, routing: Routing) -> Router:
    appointment = routing.request.appointment
    if appointment in state.closed:
        return replace(state, closed={**state.closed, appointment: routing})
    return replace(state, open={**state.open, appointment: routing})


def adopted(event: VisitAdopted) -> Routing:
    """Return the routing of a further visit of a series: claimed from the start."""
    won = Won(event.doctor, event.start, event.end, 1, event.doctor_zone)
    return Routing(
        request=event.request,
        round=1,
        stage=Stage.DOCTOR,
        with_name=event.doctor.name,
        answer_by=event.start,
        asked=(),
        won=won,
        rounds=1,
        earlier=event.request.earlier,
    )


def _changed(routing: Routing, event: VisitEvent) -> Routing:
    match event:
        case MoveStarted() | MoveHeld() | MoveTaken() | MoveEnded() | VisitMoved():
            return _on_the_move(routing, event)
        case EarlierSet(wanted=wanted):
            return replace(routing, earlier=wanted)
        case PatientCheckedIn(since=since):
            return replace(routing, status=Status.WAITING, arrived_at=since)
        case VisitProgressed(status=status):
            return replace(routing, status=status)
        case ClocksNotified():
            return told(routing, event)
        case MoveWished() | VisitAdopted():
            return routing
        case _:
            assert_never(event)


def _on_the_move(routing: Routing, event: OnTheMove) -> Routing:
    match event:
        case MoveStarted(round=number):
            move = Move(number, event.doctor, event.start, event.cause, event.number, event.until)
            return replace(routing, rounds=max(routing.rounds, number), move=move)
        case MoveHeld():
            return replace(routing, move=_held(routing.move, event))
        case MoveTaken(start=start):
            taken = routing.move and replace(routing.move, granted=True, start=start)
            return replace(routing, move=taken)
        case MoveEnded():
            return _stayed(routing, event)
        case VisitMoved():
            return _moved(routing, event)
        case _:
            assert_never(event)


def _held(before: Move | None, event: MoveHeld) -> Move:
    """Return the move whose times are held; a doctor's own proposal begins with that."""
    return Move(
        round=event.round,
        doctor=event.doctor,
        start=event.spans[0].start,
        cause=event.cause,
        number=before.number if before else 0,
        until=event.until,
        held=True,
        granted=event.grant,
        doctor_zone=event.doctor_zone,
        spans=event.spans,
    )


def _stayed(routing: Routing, event: MoveEnded) -> Routing:
    move = routing.move
    if move is None or (move.round, move.cause) != (event.round, event.cause):
        return routing
    not_taken = move.cause is MoveCause.EARLIER and move.held and not move.granted
    stayed = replace(routing, move=None)
    return _skipping(stayed, move.spans[0]) if not_taken else stayed


def _moved(routing: Routing, event: VisitMoved) -> Routing:
    """Return the visit at its new time; the old one is not offered to it again."""
    won = Won(
        event.doctor,
        event.start,
        event.end,
        event.round,
        event.doctor_zone,
        event.doctor_wall,
        event.patient_wall,
    )
    moved = replace(
        routing,
        status=Status.CONFIRMED,
        round=event.round,
        rounds=max(routing.rounds, event.round),
        with_name=event.doctor.name,
        won=won,
        move=None,
        arrived_at=None,
    )
    return _skipping(moved, event.freed)


def _skipping(routing: Routing, span: Span) -> Routing:
    return replace(routing, skipped=(*routing.skipped, span)[-SKIPPED_KEPT:])
