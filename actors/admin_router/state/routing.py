"""Where a request goes next, and by when it has to be answered there."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from actors.admin_router.messages import (
    Deadlines,
    Event,
    OfferDeclined,
    RequestExpired,
    RequestRouted,
)
from actors.admin_router.state.kept import Place, Router, Routing
from actors.appointment import DoctorRef, GroupRef, Request, Stage, Urgency
from actors.ids import DoctorId, GroupId


def triage(state: Router) -> Place:
    """Return the department's administrators."""
    return Place(Stage.TRIAGE, state.name or state.id)


def to_doctor(doctor: DoctorRef) -> Place:
    """Return *doctor* alone."""
    return Place(Stage.DOCTOR, doctor.name, (doctor,))


def to_group(state: Router, group: GroupId, without: tuple[DoctorId, ...] = ()) -> Place | None:
    """Return the members of *group*, or None when there is nobody (left) to ask."""
    found = state.groups.get(group)
    members = tuple(each for each in found.members if each.id not in without) if found else ()
    if not found or not members:
        return None
    return Place(Stage.GROUP, found.name, members, GroupRef(found.id, found.name))


def first_place(state: Router, request: Request) -> Place:
    """Return the group of the request's category, or triage when there is none."""
    group = _group_for(state, request)
    return (to_group(state, group) if group else None) or triage(state)


def next_place(state: Router, routing: Routing) -> Place:
    """Return whom a request climbs to when nobody answered: doctor, group, triage."""
    group = _group_for(state, routing.request)
    if routing.stage is not Stage.DOCTOR or group is None or group in routing.groups:
        return triage(state)
    declined = tuple(each.doctor.id for each in routing.declined)
    return to_group(state, group, without=declined) or triage(state)


def _group_for(state: Router, request: Request) -> GroupId | None:
    category = state.categories.get(request.category)
    return category.group if category else None


def time_to_answer(deadlines: Deadlines, urgency: Urgency, stage: Stage) -> timedelta:
    """Return how long *stage* has to answer a request of *urgency*."""
    minutes = deadlines.of(urgency)
    match stage:
        case Stage.DOCTOR:
            return timedelta(minutes=minutes.doctor)
        case Stage.GROUP:
            return timedelta(minutes=minutes.group)
        case Stage.TRIAGE:
            return timedelta(minutes=minutes.triage)


def first_routed(state: Router, request: Request, place: Place, now: datetime) -> RequestRouted:
    """Return that *request* goes to *place*: its first event."""
    due = now + time_to_answer(state.deadlines, request.urgency, place.stage)
    return RequestRouted(
        appointment=request.appointment,
        request=request,
        round=1,
        stage=place.stage,
        with_name=place.name,
        doctors=place.doctors,
        group=place.group,
        answer_by=min(due, request.last_chance or due),
        why="first",
        closed=(),
        close_why="",
        at=now,
    )


def rerouted(
    state: Router,
    routing: Routing,
    place: Place,
    now: datetime,
    *,
    why: str,
    close_why: str = "",
) -> RequestRouted:
    """Return that it goes to *place* now; every offer of the round before ends with that."""
    return replace(
        first_routed(state, routing.request, place, now),
        round=routing.round + 1,
        why=why,
        closed=routing.asked_ids,
        close_why=close_why if routing.asked else "",
    )


def turned_down(
    state: Router, routing: Routing, doctor: DoctorId, reason: str, now: datetime
) -> list[Event]:
    """Return that *doctor* can't; when nobody else is left to answer, triage has it."""
    declined = OfferDeclined(routing.request.appointment, routing.round, doctor, reason, now)
    if any(each != doctor for each in routing.asked_ids):
        return [declined]
    nobody_asked = replace(routing, asked=())
    return [declined, rerouted(state, nobody_asked, triage(state), now, why="declined")]


def is_too_late_for(request: Request, now: datetime) -> bool:
    """Return whether no asked-for time is left."""
    return request.last_chance is not None and request.last_chance <= now


def expired(routing: Routing, now: datetime) -> RequestExpired:
    """Return that the last asked-for time passed."""
    request = routing.request
    return RequestExpired(
        request.appointment, request.patient, routing.round, routing.asked_ids, now
    )
