"""How a request gets from one place to the next, and by when it has to be answered there."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from actors.admin_router.messages import (
    Deadlines,
    Declined,
    Event,
    OfferDeclined,
    RequestExpired,
    RequestRouted,
)
from actors.admin_router.state.kept import Place, Router, Routing, team_of
from actors.admin_router.state.matching import serves
from actors.admin_router.state.places import after_decline
from actors.admin_router.state.timeline import who
from actors.appointment import Request, Stage, Urgency
from actors.asked import Asked
from actors.ids import DoctorId
from actors.intake import red_flags

TIME_TAKEN = "time_taken"
"""Why a doctor's diary declines a booking: somebody was faster."""


def enriched(state: Router, request: Request) -> Request:
    """Return *request* with what only the department knows: its kind of visit, its red flags.

    A time that was picked of a doctor who does not see such patients is a wish for that time.
    """
    category = state.categories.get(request.category)
    flags = red_flags(category.questions, request.answers) if category else ()
    return replace(
        request,
        visit=state.visits.get(request.visit.id, request.visit),
        red_flags=flags,
        urgency=Urgency.URGENT if flags else request.urgency,
        picked=request.picked if _may_pick(state, request) else None,
    )


def _may_pick(state: Router, request: Request) -> bool:
    if request.picked is None:
        return False
    doctor, known = request.picked.doctor.id, request.preferred
    saw_them = known is not None and known.id == doctor
    return saw_them or serves(state, request.category, doctor)


def time_to_answer(deadlines: Deadlines, urgency: Urgency, stage: Stage) -> timedelta:
    """Return how long *stage* has to answer a request of *urgency*."""
    minutes = deadlines.of(urgency)
    match stage:
        case Stage.DOCTOR:
            return timedelta(minutes=minutes.doctor)
        case Stage.GROUP:
            return timedelta(minutes=minutes.group)
        case Stage.ON_CALL:
            return timedelta(minutes=minutes.on_call)
        case Stage.TRIAGE | Stage.PATIENT:
            return timedelta(minutes=minutes.triage)


def first_routed(
    state: Router, request: Request, place: Place, asked: Asked, *, why: str = ""
) -> RequestRouted:
    """Return that *request* goes to *place*: its first event, unless another *why* is said."""
    due = asked.at + time_to_answer(state.deadlines, request.urgency, place.stage)
    return RequestRouted(
        appointment=request.appointment,
        request=request,
        round=1,
        stage=place.stage,
        with_name=place.name,
        doctors=place.doctors,
        group=place.group,
        answer_by=min(due, request.last_chance or due),
        why=why or ("booked" if place.book else "first"),
        closed=(),
        close_why="",
        at=asked.at,
        by=who(asked.caller),
        because=place.because,
        book=place.book,
        freed=place.freed,
    )


def rerouted(
    state: Router,
    routing: Routing,
    place: Place,
    asked: Asked,
    *,
    why: str,
    close_why: str = "",
    note: str = "",
    request: Request | None = None,
) -> RequestRouted:
    """Return that it goes to *place* now; every offer of the round before ends with that.

    *request* takes the place of what was asked for, when that has changed.
    """
    again = first_routed(state, request or routing.request, place, asked, why=why)
    return replace(
        again,
        round=routing.next_round,
        closed=routing.involved,
        close_why=close_why if routing.involved else "",
        note=note,
        left=routing.left_for(team_of(again)),
    )


def turned_down(
    state: Router, routing: Routing, doctor: DoctorId, reason: str, asked: Asked
) -> list[Event]:
    """Return that *doctor* can't; when nobody else is left to answer, it goes on."""
    declined = OfferDeclined(routing.request.appointment, routing.round, doctor, reason, asked.at)
    if any(each != doctor for each in routing.asked_ids):
        return [declined]
    if is_too_late_for(routing.request, asked.at):
        return [declined, expired(replace(routing, asked=()), asked.at)]
    gone = tuple(Declined(each, reason, asked.at) for each in routing.asked)
    nobody_asked = replace(routing, asked=(), declined=(*routing.declined, *gone))
    place = after_decline(state, nobody_asked, asked.at)
    why = "time_gone" if reason == TIME_TAKEN and routing.request.picked else "declined"
    return [declined, rerouted(state, nobody_asked, place, asked, why=why, note=reason)]


def is_too_late_for(request: Request, now: datetime) -> bool:
    """Return whether no asked-for time is left."""
    return request.last_chance is not None and request.last_chance <= now


def still_wanted(request: Request, now: datetime) -> Request:
    """Return *request* for whenever, if all times that were asked for are over."""
    over = is_too_late_for(request, now)
    return replace(request, windows=(), picked=None) if over else request


def expired(routing: Routing, now: datetime) -> RequestExpired:
    """Return that the last asked-for time passed."""
    request = routing.request
    return RequestExpired(
        request.appointment,
        request.patient,
        routing.round,
        routing.involved,
        now,
        left=routing.left_for(),
    )
