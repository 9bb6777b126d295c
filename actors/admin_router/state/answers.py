"""What doctors answer: claims, of which the first one wins, refusals, and what they give back.

An answer names its round. One to a round that is over changes nothing; a claim of such a round is
denied, so that the doctor does not hold the time for ever.
"""

from typing import TypeAlias, assert_never

from actors.admin_router.messages import (
    ClaimDenied,
    ClaimRequest,
    Event,
    RecordConfirmation,
    RecordDecline,
    RequestClaimed,
    RequestConfirmed,
    ReturnRequest,
)
from actors.admin_router.state import routing as routes
from actors.admin_router.state.kept import Router, Routing
from actors.appointment import Status
from actors.asked import Asked
from actors.doctor.messages import Closed

Answer: TypeAlias = ClaimRequest | RecordDecline | RecordConfirmation | ReturnRequest

UNAVAILABLE = "unavailable"
"""The reason noted for a suspended doctor."""


def take_answer(state: Router, command: Answer, asked: Asked) -> list[Event]:
    """Return what a doctor's answer changes: nothing when it crossed another change."""
    routing = state.find(command.appointment)
    match command:
        case ClaimRequest():
            return _claim(state, routing, command, asked)
        case RecordDecline(_, number, doctor, reason):
            if routing is None or not routing.asks(doctor, number):
                return []
            return routes.turned_down(state, routing, doctor, reason, asked.at)
        case RecordConfirmation():
            return _confirm(routing, command, asked)
        case ReturnRequest():
            return _take_back(state, routing, command, asked)
        case _:
            assert_never(command)


def _claim(
    state: Router, routing: Routing | None, claim: ClaimRequest, asked: Asked
) -> list[Event]:
    if routing is None:
        return [_denied(claim, Closed.TOO_LATE, asked)]
    if routing.won_by(claim.doctor.id, claim.round):
        return []
    if not routing.asks(claim.doctor.id, claim.round):
        by_name = routing.won.doctor.name if routing.won and not routing.status.final else ""
        return [_denied(claim, _why_not(routing), asked, by_name)]
    if claim.start <= asked.at:
        denied = _denied(claim, Closed.TOO_LATE, asked)
        given_up = routes.turned_down(state, routing, claim.doctor.id, Closed.TOO_LATE, asked.at)
        return [denied, *given_up]
    return [_claimed(routing, claim, asked)]


def _claimed(routing: Routing, claim: ClaimRequest, asked: Asked) -> RequestClaimed:
    return RequestClaimed(
        appointment=claim.appointment,
        round=claim.round,
        doctor=claim.doctor,
        doctor_zone=claim.doctor_zone,
        start=claim.start,
        end=claim.end,
        losers=tuple(each for each in routing.asked_ids if each != claim.doctor.id),
        at=asked.at,
    )


def _why_not(routing: Routing) -> Closed:
    match routing.status:
        case Status.CANCELLED:
            return Closed.WITHDRAWN
        case Status.DECLINED:
            return Closed.DECLINED
        case Status.EXPIRED:
            return Closed.EXPIRED
        case _ if routing.won:
            return Closed.TAKEN
        case _:
            return Closed(routing.closed_why or Closed.TOO_LATE)


def _denied(claim: ClaimRequest, why: Closed, asked: Asked, by_name: str = "") -> ClaimDenied:
    doctor = claim.doctor.id
    return ClaimDenied(claim.appointment, claim.round, doctor, why.value, by_name, asked.at)


def _confirm(routing: Routing | None, command: RecordConfirmation, asked: Asked) -> list[Event]:
    if routing is None or not routing.won_by(command.doctor, command.round):
        return []
    if routing.status is Status.CONFIRMED or routing.won is None:
        return []
    return [
        RequestConfirmed(
            appointment=command.appointment,
            patient=routing.request.patient,
            doctor=routing.won.doctor,
            doctor_zone=command.doctor_zone,
            start=command.start,
            end=command.end,
            at=asked.at,
        )
    ]


def _take_back(
    state: Router, routing: Routing | None, command: ReturnRequest, asked: Asked
) -> list[Event]:
    if routing is None:
        return []
    if routing.asks(command.doctor, command.round):
        return routes.turned_down(state, routing, command.doctor, UNAVAILABLE, asked.at)
    if not routing.won_by(command.doctor, command.round):
        return []
    if routes.is_too_late_for(routing.request, asked.at):
        return [routes.expired(routing, asked.at)]
    return [routes.rerouted(state, routing, routes.triage(state), asked.at, why="returned")]
