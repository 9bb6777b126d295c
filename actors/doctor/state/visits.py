"""Visits that stand: the day itself, and what becomes of them.

What comes by a durable send is never refused for being late: it changes nothing then.
"""

from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from actors.asked import Asked
from actors.doctor.messages import (
    BookSeries,
    CancelVisit,
    Closed,
    Event,
    FinishVisit,
    GiveBackVisit,
    MarkNoShow,
    MoveWished,
    NoteHere,
    OfferClosed,
    OfferStatus,
    PatientArrived,
    RecordArrival,
    RecordCall,
    RecordWish,
    StartVisit,
    VisitCancelled,
    VisitCommand,
    VisitReturned,
)
from actors.doctor.state.calling import note_here, record_call
from actors.doctor.state.endings import returned_in
from actors.doctor.state.kept import Doctor, Live
from actors.doctor.state.own import (
    LONGEST_REASON,
    NOT_BEGUN,
    TooEarly,
    VisitBegun,
    VisitOver,
    own_visit,
    progressed,
)
from actors.doctor.state.permissions import check_router
from actors.doctor.state.series import book_series
from actors.ids import AppointmentId
from actors.refusal import required_text

BEFORE_START = timedelta(minutes=30)
"""A visit may begin so long before its time."""

ByRouter: TypeAlias = CancelVisit | RecordWish | RecordArrival
ByDoctor: TypeAlias = GiveBackVisit | StartVisit | FinishVisit | MarkNoShow


def decide_visit(state: Doctor, command: VisitCommand, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case CancelVisit() | RecordWish() | RecordArrival():
            return _by_router(state, command, asked)
        case GiveBackVisit() | StartVisit() | FinishVisit() | MarkNoShow():
            return _by_doctor(state, command, asked)
        case RecordCall():
            return record_call(state, command, asked)
        case NoteHere():
            return note_here(state, command, asked)
        case BookSeries(appointment, repeat):
            live = own_visit(state, appointment, asked)
            return [book_series(state, appointment, live, repeat, asked)]
        case _:
            assert_never(command)


# --- from the router -----------------------------------------------------------------------------


def _by_router(state: Doctor, command: ByRouter, asked: Asked) -> list[Event]:
    check_router(asked)
    live = state.live.get(command.appointment)
    if live is None:
        return []
    match command:
        case CancelVisit():
            return _cancel(command, live, asked)
        case RecordWish(appointment, number, windows, note):
            if live.round != number or not live.status.stands:
                return []
            start = live.span.start if live.span else None
            zone = live.request.patient.zone
            return [MoveWished(appointment, windows, note, asked.at, start, zone)]
        case RecordArrival(appointment, number, since):
            confirmed = live.round == number and live.status is OfferStatus.CONFIRMED
            came_for_it = _since(live, since + BEFORE_START)
            return (
                [PatientArrived(appointment, since, asked.at)] if confirmed and came_for_it else []
            )
        case _:
            assert_never(command)


def _cancel(command: CancelVisit, live: Live, asked: Asked) -> list[Event]:
    """Take away the visit of that round (0: of any), or only the time held for its move."""
    if command.round in {0, live.round}:
        return [
            VisitCancelled(
                command.appointment,
                command.reason,
                asked.at,
                command.moved,
                live.round,
                live.span if live.status.stands else None,
                live.request.patient.zone,
                live.sequence + live.status.stands,
                command.by_clinic,
            )
        ]
    if live.move is not None and live.move.round == command.round:
        why = Closed.MOVED if command.moved else Closed.WITHDRAWN
        return [OfferClosed(command.appointment, why, "", asked.at, command.round)]
    return []


# --- by the doctor -------------------------------------------------------------------------------


def _by_doctor(state: Doctor, command: ByDoctor, asked: Asked) -> list[Event]:
    live = own_visit(state, command.appointment, asked)
    match command:
        case GiveBackVisit():
            return _give_back(command, live, asked)
        case StartVisit():
            return _start(command.appointment, live, asked)
        case FinishVisit():
            return _finish(command.appointment, live, asked)
        case MarkNoShow():
            return _mark_no_show(command.appointment, live, asked)
        case _:
            assert_never(command)


def _give_back(command: GiveBackVisit, live: Live, asked: Asked) -> list[Event]:
    """Return the visit, and before it the time that is held for its move."""
    reason = required_text("reason", command.reason, LONGEST_REASON)
    if live.status not in NOT_BEGUN:
        raise VisitBegun if live.status.stands else VisitOver
    if live.span is not None and live.span.end <= asked.at:
        raise VisitOver
    moving = live.move is not None and live.move.round != live.round
    rounds = [live.move.round, live.round] if live.move and moving else [live.round]
    return [_returned(live, number, reason, asked) for number in rounds]


def _returned(live: Live, number: int, reason: str, asked: Asked) -> VisitReturned:
    back = returned_in(live, number)
    return VisitReturned(
        back.appointment,
        back.department,
        back.round,
        reason,
        asked.at,
        back.stood,
        back.patient_zone,
        back.sequence,
    )


def _start(appointment: AppointmentId, live: Live, asked: Asked) -> list[Event]:
    if live.status is OfferStatus.IN_CALL:
        return []
    if not live.status.stands:
        raise VisitOver
    if not _since(live, asked.at + BEFORE_START):
        raise TooEarly("A visit can begin half an hour before its time.")
    return [progressed(appointment, live, OfferStatus.IN_CALL, asked)]


def _finish(appointment: AppointmentId, live: Live, asked: Asked) -> list[Event]:
    if live.status is OfferStatus.FULFILLED:
        return []
    if not live.status.stands:
        raise VisitOver
    if live.status is not OfferStatus.IN_CALL and not _since(live, asked.at):
        raise TooEarly("This visit has not begun.")
    return [progressed(appointment, live, OfferStatus.FULFILLED, asked)]


def _mark_no_show(appointment: AppointmentId, live: Live, asked: Asked) -> list[Event]:
    if live.status is OfferStatus.NOSHOW:
        return []
    if live.status not in NOT_BEGUN:
        raise VisitBegun if live.status.stands else VisitOver
    if not _since(live, asked.at):
        raise TooEarly("The patient can still come: it is not time yet.")
    return [progressed(appointment, live, OfferStatus.NOSHOW, asked)]


def _since(live: Live, now: datetime) -> bool:
    """Return whether the visit's time has come at *now*."""
    return live.span is not None and live.span.start <= now
