"""What administrators choose for a request that has no doctor and time yet.

Only declining goes further: the clinic also cancels visits that have not begun.
"""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.admin_router.messages import (
    AskPatient,
    Because,
    DeclineForClinic,
    Event,
    PatientAsked,
    PullBack,
    Reason,
    RequestRouted,
    RouteToDoctor,
    RouteToGroup,
    SetUrgency,
    UrgencySet,
)
from actors.admin_router.state import routing as routes
from actors.admin_router.state.endings import RequestTaken, decline
from actors.admin_router.state.kept import Place, Router, Routing
from actors.admin_router.state.places import chosen_group, to_doctor, triage
from actors.appointment import GroupRef, Stage, Urgency
from actors.asked import Asked
from actors.caller import by
from actors.doctor.messages import Closed
from actors.ids import GroupId
from actors.refusal import Invalid, NotFound, Refusal, required_text

LONGEST_QUESTION = 1000
LONGEST_NAME = 200
MOST_QUESTIONS = 20

Decision: TypeAlias = (
    RouteToDoctor | RouteToGroup | PullBack | SetUrgency | AskPatient | DeclineForClinic
)


class RequestOver(Refusal):
    """This request is over already."""

    code = "request_over"


class NotOut(Refusal):
    """This request is in triage already."""

    code = "not_out"


class EmptyGroup(Refusal):
    """There is no doctor in this group who could be asked."""

    code = "empty_group"


class TooManyQuestions(Refusal):
    """So much was asked already: please decide with what is known."""

    code = "too_many_questions"


def choose(state: Router, command: Decision, asked: Asked) -> list[Event]:
    """Return what an administrator's *command* makes of the request, or say why it can't."""
    routing = _open(state, command)
    match command:
        case RouteToDoctor(doctor=doctor):
            required_text("doctor", doctor.id, LONGEST_NAME)
            required_text("doctor", doctor.name, LONGEST_NAME)
            place = to_doctor(doctor, Because(Reason.CHOSEN))
            return [_moved(state, routing, place, "chosen", asked)]
        case RouteToGroup(group=group):
            return [_moved(state, routing, _group(state, routing, group, asked), "chosen", asked)]
        case PullBack():
            if routing.stage is Stage.TRIAGE:
                raise NotOut
            return [_moved(state, routing, triage(state), "pulled_back", asked)]
        case SetUrgency(urgency=urgency):
            return _set_urgency(state, routing, urgency, asked)
        case AskPatient(text=text):
            return [_asked(routing, text, asked)]
        case DeclineForClinic(reason=reason):
            return decline(state, routing, reason, asked)
        case _:
            assert_never(command)


def _open(state: Router, command: Decision) -> Routing:
    """Return the request that is not over, and (but to be declined) without a time."""
    routing = state.find(command.appointment)
    if routing is None:
        raise NotFound
    if routing.status.final:
        raise RequestOver
    if not routing.is_open and not isinstance(command, DeclineForClinic):
        raise RequestTaken
    return routing


def _group(state: Router, routing: Routing, group: GroupId, asked: Asked) -> Place:
    if group not in state.groups:
        raise Invalid(fields={"group": "There is no such group in this department."})
    place = chosen_group(state, routing, group, asked.at)
    if place is None:
        raise EmptyGroup
    return place


def _moved(state: Router, routing: Routing, place: Place, why: str, asked: Asked) -> Event:
    """Return that it goes to *place*; times that a doctor held for the patient are let go."""
    request = routing.request
    if routing.choice:
        request = routes.still_wanted(request, asked.at)
    back = Closed.PULLED_BACK
    return routes.rerouted(state, routing, place, asked, why=why, close_why=back, request=request)


def _set_urgency(state: Router, routing: Routing, urgency: Urgency, asked: Asked) -> list[Event]:
    """Set the deadline anew by asking the same again; a patient who is to choose keeps theirs."""
    if urgency is routing.request.urgency:
        return []
    request = replace(routing.request, urgency=urgency)
    if routing.choice:
        return [_urgency(urgency, routing, asked)]
    again = routes.rerouted(
        state,
        routing,
        _same_place(state, routing),
        asked,
        why="urgency",
        close_why=Closed.PULLED_BACK,
        request=request,
    )
    return [_urgency(urgency, again, asked), again]


def _same_place(state: Router, routing: Routing) -> Place:
    group = state.groups.get(routing.groups[-1]) if routing.stage is Stage.GROUP else None
    named = GroupRef(group.id, group.name) if group else None
    name, because = routing.with_name, routing.because
    booked = routing.book, routing.freed
    return Place(routing.stage, name, routing.asked, named, because, *booked)


def _urgency(urgency: Urgency, routed: Routing | RequestRouted, asked: Asked) -> UrgencySet:
    return UrgencySet(
        appointment=routed.request.appointment,
        urgency=urgency,
        round=routed.round,
        answer_by=routed.answer_by,
        by=by(asked.caller),
        at=asked.at,
    )


def _asked(routing: Routing, text: str, asked: Asked) -> PatientAsked:
    said = required_text("text", text, LONGEST_QUESTION)
    if len(routing.questions) >= MOST_QUESTIONS:
        raise TooManyQuestions
    request = routing.request
    return PatientAsked(request.appointment, request.patient, said, by(asked.caller), asked.at)
