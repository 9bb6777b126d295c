"""What may happen to a department and to the requests in it, and who may make it happen.

What comes by a durable send or a timer is never refused for being late.
"""

from typing import TypeAlias, assert_never

from actors.admin_router.messages import (
    AnswerDue,
    ClaimRequest,
    Command,
    DeclineForClinic,
    Event,
    OpenDepartment,
    PullBack,
    RecordConfirmation,
    RecordDecline,
    RemoveCategory,
    RequestWithdrawn,
    ReturnRequest,
    RouteRequest,
    RouteToDoctor,
    RouteToGroup,
    SetCategory,
    SetDeadlines,
    SetGroup,
    WindowsOver,
    WithdrawRequest,
    address_of,
)
from actors.admin_router.state import routing as routes
from actors.admin_router.state.answers import Answer, take_answer
from actors.admin_router.state.kept import Router, Routing
from actors.admin_router.state.setup import set_up
from actors.admin_router.state.triage import choose
from actors.appointment import Status
from actors.asked import Asked
from actors.caller import Role, is_actor, is_staff
from actors.doctor import messages as doctor_room
from actors.doctor.messages import Closed
from actors.ids import DoctorId
from actors.patient import messages as patient_room
from actors.refusal import NotAllowed

ByPatient: TypeAlias = RouteRequest | WithdrawRequest
ByTimer: TypeAlias = AnswerDue | WindowsOver


def decide(state: Router, command: Command, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case OpenDepartment() | SetCategory() | RemoveCategory() | SetGroup() | SetDeadlines():
            _only(is_staff(asked.caller))
            return set_up(state, command, asked)
        case RouteToDoctor() | RouteToGroup() | PullBack() | DeclineForClinic():
            _only(is_staff(asked.caller))
            return choose(state, command, asked)
        case ClaimRequest() | RecordDecline() | RecordConfirmation() | ReturnRequest():
            _only(is_actor(asked.caller, doctor_room.address_of(_speaker(command))))
            return take_answer(state, command, asked)
        case RouteRequest() | WithdrawRequest():
            return _by_patient(state, command, asked)
        case AnswerDue() | WindowsOver():
            _only(is_actor(asked.caller, address_of(state.id)))
            return _by_timer(state, command, asked)
        case _:
            assert_never(command)


def _only(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed


def _speaker(command: Answer) -> DoctorId:
    return command.doctor.id if isinstance(command, ClaimRequest) else command.doctor


def _by_patient(state: Router, command: ByPatient, asked: Asked) -> list[Event]:
    match command:
        case RouteRequest(request):
            _only(is_actor(asked.caller, patient_room.address_of(request.patient.id)))
            if state.find(request.appointment):
                return []
            place = routes.first_place(state, request)
            return [routes.first_routed(state, request, place, asked.at)]
        case WithdrawRequest(appointment, reason):
            _only(asked.caller.role is Role.ACTOR)
            routing = state.find(appointment)
            if routing is None or routing.status is Status.CANCELLED:
                return []
            _only(is_actor(asked.caller, patient_room.address_of(routing.request.patient.id)))
            return [_withdrawn(routing, reason, asked)]
        case _:
            assert_never(command)


def _withdrawn(routing: Routing, reason: str, asked: Asked) -> RequestWithdrawn:
    """Return that the patient has the last word, even over an end that it crossed."""
    return RequestWithdrawn(
        appointment=routing.request.appointment,
        round=routing.round,
        closed=routing.asked_ids,
        winner=routing.won.doctor.id if routing.won and not routing.status.final else None,
        reason=reason,
        at=asked.at,
    )


def _by_timer(state: Router, command: ByTimer, asked: Asked) -> list[Event]:
    routing = state.find(command.appointment)
    if routing is None or not routing.waits:
        return []
    match command:
        case WindowsOver():
            return [routes.expired(routing, asked.at)]
        case AnswerDue(round=number):
            return _answer_due(state, routing, asked) if number == routing.round else []
        case _:
            assert_never(command)


def _answer_due(state: Router, routing: Routing, asked: Asked) -> list[Event]:
    """Climb; in triage, stay there with a new deadline, so that somebody is always to blame."""
    if routes.is_too_late_for(routing.request, asked.at):
        return [routes.expired(routing, asked.at)]
    place = routes.next_place(state, routing)
    late = Closed.TOO_LATE
    return [routes.rerouted(state, routing, place, asked.at, why="deadline", close_why=late)]
