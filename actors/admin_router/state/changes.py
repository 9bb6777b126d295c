"""What each event makes of a department and of the requests in it."""

from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.admin_router.messages import (
    Asked,
    CategoriesChanged,
    ClaimDenied,
    DeadlinesSet,
    Declined,
    DepartmentOpened,
    DoctorNoted,
    Event,
    GroupRemoved,
    GroupSet,
    OfferDeclined,
    PatientAnswered,
    PatientAsked,
    PolicySet,
    RequestClaimed,
    RequestConfirmed,
    RequestDeclined,
    RequestEvent,
    RequestExpired,
    RequestRouted,
    RequestWithdrawn,
    SetupEvent,
    TimesOffered,
    UrgencySet,
    VisitEvent,
)
from actors.admin_router.state.balance import with_turn
from actors.admin_router.state.kept import Choice, Router, Routing, Won, team_of
from actors.admin_router.state.moved import evolve_visit
from actors.admin_router.state.timeline import with_hops
from actors.appointment import Stage, Status
from actors.ids import AppointmentId, DoctorId

CLOSED_KEPT = 50
VISITS_KEPT = timedelta(days=7)
"""How long a visit that is over stays, for a withdrawal that comes late."""
SWEEP_EVERY = timedelta(hours=1)
NOT_A_NEW_TURN = frozenset({"refused", "urgency"})
"""Why a doctor is asked again for a request that is theirs already."""

Ended: TypeAlias = RequestWithdrawn | RequestDeclined | RequestExpired
Answered: TypeAlias = (
    RequestClaimed
    | OfferDeclined
    | TimesOffered
    | RequestConfirmed
    | UrgencySet
    | PatientAsked
    | PatientAnswered
)


def evolve(state: Router, event: Event) -> Router:
    """Return the department to which *event* has happened."""
    if isinstance(event, VisitEvent):
        return evolve_visit(state, event)
    if isinstance(event, SetupEvent):
        return _set_up(state, event)
    before, after = state.find(event.appointment), _changed(state, event)
    routing = after.find(event.appointment)
    if routing is None:
        return after
    chosen = before is not None and before.choice is not None
    return _put(after, with_hops(routing, event, chosen=chosen))


def _put(state: Router, routing: Routing) -> Router:
    appointment = routing.request.appointment
    if appointment in state.open:
        return replace(state, open={**state.open, appointment: routing})
    return replace(state, closed={**state.closed, appointment: routing})


def _changed(state: Router, event: RequestEvent) -> Router:
    match event:
        case RequestRouted():
            return _routed(_swept(state, event.at), event)
        case RequestWithdrawn() | RequestDeclined() | RequestExpired():
            return _ended(state, event)
        case ClaimDenied():
            return state
        case RequestClaimed():
            return _put(_with_claim(state, event), _answered(state.get(event.appointment), event))
        case _:
            return _put(state, _answered(state.get(event.appointment), event))


# --- the department ------------------------------------------------------------------------------


def _set_up(state: Router, event: SetupEvent) -> Router:  # noqa: PLR0911 - one case per event
    match event:
        case DepartmentOpened(name=name):
            return replace(state, name=name)
        case CategoriesChanged(categories=categories, visits=visits):
            known = {each.id: each for each in visits}
            return replace(state, categories={each.id: each for each in categories}, visits=known)
        case GroupSet(group, left=left):
            return _without(replace(state, groups={**state.groups, group.id: group}), left)
        case GroupRemoved(group, left=left):
            groups = {key: each for key, each in state.groups.items() if key != group}
            return _without(replace(state, groups=groups), left)
        case DeadlinesSet(deadlines):
            return replace(state, deadlines=deadlines)
        case PolicySet(policy):
            return replace(state, policy=policy)
        case DoctorNoted(facts):
            return replace(state, doctors={**state.doctors, facts.doctor.id: facts})
        case _:
            assert_never(event)


def _without(state: Router, left: tuple[DoctorId, ...]) -> Router:
    """Forget what was known of those who belong to no group any more."""
    doctors = {key: each for key, each in state.doctors.items() if key not in left}
    return replace(state, doctors=doctors)


def _swept(state: Router, now: datetime) -> Router:
    """Forget visits that are long over, now and then."""
    if abs(now - state.swept_at) < SWEEP_EVERY:
        return state
    kept = {key: each for key, each in state.open.items() if not _is_long_over(each, now)}
    return replace(state, open=kept, swept_at=now)


def _is_long_over(routing: Routing, now: datetime) -> bool:
    if routing.won is None or routing.status.open:
        return False
    return routing.won.end + VISITS_KEPT <= now


# --- on the way ----------------------------------------------------------------------------------


def _routed(state: Router, event: RequestRouted) -> Router:
    before = state.open.get(event.appointment)
    open_now = {**state.open, event.appointment: _routing(before, event)}
    return _with_turn(replace(state, open=open_now), event)


def _routing(before: Routing | None, event: RequestRouted) -> Routing:
    fresh = Routing(
        request=event.request,
        round=event.round,
        stage=event.stage,
        with_name=event.with_name,
        answer_by=event.answer_by,
        asked=event.doctors,
        closed_why=event.close_why,
        rounds=event.round,
        because=event.because,
        book=event.book,
        freed=event.freed,
        earlier=event.request.earlier,
        team=team_of(event),
    )
    return _passed_on(before or fresh, fresh, event)


