"""What doctors and patients answer about a visit that is on the move.

Each returns None when the answer is not about a move, which is most often the case.
"""

from datetime import datetime

from actors.admin_router.messages import (
    ClaimDenied,
    ClaimRequest,
    Event,
    MoveCause,
    MoveHeld,
    MoveTaken,
    MoveWished,
    RecordChoice,
    RecordConfirmation,
    RecordDecline,
    RecordProposal,
    RecordRefusal,
    ReturnRequest,
    VisitMoved,
)
from actors.admin_router.state.clocks import walls_of
from actors.admin_router.state.kept import Move, Router, Routing, Won
from actors.admin_router.state.move_ends import (
    LAPSED,
    REFUSED,
    RETURNED,
    TIME_TAKEN,
    UNAVAILABLE,
    ended,
    is_choice,
)
from actors.admin_router.state.moved import evolve_visit
from actors.admin_router.state.progress import still_there
from actors.admin_router.state.waitlist import offer_freed
from actors.appointment import Span, Status
from actors.asked import Asked
from actors.doctor.messages import Closed
from actors.ids import DoctorId

GRANTED_AT_ONCE = frozenset({MoveCause.PATIENT, MoveCause.REASSIGNED})


def _move(routing: Routing | None, number: int, doctor: DoctorId | None = None) -> Move | None:
    """Return the move *number* (of *doctor*) if it is on its way."""
    move = routing.move if routing and routing.status.stands else None
    if move is None or move.round != number:
        return None
    return move if doctor is None or move.doctor.id == doctor else None


def _move_elsewhere(
    routing: Routing | None, number: int, doctor: DoctorId | None = None
) -> Move | None:
    """Return the same, but not a doctor's own proposal, which has the number of the visit."""
    move = _move(routing, number, doctor)
    return None if move is None or move.cause is MoveCause.PROPOSED else move


def claim_for_move(
    state: Router, routing: Routing | None, claim: ClaimRequest, asked: Asked
) -> list[Event] | None:
    """Return what a claim of a move's time changes; None when it is not about a move."""
    move = _move_elsewhere(routing, claim.round, claim.doctor.id)
    if routing is None or move is None:
        return None
    if move.held:
        return []
    if claim.start <= asked.at:
        return ended(state, routing, move, TIME_TAKEN, asked)
    if move.cause is MoveCause.EARLIER and move.until <= asked.at:
        return ended(state, routing, move, LAPSED, asked)
    return [
        MoveHeld(
            appointment=claim.appointment,
            patient=routing.request.patient,
            round=move.round,
            doctor=claim.doctor,
            doctor_zone=claim.doctor_zone,
            spans=(Span(claim.start, claim.end),),
            cause=move.cause,
            grant=move.cause in GRANTED_AT_ONCE,
            until=move.until,
            at=asked.at,
        )
    ]


def propose_for_move(
    state: Router,  # noqa: ARG001 - as its neighbours
    routing: Routing | None,
    proposal: RecordProposal,
    asked: Asked,
) -> list[Event] | None:
    """Return what other times for a visit that stands change; None when it does not stand."""
    doctor = proposal.doctor.id
    if routing is None or not routing.status.stands or not routing.won_by(doctor, proposal.round):
        return None
    until = _until(routing, proposal)
    if not _may_be_offered(routing) or until is None or until <= asked.at:
        late, at = Closed.TOO_LATE.value, asked.at
        return [ClaimDenied(proposal.appointment, proposal.round, doctor, late, "", at)]
    return [
        MoveHeld(
            appointment=proposal.appointment,
            patient=routing.request.patient,
            round=proposal.round,
            doctor=proposal.doctor,
            doctor_zone=proposal.doctor_zone,
            spans=proposal.spans,
            cause=MoveCause.PROPOSED,
            grant=False,
            until=until,
            at=asked.at,
        )
    ]


def _until(routing: Routing, proposal: RecordProposal) -> datetime | None:
    """Return until when the patient can choose: before the visit begins, while a time is left."""
    if routing.won is None or not proposal.spans:
        return None
    last = max(each.start for each in proposal.spans)
    return min(proposal.until, routing.won.start, last)


