"""What doctors answer: claims and other times, of which the first wins; refusals; give-backs.

An answer names its round. One to a round that is over changes nothing; a claim of such a round is
denied, so that the doctor does not hold the time for ever. What is about a visit that is on the
move goes its own way (`moves`).
"""

from datetime import timedelta
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.admin_router.messages import (
    ClaimDenied,
    ClaimRequest,
    Event,
    RecordConfirmation,
    RecordDecline,
    RecordProposal,
    RequestClaimed,
    RequestConfirmed,
    ReturnRequest,
    TimesOffered,
)
from actors.admin_router.state import moves
from actors.admin_router.state import routing as routes
from actors.admin_router.state.clocks import walls_of
from actors.admin_router.state.kept import Router, Routing, Won
from actors.admin_router.state.move_ends import dropped
from actors.admin_router.state.places import triage, without_doctor
from actors.appointment import DoctorRef, Request, Span, Status
from actors.asked import Asked
from actors.doctor.messages import Closed

Answer: TypeAlias = (
    ClaimRequest | RecordProposal | RecordDecline | RecordConfirmation | ReturnRequest
)

UNAVAILABLE = "unavailable"
"""The reason noted for a suspended doctor."""


def take_answer(state: Router, command: Answer, asked: Asked) -> list[Event]:
    """Return what a doctor's answer changes: nothing when it crossed another change."""
    routing = state.find(command.appointment)
    match command:
        case ClaimRequest():
            return _claim(state, routing, command, asked)
        case RecordProposal():
            return _propose(state, routing, command, asked)
        case RecordDecline():
            return _decline(state, routing, command, asked)
        case RecordConfirmation():
            return _confirm(state, routing, command, asked)
        case ReturnRequest():
            return _take_back(state, routing, command, asked)
        case _:
            assert_never(command)


# --- a time, or several --------------------------------------------------------------------------


def _claim(
    state: Router, routing: Routing | None, claim: ClaimRequest, asked: Asked
) -> list[Event]:
    if routing is None:
        return [_denied(claim, Closed.TOO_LATE, asked)]
    about_move = moves.claim_for_move(state, routing, claim, asked)
    if about_move is not None:
        return about_move
    if routing.won_by(claim.doctor.id, claim.round):
        return []
    if not routing.asks(claim.doctor.id, claim.round):
        return [_not_to_be_had(routing, claim, asked)]
    if claim.start <= asked.at:
        return _too_late(state, routing, claim, asked)
    span = Span(claim.start, claim.end)
    return [claimed(routing, claim.doctor, claim.doctor_zone, span, asked)]


def _propose(
    state: Router, routing: Routing | None, proposal: RecordProposal, asked: Asked
) -> list[Event]:
    if routing is None:
        return [_denied(proposal, Closed.TOO_LATE, asked)]
    about_move = moves.propose_for_move(state, routing, proposal, asked)
    if about_move is not None:
        return about_move
    doctor = proposal.doctor
    if routing.offers_times_of(doctor.id, proposal.round):
        return []
    if not routing.asks(doctor.id, proposal.round):
        return [_not_to_be_had(routing, proposal, asked)]
    longest = timedelta(minutes=state.policy.proposal_minutes)
    last = max((each.start for each in proposal.spans), default=asked.at)
    until = min(proposal.until, asked.at + longest, last)
    if until <= asked.at:
        return _too_late(state, routing, proposal, asked)
    return [
        TimesOffered(
            appointment=proposal.appointment,
            patient=routing.request.patient,
            round=proposal.round,
            doctor=doctor,
            doctor_zone=proposal.doctor_zone,
            spans=proposal.spans,
            until=until,
            losers=tuple(each for each in routing.asked_ids if each != doctor.id),
            at=asked.at,
        )
    ]


def claimed(
    routing: Routing, doctor: DoctorRef, zone: str, span: Span, asked: Asked
) -> RequestClaimed:
    """Return that the request is *doctor*'s, at *span*; the others of the round have lost it."""
    return RequestClaimed(
        appointment=routing.request.appointment,
        round=routing.round,
        doctor=doctor,
        doctor_zone=zone,
        start=span.start,
        end=span.end,
        losers=tuple(each for each in routing.asked_ids if each != doctor.id),
        at=asked.at,
    )


