"""What happened to a request, step by step, for the staff who look into it.

Steps of visits that stand are told by `visit_hops`.
"""

from typing import assert_never

from msgspec.structs import replace

from actors.admin_router.messages import (
    ClaimDenied,
    Hop,
    HopKind,
    OfferDeclined,
    PatientAnswered,
    PatientAsked,
    RequestClaimed,
    RequestConfirmed,
    RequestDeclined,
    RequestEvent,
    RequestExpired,
    RequestRouted,
    RequestWithdrawn,
    TimesOffered,
    UrgencySet,
)
from actors.admin_router.state.kept import Routing
from actors.caller import By, Caller, Role, by
from actors.ids import DoctorId

TIMELINE_KEPT = 60

_PEOPLE = {"doctor": Role.DOCTOR, "patient": Role.PATIENT}


def who(caller: Caller) -> By:
    """Return whom a timeline names for *caller*: for an actor, the person whose it is."""
    if caller.role is not Role.ACTOR:
        return by(caller)
    kind, _, key = caller.user.partition("/")
    return By(_PEOPLE[kind], key) if kind in _PEOPLE else By(Role.ACTOR)


def with_hop(routing: Routing, hop: Hop) -> Routing:
    """Return *routing* with *hop* as its last step."""
    return replace(routing, timeline=(*routing.timeline, hop)[-TIMELINE_KEPT:])


def with_hops(routing: Routing, event: RequestEvent, *, chosen: bool = False) -> Routing:
    """Return *routing* with the steps that *event* is, which has happened to it.

    *chosen*: before it, the patient was to choose a time.
    """
    for hop in _hops(routing, event, chosen):
        routing = with_hop(routing, hop)
    return routing


def _hops(  # noqa: PLR0911 - one case per event
    routing: Routing, event: RequestEvent, chosen: bool
) -> tuple[Hop, ...]:
    match event:
        case RequestRouted():
            return _routed(event)
        case RequestClaimed(start=start, at=at) if chosen:
            return (Hop(HopKind.CLAIMED, at, _patient(routing), start=start),)
        case RequestClaimed() | TimesOffered() | OfferDeclined() | RequestConfirmed():
            return (_answered(event),)
        case RequestWithdrawn() | RequestDeclined() | RequestExpired():
            return (_ended(routing, event),)
        case UrgencySet(urgency=urgency, answer_by=until, at=at, by=by):
            return (Hop(HopKind.URGENCY_SET, at, by, why=urgency.value, until=until),)
        case PatientAsked(text=text, at=at, by=by):
            return (Hop(HopKind.ASKED_PATIENT, at, by, why=text),)
        case PatientAnswered(text=text, at=at):
            return (Hop(HopKind.PATIENT_ANSWERED, at, _patient(routing), why=text),)
        case ClaimDenied():
            return ()
        case _:
            assert_never(event)


def _routed(event: RequestRouted) -> tuple[Hop, ...]:
    patient = By(Role.PATIENT, event.request.patient.id)
    routed = Hop(
        HopKind.ROUTED, event.at, event.by, event.stage, event.with_name, event.why, event.answer_by
    )
    if event.round == 1:
        return Hop(HopKind.REQUESTED, event.request.requested_at, patient), routed
    if event.why == "refused":
        return Hop(HopKind.TIMES_REFUSED, event.at, patient, why=event.note), routed
    return (routed,)


def _answered(event: RequestClaimed | TimesOffered | OfferDeclined | RequestConfirmed) -> Hop:
    match event:
        case RequestClaimed(doctor=doctor, at=at, start=start):
            return Hop(HopKind.CLAIMED, at, _doctor(doctor.id), name=doctor.name, start=start)
        case RequestConfirmed(doctor=doctor, at=at, start=start):
            return Hop(HopKind.CONFIRMED, at, _doctor(doctor.id), name=doctor.name, start=start)
        case TimesOffered(doctor=doctor, at=at, until=until, spans=spans):
            by, first = _doctor(doctor.id), spans[0].start
            offered = HopKind.TIMES_OFFERED
            return Hop(offered, at, by, name=doctor.name, until=until, start=first)
        case OfferDeclined(doctor=declined, at=at, reason=reason):
            return Hop(HopKind.DECLINED_BY_DOCTOR, at, _doctor(declined), why=reason)
        case _:
            assert_never(event)


def _ended(routing: Routing, event: RequestWithdrawn | RequestDeclined | RequestExpired) -> Hop:
    match event:
        case RequestWithdrawn(reason=reason, at=at):
            return Hop(HopKind.WITHDRAWN, at, _patient(routing), why=reason)
        case RequestDeclined(reason=reason, at=at, by=by, winner=winner):
            start = routing.won.start if routing.won and winner else None
            return Hop(HopKind.DECLINED, at, by, why=reason, start=start)
        case RequestExpired(at=at):
            return Hop(HopKind.EXPIRED, at)
        case _:
            assert_never(event)


def _patient(routing: Routing) -> By:
    return By(Role.PATIENT, routing.request.patient.id)


def _doctor(doctor: DoctorId) -> By:
    return By(Role.DOCTOR, doctor)
