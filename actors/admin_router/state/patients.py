"""What comes from patients: requests, choices among held times, answers to triage, withdrawals.

All of it by durable send, so nothing is refused for being late or crossing another change.
"""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.admin_router.messages import (
    Event,
    PatientAnswered,
    RecordChoice,
    RecordPatientAnswer,
    RecordRefusal,
    RouteRequest,
    WithdrawRequest,
)
from actors.admin_router.state import moves
from actors.admin_router.state import routing as routes
from actors.admin_router.state.answers import claimed
from actors.admin_router.state.endings import withdraw
from actors.admin_router.state.kept import Choice, Router, Routing
from actors.admin_router.state.places import first_place, to_doctor, triage
from actors.appointment import Request, Span
from actors.asked import Asked
from actors.caller import Role, is_actor
from actors.doctor.messages import Closed
from actors.patient import messages as patient_room
from actors.refusal import NotAllowed

About: TypeAlias = RecordChoice | RecordRefusal | RecordPatientAnswer | WithdrawRequest
ByPatient: TypeAlias = RouteRequest | About


def take_word(state: Router, command: ByPatient, asked: Asked) -> list[Event]:
    """Return what a patient's word changes, if it is that patient's."""
    if isinstance(command, RouteRequest):
        return _route(state, command.request, asked)
    if asked.caller.role is not Role.ACTOR:
        raise NotAllowed
    routing = state.find(command.appointment)
    if routing is None:
        return []
    _only_own(routing.request, asked)
    match command:
        case RecordChoice():
            return _choose(state, routing, command, asked)
        case RecordRefusal():
            return _refuse(state, routing, command, asked)
        case RecordPatientAnswer(appointment, text):
            waits = any(not each.answer for each in routing.questions)
            return [PatientAnswered(appointment, text, asked.at)] if waits else []
        case WithdrawRequest(_, reason):
            return withdraw(state, routing, reason, asked)
        case _:
            assert_never(command)


def _only_own(request: Request, asked: Asked) -> None:
    if not is_actor(asked.caller, patient_room.address_of(request.patient.id)):
        raise NotAllowed


def _route(state: Router, request: Request, asked: Asked) -> list[Event]:
    _only_own(request, asked)
    if state.find(request.appointment):
        return []
    known = routes.enriched(state, request)
    place = first_place(state, known, asked.at)
    return [routes.first_routed(state, known, place, asked)]


# --- times that a doctor holds -------------------------------------------------------------------


def _choose(state: Router, routing: Routing, command: RecordChoice, asked: Asked) -> list[Event]:
    about_move = moves.choose_for_move(state, routing, command, asked)
    if about_move is not None:
        return about_move
    choice = _choice(routing, command.round)
    span = _span(choice, command) if choice else None
    if choice is None or span is None:
        return []
    if span.start <= asked.at:
        return [lapsed(state, routing, asked)]
    return [claimed(routing, choice.doctor, choice.doctor_zone, span, asked)]


def _choice(routing: Routing, number: int) -> Choice | None:
    return routing.choice if routing.round == number and routing.is_open else None


def _span(choice: Choice, command: RecordChoice) -> Span | None:
    return next((each for each in choice.spans if each.start == command.start), None)


def lapsed(state: Router, routing: Routing, asked: Asked) -> Event:
    """Return that the patient has not chosen in time: triage has it, unless all time is over."""
    if routes.is_too_late_for(routing.request, asked.at):
        return routes.expired(routing, asked.at)
    late = Closed.LAPSED
    return routes.rerouted(state, routing, triage(state), asked, why="lapsed", close_why=late)


def _refuse(state: Router, routing: Routing, command: RecordRefusal, asked: Asked) -> list[Event]:
    """Ask the same doctor again, for what would suit the patient better."""
    about_move = moves.refuse_for_move(state, routing, command, asked)
    if about_move is not None:
        return about_move
    choice = _choice(routing, command.round)
    if choice is None:
        return []
    other = replace(routing.request, windows=command.windows, picked=None)
    again = routes.rerouted(
        state,
        routing,
        to_doctor(choice.doctor, routing.because),
        asked,
        why="refused",
        close_why=Closed.REFUSED,
        note=command.note,
        request=routes.still_wanted(other, asked.at),
    )
    return [again]