def _may_be_offered(routing: Routing) -> bool:
    """Return whether other times may be offered; a second proposal takes the first one's place."""
    move = routing.move
    free = move is None or (move.cause is MoveCause.PROPOSED and not move.granted)
    return free and routing.status is Status.CONFIRMED


def decline_for_move(
    state: Router, routing: Routing | None, command: RecordDecline, asked: Asked
) -> list[Event] | None:
    """Return what a doctor's refusal of a move changes; None when it is not about a move."""
    move = _move_elsewhere(routing, command.round, command.doctor)
    if routing is None or move is None:
        return None
    why = TIME_TAKEN if command.reason == TIME_TAKEN else UNAVAILABLE
    return ended(state, routing, move, why, asked, close=False)


def return_for_move(
    state: Router, routing: Routing | None, command: ReturnRequest, asked: Asked
) -> list[Event] | None:
    """Return what follows when a move's doctor falls away; None when it is not about a move.

    Who proposed other times gives the visit itself back.
    """
    move = _move_elsewhere(routing, command.round, command.doctor)
    if routing is None or move is None:
        return None
    return ended(state, routing, move, RETURNED, asked, close=False)


def confirm_for_move(
    state: Router, routing: Routing | None, command: RecordConfirmation, asked: Asked
) -> list[Event] | None:
    """Return what follows when the new time stands; None when it is not about a move."""
    move = _move(routing, command.round, command.doctor)
    if routing is None or move is None or not move.granted or routing.won is None:
        return None
    moved = _moved(state, routing, (routing.won, move), command, asked)
    after, left = evolve_visit(state, moved), routing.won.doctor
    freed = offer_freed(after, moved.freed, left, asked, without=command.appointment)
    return [moved, *still_there(routing, moved), *freed]


def _moved(
    state: Router,
    routing: Routing,
    from_to: tuple[Won, Move],
    command: RecordConfirmation,
    asked: Asked,
) -> VisitMoved:
    old, move = from_to
    patient, zone = routing.request.patient, command.doctor_zone
    return VisitMoved(
        appointment=command.appointment,
        patient=patient,
        round=move.round,
        doctor=move.doctor,
        doctor_zone=zone,
        start=command.start,
        end=command.end,
        old_doctor=old.doctor.id,
        old_round=routing.round,
        freed=Span(old.start, old.end),
        cause=move.cause,
        number=move.number,
        doctor_wall=walls_of(command.start, zone),
        patient_wall=walls_of(command.start, patient.zone),
        reminder_minutes=state.policy.reminder_minutes,
        at=asked.at,
    )


def choose_for_move(
    state: Router, routing: Routing | None, choice: RecordChoice, asked: Asked
) -> list[Event] | None:
    """Return what follows when the patient takes a move's time; None when it is none."""
    move = _move(routing, choice.round)
    if routing is None or move is None or not is_choice(move):
        return None
    if move.granted or all(each.start != choice.start for each in move.spans):
        return []
    if choice.start <= asked.at:
        return ended(state, routing, move, LAPSED, asked)
    doctor = move.doctor.id
    return [MoveTaken(choice.appointment, move.round, doctor, choice.start, asked.at)]


def refuse_for_move(
    state: Router, routing: Routing | None, refusal: RecordRefusal, asked: Asked
) -> list[Event] | None:
    """Return what follows when the patient takes no time of a move; None when it is none.

    The doctor who proposed them reads what would suit.
    """
    move = _move(routing, refusal.round)
    if routing is None or move is None or not is_choice(move):
        return None
    if move.granted:
        return []
    refused = ended(state, routing, move, REFUSED, asked)
    says_more = move.cause is MoveCause.PROPOSED and (refusal.windows or refusal.note)
    return [*refused, *([_wish(routing, move, refusal, asked)] if says_more else [])]


def _wish(routing: Routing, move: Move, refusal: RecordRefusal, asked: Asked) -> MoveWished:
    return MoveWished(
        appointment=refusal.appointment,
        doctor=move.doctor.id,
        round=routing.round,
        windows=refusal.windows,
        note=refusal.note,
        at=asked.at,
    )
