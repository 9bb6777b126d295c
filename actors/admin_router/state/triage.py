"""What administrators choose for a request that nobody has taken yet."""

from typing import TypeAlias, assert_never

from actors.admin_router.messages import (
    DeclineForClinic,
    Event,
    PullBack,
    RequestDeclined,
    RouteToDoctor,
    RouteToGroup,
)
from actors.admin_router.state import routing as routes
from actors.admin_router.state.kept import Place, Router, Routing
from actors.appointment import Stage
from actors.asked import Asked
from actors.doctor.messages import Closed
from actors.ids import GroupId
from actors.refusal import Invalid, NotFound, Refusal, required_text

LONGEST_REASON = 500
LONGEST_NAME = 200

Choice: TypeAlias = RouteToDoctor | RouteToGroup | PullBack | DeclineForClinic


class RequestOver(Refusal):
    """This request is over already."""

    code = "request_over"


class RequestTaken(Refusal):
    """A doctor has taken this request already."""

    code = "request_taken"


class NotOut(Refusal):
    """This request is in triage already."""

    code = "not_out"


class EmptyGroup(Refusal):
    """There is no doctor in this group who could be asked."""

    code = "empty_group"


def choose(state: Router, command: Choice, asked: Asked) -> list[Event]:
    """Return what an administrator's *command* makes of the request, or say why it can't."""
    routing = _waiting(state, command)
    match command:
        case RouteToDoctor(doctor=doctor):
            required_text("doctor", doctor.id, LONGEST_NAME)
            required_text("doctor", doctor.name, LONGEST_NAME)
            return [_moved(state, routing, routes.to_doctor(doctor), "chosen", asked)]
        case RouteToGroup(group=group):
            return [_moved(state, routing, _group(state, group), "chosen", asked)]
        case PullBack():
            if routing.stage is Stage.TRIAGE:
                raise NotOut
            return [_moved(state, routing, routes.triage(state), "pulled_back", asked)]
        case DeclineForClinic(appointment, reason):
            said = required_text("reason", reason, LONGEST_REASON)
            patient = routing.request.patient
            number, closed = routing.round, routing.asked_ids
            return [RequestDeclined(appointment, patient, number, closed, said, asked.at)]
        case _:
            assert_never(command)


def _waiting(state: Router, command: Choice) -> Routing:
    routing = state.find(command.appointment)
    if routing is None:
        raise NotFound
    if routing.status.final:
        raise RequestOver
    if not routing.waits:
        raise RequestTaken
    return routing


def _group(state: Router, group: GroupId) -> Place:
    if group not in state.groups:
        raise Invalid(fields={"group": "There is no such group in this department."})
    place = routes.to_group(state, group)
    if place is None:
        raise EmptyGroup
    return place


def _moved(state: Router, routing: Routing, place: Place, why: str, asked: Asked) -> Event:
    back = Closed.PULLED_BACK
    return routes.rerouted(state, routing, place, asked.at, why=why, close_why=back)
