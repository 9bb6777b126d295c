"""What a doctor may do, and what the department's router may ask of them.

What comes by a durable send is never refused for being late: an answer to a round that is over,
or to an offer that ended meanwhile, changes nothing.
"""

from typing import TypeAlias, assert_never

from actors.accounts.messages import KIND as ACCOUNT
from actors.admin_router.messages import KIND as ROUTER
from actors.asked import Asked
from actors.caller import Role, is_actor_of_kind, is_staff
from actors.doctor.messages import (
    AcceptRequest,
    CancelVisit,
    CloseOffer,
    Command,
    DeclineRequest,
    Event,
    GrantClaim,
    HoursSet,
    OfferClosed,
    OfferRequest,
    OfferStatus,
    OpenPractice,
    PracticeOpened,
    PracticeResumed,
    PracticeSuspended,
    RequestDeclined,
    RequestOffered,
    ResumePractice,
    Returned,
    SetHours,
    SuspendPractice,
    TimeHeld,
    VisitCancelled,
    VisitConfirmed,
)
from actors.doctor.state.accepting import held_time
from actors.doctor.state.kept import Doctor, Live, Past
from actors.doctor.state.schedule import check_hours
from actors.ids import AppointmentId
from actors.refusal import NotAllowed, NotFound, Refusal, required_text

LONGEST_REASON = 500
UNAVAILABLE = "unavailable"
"""The reason that a suspended doctor's actor gives in their place."""

ByAccount: TypeAlias = OpenPractice | SuspendPractice | ResumePractice
ByRouter: TypeAlias = OfferRequest | GrantClaim | CloseOffer | CancelVisit


class OfferOver(Refusal):
    """This request does not wait for your answer any more."""

    code = "offer_over"


class AlreadyAccepted(Refusal):
    """You have accepted this request."""

    code = "already_accepted"


def decide(state: Doctor, command: Command, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case OpenPractice() | SuspendPractice() | ResumePractice():
            return _by_account(state, command, asked)
        case OfferRequest() | GrantClaim() | CloseOffer() | CancelVisit():
            return _by_router(state, command, asked)
        case SetHours():
            return _set_hours(state, command, asked)
        case AcceptRequest():
            return _accept(state, command, asked)
        case DeclineRequest():
            return _decline(state, command, asked)
        case _:
            assert_never(command)


def is_owner(state: Doctor, asked: Asked) -> bool:
    """Return whether *asked*'s caller is this doctor."""
    return asked.caller.role is Role.DOCTOR and asked.caller.user == state.id


# --- from the account ----------------------------------------------------------------------------


def _by_account(state: Doctor, command: ByAccount, asked: Asked) -> list[Event]:
    if not is_actor_of_kind(asked.caller, ACCOUNT):
        raise NotAllowed
    match command:
        case OpenPractice(name, zone):
            known = state.hours is not None and state.name == name
            return [] if known else [PracticeOpened(name, zone, asked.at)]
        case SuspendPractice():
            if not state.receives:
                return []
            return [PracticeSuspended(_returned(state, asked), asked.at)]
        case ResumePractice():
            return [PracticeResumed(asked.at)] if state.suspended else []
        case _:
            assert_never(command)


def _returned(state: Doctor, asked: Asked) -> tuple[Returned, ...]:
    """Return all that is not kept: offers, held times and the visits that have not begun."""
    return tuple(
        Returned(appointment, live.request.department, live.round)
        for appointment, live in state.live.items()
        if live.status is not OfferStatus.CONFIRMED or (live.span and live.span.start > asked.at)
    )


# --- from the router -----------------------------------------------------------------------------


def _by_router(state: Doctor, command: ByRouter, asked: Asked) -> list[Event]:
    if not is_actor_of_kind(asked.caller, ROUTER):
        raise NotAllowed
    if isinstance(command, OfferRequest):
        return _offer(state, command, asked)
    live = state.live.get(command.appointment)
    if live is None:
        return []
    match command:
        case GrantClaim(appointment, number):
            return _grant(appointment, number, live, asked)
        case CloseOffer(appointment, number, why, by_name):
            if live.round != number or live.status is OfferStatus.CONFIRMED:
                return []
            return [OfferClosed(appointment, why, by_name, asked.at)]
        case CancelVisit(appointment, reason):
            return [VisitCancelled(appointment, reason, asked.at)]
        case _:
            assert_never(command)


def _offer(state: Doctor, command: OfferRequest, asked: Asked) -> list[Event]:
    request = command.request
    if _last_round(state, request.appointment) >= command.round:
        return []
    if not state.receives:
        return [
            RequestDeclined(
                request.appointment, request.department, command.round, UNAVAILABLE, asked.at
            )
        ]
    return [
        RequestOffered(
            request.appointment, request, command.round, command.answer_by, command.group, asked.at
        )
    ]


def _last_round(state: Doctor, appointment: AppointmentId) -> int:
    known = state.live.get(appointment) or state.past.get(appointment)
    return known.round if known else 0


def _grant(appointment: AppointmentId, number: int, live: Live, asked: Asked) -> list[Event]:
    """Confirm the held time; a hold that is gone was given back, and the router knows."""
    if live.round != number or live.status is not OfferStatus.HELD or live.span is None:
        return []
    return [
        VisitConfirmed(
            appointment,
            live.request.department,
            number,
            live.span.start,
            live.span.end,
            live.zone,
            asked.at,
        )
    ]


# --- by the doctor -------------------------------------------------------------------------------


def _set_hours(state: Doctor, command: SetHours, asked: Asked) -> list[Event]:
    if state.hours is None or not (is_owner(state, asked) or is_staff(asked.caller)):
        raise NotFound
    check_hours(command.hours)
    return [] if command.hours == state.hours else [HoursSet(command.hours, asked.at)]


def _accept(state: Doctor, command: AcceptRequest, asked: Asked) -> list[Event]:
    live, hours = _own(state, command.appointment, asked), state.hours
    if hours is None:
        raise NotFound
    if live.status is not OfferStatus.OPEN:
        if command.start is None or (live.span and live.span.start == command.start):
            return []
        raise AlreadyAccepted
    span = held_time(state, hours, live, command.start, asked.at)
    return [
        TimeHeld(
            appointment=command.appointment,
            department=live.request.department,
            round=live.round,
            doctor_name=state.name,
            doctor_zone=hours.zone,
            start=span.start,
            end=span.end,
            at=asked.at,
        )
    ]


def _decline(state: Doctor, command: DeclineRequest, asked: Asked) -> list[Event]:
    live = _own(state, command.appointment, asked)
    if live.status is not OfferStatus.OPEN:
        raise AlreadyAccepted
    reason = required_text("reason", command.reason, LONGEST_REASON)
    department = live.request.department
    return [RequestDeclined(command.appointment, department, live.round, reason, asked.at)]


def _own(state: Doctor, appointment: AppointmentId, asked: Asked) -> Live:
    """Return what this doctor, who has to be the caller, still has to do with."""
    if not is_owner(state, asked):
        raise NotFound
    if appointment in state.past:
        raise OfferOver(_over(state.past[appointment]))
    if appointment not in state.live:
        raise NotFound
    return state.live[appointment]


def _over(past: Past) -> str:
    if past.by_name:
        return f"This request was taken by {past.by_name}."
    if past.status is OfferStatus.CANCELLED:
        return "The patient has withdrawn this request."
    return ""