def _too_late(
    state: Router, routing: Routing, claim: ClaimRequest | RecordProposal, asked: Asked
) -> list[Event]:
    """Return that the time has passed meanwhile, which counts as a refusal."""
    denied = _denied(claim, Closed.TOO_LATE, asked)
    given_up = routes.turned_down(state, routing, claim.doctor.id, Closed.TOO_LATE, asked)
    return [denied, *given_up]


def _not_to_be_had(
    routing: Routing, claim: ClaimRequest | RecordProposal, asked: Asked
) -> ClaimDenied:
    by_name = routing.won.doctor.name if routing.won and not routing.status.final else ""
    if routing.choice:
        by_name = routing.choice.doctor.name
    return _denied(claim, _why_not(routing), asked, by_name)


def _why_not(routing: Routing) -> Closed:
    match routing.status:
        case Status.CANCELLED:
            return Closed.WITHDRAWN
        case Status.DECLINED:
            return Closed.DECLINED
        case Status.EXPIRED:
            return Closed.EXPIRED
        case _ if routing.won or routing.choice:
            return Closed.TAKEN
        case _:
            return Closed(routing.closed_why or Closed.TOO_LATE)


def _denied(
    claim: ClaimRequest | RecordProposal, why: Closed, asked: Asked, by_name: str = ""
) -> ClaimDenied:
    doctor = claim.doctor.id
    return ClaimDenied(claim.appointment, claim.round, doctor, why.value, by_name, asked.at)


# --- no, yes, and not any more -------------------------------------------------------------------


def _decline(
    state: Router, routing: Routing | None, command: RecordDecline, asked: Asked
) -> list[Event]:
    if routing is None:
        return []
    about_move = moves.decline_for_move(state, routing, command, asked)
    if about_move is not None:
        return about_move
    if not routing.asks(command.doctor, command.round):
        return []
    return routes.turned_down(state, routing, command.doctor, command.reason, asked)


def _confirm(
    state: Router, routing: Routing | None, command: RecordConfirmation, asked: Asked
) -> list[Event]:
    if routing is None:
        return []
    about_move = moves.confirm_for_move(state, routing, command, asked)
    if about_move is not None:
        return about_move
    if not routing.won_by(command.doctor, command.round) or routing.won is None:
        return []
    if routing.status is not Status.ROUTED:
        return []
    patient, zone = routing.request.patient, command.doctor_zone
    return [
        RequestConfirmed(
            appointment=command.appointment,
            patient=patient,
            doctor=routing.won.doctor,
            doctor_zone=zone,
            start=command.start,
            end=command.end,
            at=asked.at,
            doctor_wall=walls_of(command.start, zone),
            patient_wall=walls_of(command.start, patient.zone),
            reminder_minutes=state.policy.reminder_minutes,
            left=routing.left_for(),
        )
    ]


def _take_back(
    state: Router, routing: Routing | None, command: ReturnRequest, asked: Asked
) -> list[Event]:
    if routing is None:
        return []
    about_move = moves.return_for_move(state, routing, command, asked)
    if about_move is not None:
        return about_move
    doctor, number = command.doctor, command.round
    if routing.asks(doctor, number):
        reason = command.reason or UNAVAILABLE
        return routes.turned_down(state, routing, doctor, reason, asked)
    if routing.offers_times_of(doctor, number) or routing.won_by(doctor, number):
        return _fallen_away(state, routing, command, asked)
    return []


def _fallen_away(
    state: Router, routing: Routing, command: ReturnRequest, asked: Asked
) -> list[Event]:
    """Return who is asked in place of a doctor who had taken it, or held times for it."""
    request = _still_wanted(routing, asked)
    if routes.is_too_late_for(request, asked.at):
        return [*dropped(state, routing, asked), routes.expired(routing, asked.at)]
    to_group = command.away or routing.choice is not None
    place = without_doctor(state, routing, command.doctor, asked.at) if to_group else triage(state)
    again = routes.rerouted(
        state,
        replace(routing, choice=None),
        place,
        asked,
        why="away" if command.away else "returned",
        note=command.reason,
        request=request,
    )
    return [*dropped(state, routing, asked), again]


def _still_wanted(routing: Routing, asked: Asked) -> Request:
    """Return what is asked for now: whenever, for a visit to come outside the times asked for."""
    won: Won | None = routing.won
    if won is None or won.start <= asked.at:
        return routing.request
    return routes.still_wanted(routing.request, asked.at)
