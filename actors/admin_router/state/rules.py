"""What may happen to a department and to the requests in it, and who may make it happen.

What comes by a durable send or a timer is never refused for being late.
"""

from typing import TypeAlias, assert_never

from actors.admin_router.messages import (
    AnswerDue,
    AskPatient,
    ClaimRequest,
    Command,
    DeclineForClinic,
    Event,
    NoteDoctor,
    PullBack,
    RecordChoice,
    RecordConfirmation,
    RecordDecline,
    RecordPatientAnswer,
    RecordProposal,
    RecordRefusal,
    RequestCommand,
    ReturnRequest,
    RouteRequest,
    RouteToDoctor,
    RouteToGroup,
    SetupCommand,
    SetUrgency,
    VisitCommand,
    WindowsOver,
    WithdrawRequest,
    address_of,
)
from actors.admin_router.state import routing as routes
from actors.admin_router.state.answers import Answer, take_answer
from actors.admin_router.state.kept import Router, Routing
from actors.admin_router.state.moves import decide_visit
from actors.admin_router.state.patients import lapsed, take_word
from actors.admin_router.state.places import next_place
from actors.admin_router.state.setup import note_doctor, set_up
from actors.admin_router.state.triage import choose
from actors.asked import Asked
from actors.caller import is_actor, is_staff
from actors.doctor import messages as doctor_room
from actors.doctor.messages import Closed
from actors.ids import DoctorId
from actors.refusal import NotAllowed

ByTimer: TypeAlias = AnswerDue | WindowsOver


def decide(state: Router, command: Command, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    if isinstance(command, VisitCommand):
        return decide_visit(state, command, asked)
    if isinstance(command, SetupCommand):
        return _decide_setup(state, command, asked)
    return _decide_request(state, command, asked)


def _only(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed


def _decide_setup(state: Router, command: SetupCommand, asked: Asked) -> list[Event]:
    if isinstance(command, NoteDoctor):
        doctor = command.facts.doctor.id
        _only(is_actor(asked.caller, doctor_room.address_of(doctor)))
        return note_doctor(state, command, asked)
    _only(is_staff(asked.caller))
    return set_up(state, command, asked)


def _decide_request(state: Router, command: RequestCommand, asked: Asked) -> list[Event]:
    match command:
        case (
            RouteToDoctor()
            | RouteToGroup()
            | PullBack()
            | SetUrgency()
            | AskPatient()
            | DeclineForClinic()
        ):
            _only(is_staff(asked.caller))
            return choose(state, command, asked)
        case (
            ClaimRequest()
            | RecordProposal()
            | RecordDecline()
            | RecordConfirmation()
            | ReturnRequest()
        ):
            _only(is_actor(asked.caller, doctor_room.address_of(_speaker(command))))
            return take_answer(state, command, asked)
        case (
            RouteRequest()
            | WithdrawRequest()
            | RecordChoice()
            | RecordRefusal()
            | RecordPatientAnswer()
        ):
            return take_word(state, command, asked)
        case AnswerDue() | WindowsOver():
            _only(is_actor(asked.caller, address_of(state.id)))
            return _by_timer(state, command, asked)
        case _:
            assert_never(command)


def _speaker(command: Answer) -> DoctorId:
    match command:
        case ClaimRequest(doctor=doctor) | RecordProposal(doctor=doctor):
            return doctor.id
        case _:
            return command.doctor


def _by_timer(state: Router, command: ByTimer, asked: Asked) -> list[Event]:
    routing = state.find(command.appointment)
    if routing is None or not routing.is_open:
        return []
    match command:
        case WindowsOver(last_chance=said):
            last = routing.request.last_chance
            over = routing.waits and last is not None and said in {None, last}
            return [routes.expired(routing, asked.at)] if over else []
        case AnswerDue(round=number):
            return _answer_due(state, routing, asked) if number == routing.round else []
        case _:
            assert_never(command)


def _answer_due(state: Router, routing: Routing, asked: Asked) -> list[Event]:
    """Climb; where there is nobody above, stay with a new deadline: somebody is always to blame."""
    if routing.choice:
        return [lapsed(state, routing, asked)]
    if routes.is_too_late_for(routing.request, asked.at):
        return [routes.expired(routing, asked.at)]
    place, late = next_place(state, routing, asked.at), Closed.TOO_LATE
    return [routes.rerouted(state, routing, place, asked, why="deadline", close_why=late)]
