"""What the doctor says to a request: yes, at another time, or no."""

from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from actors.appointment import Span
from actors.asked import Asked
from actors.doctor import messages
from actors.doctor.messages import (
    AcceptRequest,
    DeclineRequest,
    Event,
    OfferStatus,
    ProposeTimes,
    RequestDeclined,
    TimeHeld,
)
from actors.doctor.state.accepting import held_time, proposed_times
from actors.doctor.state.kept import Doctor, Live
from actors.doctor.state.own import (
    LONGEST_REASON,
    AlreadyAccepted,
    TimesProposed,
    VisitBegun,
    VisitOver,
    own,
)
from actors.refusal import Invalid, NotFound, Refusal, required_text

SHORTEST_HOLD, LONGEST_HOLD = 5, 14 * 24 * 60
"""Minutes for which times may be held for a patient."""

Answer: TypeAlias = AcceptRequest | ProposeTimes | DeclineRequest


class MoveUnderWay(Refusal):
    """This visit is being moved already."""

    code = "move_under_way"


def decide_answer(state: Doctor, command: Answer, asked: Asked) -> list[Event]:
    """Return what happens when the doctor gives *command*, or raise a `Refusal`."""
    live = own(state, command.appointment, asked)
    match command:
        case AcceptRequest():
            return _accept(state, command, live, asked)
        case ProposeTimes():
            return _propose(state, command, live, asked)
        case DeclineRequest(appointment, reason):
            _check_open(live)
            reason = required_text("reason", reason, LONGEST_REASON)
            department = live.request.department
            return [RequestDeclined(appointment, department, live.round, reason, asked.at)]
        case _:
            assert_never(command)


def _check_open(live: Live) -> None:
    if live.status is OfferStatus.PROPOSED:
        raise TimesProposed
    if live.status is not OfferStatus.OPEN:
        raise AlreadyAccepted


def _accept(state: Doctor, command: AcceptRequest, live: Live, asked: Asked) -> list[Event]:
    hours, accepted = state.hours, live.span if live.status is not OfferStatus.OPEN else None
    if hours is None:
        raise NotFound
    if accepted and command.start in {None, accepted.start}:
        return []
    _check_open(live)
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


# --- other times ---------------------------------------------------------------------------------


def _propose(state: Doctor, command: ProposeTimes, live: Live, asked: Asked) -> list[Event]:
    hours = state.hours
    if hours is None:
        raise NotFound
    if command.starts and sorted(command.starts) == [each.start for each in _choices(live)]:
        return []
    _check_may_propose(live, asked.at)
    spans = proposed_times(state, hours, live, command.starts, asked.at)
    return [
        messages.TimesProposed(
            appointment=command.appointment,
            department=live.request.department,
            round=live.round,
            doctor_name=state.name,
            doctor_zone=hours.zone,
            spans=spans,
            until=_until(command, spans, asked.at),
            at=asked.at,
        )
    ]


def _choices(live: Live) -> tuple[Span, ...]:
    """Return the times that the patient chooses from already."""
    moving = live.move.spans if live.move and live.move.until else ()
    return live.proposed or moving


def _check_may_propose(live: Live, now: datetime) -> None:
    if live.status is not OfferStatus.CONFIRMED:
        _check_waits(live)
    elif live.span is not None and live.span.start <= now:
        raise VisitBegun
    elif live.move is not None:
        raise MoveUnderWay


def _check_waits(live: Live) -> None:
    if live.status in {OfferStatus.WAITING, OfferStatus.IN_CALL}:
        raise VisitBegun
    if live.status in {OfferStatus.FULFILLED, OfferStatus.NOSHOW}:
        raise VisitOver
    _check_open(live)


def _until(command: ProposeTimes, spans: tuple[Span, ...], now: datetime) -> datetime:
    """Return when the times are let go: at the latest when the last of them begins."""
    if not SHORTEST_HOLD <= command.hold_minutes <= LONGEST_HOLD:
        raise Invalid(fields={"hold_minutes": "Hold times for 5 minutes to 14 days."})
    return min(now + timedelta(minutes=command.hold_minutes), spans[-1].start)