def _passed_on(before: Routing, fresh: Routing, event: RequestRouted) -> Routing:
    """Return *fresh* with what stays known of the request from *before*."""
    group = (event.group.id,) if event.group else ()
    turn = tuple(each.id for each in event.doctors) if _is_one_of_a_group(event) else ()
    return replace(
        fresh,
        groups=(*before.groups, *group),
        declined=before.declined,
        overdue=before.overdue + _is_overdue(before, event),
        earlier=before.earlier,
        skipped=before.skipped,
        questions=before.questions,
        tried=(*before.tried, *turn),
        timeline=before.timeline,
    )


def _is_one_of_a_group(event: RequestRouted) -> bool:
    return event.stage is Stage.DOCTOR and event.group is not None


def _is_overdue(before: Routing, event: RequestRouted) -> bool:
    return before.stage is Stage.TRIAGE and before.won is None and event.why == "deadline"


def _with_turn(state: Router, event: RequestRouted) -> Router:
    """Count it for the one doctor who is asked."""
    if event.stage is not Stage.DOCTOR or event.why in NOT_A_NEW_TURN:
        return state
    [doctor] = event.doctors
    return replace(state, turns=with_turn(state, doctor.id, event.at))


def _with_claim(state: Router, event: RequestClaimed) -> Router:
    """Count it for the member of a group who was first."""
    if state.get(event.appointment).stage is not Stage.GROUP:
        return state
    return replace(state, turns=with_turn(state, event.doctor.id, event.at))


def _answered(routing: Routing, event: Answered) -> Routing:  # noqa: PLR0911 - one case per event
    match event:
        case RequestClaimed(doctor=doctor, start=start, end=end):
            won = Won(doctor, start, end, event.round, event.doctor_zone)
            return _claimed(routing, won)
        case OfferDeclined(doctor=doctor, reason=reason, at=at):
            gone = tuple(Declined(e, reason, at) for e in routing.asked if e.id == doctor)
            left = tuple(each for each in routing.asked if each.id != doctor)
            return replace(routing, asked=left, declined=(*routing.declined, *gone))
        case TimesOffered():
            return _offered(routing, event)
        case RequestConfirmed():
            return _confirmed(routing, event)
        case UrgencySet(urgency=urgency, answer_by=answer_by):
            request = replace(routing.request, urgency=urgency)
            return replace(routing, request=request, answer_by=answer_by)
        case PatientAsked(text=text, at=at):
            return replace(routing, questions=(*routing.questions, Asked(text, at)))
        case PatientAnswered(text=text, at=at):
            return replace(routing, questions=_with_answer(routing.questions, text, at))
        case _:
            assert_never(event)


def _claimed(routing: Routing, won: Won) -> Routing:
    """Return it as taken, by who answered first or whose time the patient has chosen."""
    stage = Stage.DOCTOR if routing.choice else routing.stage
    return replace(routing, status=Status.ROUTED, stage=stage, won=won, asked=(), choice=None)


def _offered(routing: Routing, event: TimesOffered) -> Routing:
    return replace(
        routing,
        status=Status.OFFERED,
        stage=Stage.PATIENT,
        with_name=event.doctor.name,
        answer_by=event.until,
        asked=(),
        choice=Choice(event.doctor, event.doctor_zone, event.spans, event.until),
    )


def _confirmed(routing: Routing, event: RequestConfirmed) -> Routing:
    won = Won(
        doctor=event.doctor,
        start=event.start,
        end=event.end,
        round=routing.round,
        doctor_zone=event.doctor_zone,
        doctor_wall=event.doctor_wall,
        patient_wall=event.patient_wall,
    )
    name = event.doctor.name
    return replace(routing, status=Status.CONFIRMED, with_name=name, won=won, freed=None, team=None)


def _with_answer(questions: tuple[Asked, ...], text: str, at: datetime) -> tuple[Asked, ...]:
    """Return *questions* with an answer to the last one that has none."""
    waiting = [number for number, each in enumerate(questions) if not each.answer]
    if not waiting:
        return questions
    last = waiting[-1]
    answered = replace(questions[last], answer=text, answered_at=at)
    return (*questions[:last], answered, *questions[last + 1 :])


# --- over ----------------------------------------------------------------------------------------


def _ended(state: Router, event: Ended) -> Router:
    before = state.get(event.appointment)
    ended = replace(before, status=_status(event), asked=(), choice=None, move=None, team=None)
    still_open = _others(state.open, event.appointment)
    latest = [*_others(state.closed, event.appointment).items(), (event.appointment, ended)]
    return replace(state, open=still_open, closed=dict(latest[-CLOSED_KEPT:]))


def _others(
    routings: dict[AppointmentId, Routing], appointment: AppointmentId
) -> dict[AppointmentId, Routing]:
    return {key: each for key, each in routings.items() if key != appointment}


def _status(event: Ended) -> Status:
    match event:
        case RequestWithdrawn():
            return Status.CANCELLED
        case RequestDeclined():
            return Status.DECLINED
        case RequestExpired():
            return Status.EXPIRED
        case _:
            assert_never(event)
