"""Moves of visits that stand, and whatever else happens to them: who may say what.

The old time is kept until the new one is sure. What comes late changes nothing, but a patient who
has asked for a move is always told how it ended.
"""

from datetime import timedelta
from typing import TypeAlias, assert_never

from actors.admin_router.messages import (
    AdoptVisit,
    EarlierSet,
    Event,
    MoveCause,
    MoveDue,
    MoveEnded,
    MoveStarted,
    MoveVisit,
    MoveWished,
    NotifyClocks,
    Reassign,
    RecordCheckIn,
    RecordProgress,
    SetEarlier,
    VisitCommand,
    WishMove,
    address_of,
)
from actors.admin_router.state.clocks import notified
from actors.admin_router.state.kept import Move, Router, Routing
from actors.admin_router.state.matching import serves
from actors.admin_router.state.move_answers import (
    choose_for_move,
    claim_for_move,
    confirm_for_move,
    decline_for_move,
    propose_for_move,
    refuse_for_move,
    return_for_move,
)
from actors.admin_router.state.move_ends import (
    LAPSED,
    REFUSED,
    UNAVAILABLE,
    dropped,
    ended,
    offered_on,
    over,
)
from actors.admin_router.state.moved import evolve_visit
from actors.admin_router.state.progress import check_in, record_progress
from actors.admin_router.state.series import adopt
from actors.admin_router.state.timeline import who
from actors.admin_router.state.triage import LONGEST_NAME, RequestOver
from actors.appointment import DoctorRef, Status
from actors.asked import Asked
from actors.caller import Role, is_actor, is_staff
from actors.doctor import messages as doctor_room
from actors.ids import DoctorId
from actors.patient import messages as patient_room
from actors.refusal import Invalid, NotAllowed, NotFound, Refusal, required_text

__all__ = [
    "choose_for_move",
    "claim_for_move",
    "confirm_for_move",
    "decide_visit",
    "decline_for_move",
    "dropped",
    "propose_for_move",
    "refuse_for_move",
    "return_for_move",
]

DIARY_ANSWERS = timedelta(minutes=10)
"""How long a doctor's diary, which answers by itself, may take to answer a move."""

ByPatient: TypeAlias = MoveVisit | WishMove | SetEarlier | RecordCheckIn
ByDoctor: TypeAlias = AdoptVisit | RecordProgress


class NotConfirmed(Refusal):
    """This request has no confirmed visit to come that could be moved."""

    code = "not_confirmed"


class MoveUnderWay(Refusal):
    """This visit is being moved already."""

    code = "move_under_way"


def decide_visit(state: Router, command: VisitCommand, asked: Asked) -> list[Event]:
    """Return what happens to a visit when *asked*'s caller gives *command*."""
    match command:
        case MoveVisit() | WishMove() | SetEarlier() | RecordCheckIn():
            return _by_patient(state, command, asked)
        case AdoptVisit() | RecordProgress():
            return _by_doctor(state, command, asked)
        case Reassign():
            _only(is_staff(asked.caller))
            return _reassign(state, command, asked)
        case NotifyClocks(appointments):
            _only(is_staff(asked.caller))
            return notified(state, appointments, asked)
        case MoveDue():
            _only(is_actor(asked.caller, address_of(state.id)))
            return _due(state, command, asked)
        case _:
            assert_never(command)


def _only(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed


def _by_patient(state: Router, command: ByPatient, asked: Asked) -> list[Event]:
    _only(asked.caller.role is Role.ACTOR)
    routing = state.find(command.appointment)
    if routing is None:
        return []
    _only(is_actor(asked.caller, patient_room.address_of(routing.request.patient.id)))
    match command:
        case MoveVisit():
            return _move(state, routing, command, asked)
        case WishMove():
            return _wish(routing, command, asked)
        case SetEarlier():
            return _set_earlier(state, routing, command, asked)
        case RecordCheckIn():
            return check_in(routing, command, asked)
        case _:
            assert_never(command)


def _by_doctor(state: Router, command: ByDoctor, asked: Asked) -> list[Event]:
    match command:
        case AdoptVisit(doctor=doctor):
            _only_doctor(asked, doctor.id)
            return adopt(state, command, asked)
        case RecordProgress(doctor=speaker):
            _only_doctor(asked, speaker)
            routing = state.find(command.appointment)
            return record_progress(state, routing, command, asked) if routing else []
        case _:
            assert_never(command)


def _only_doctor(asked: Asked, doctor: DoctorId) -> None:
    _only(is_actor(asked.caller, doctor_room.address_of(doctor)))


def _can_move(routing: Routing, asked: Asked) -> bool:
    """Return whether the visit stands and has not begun."""
    confirmed = routing.status is Status.CONFIRMED
    return confirmed and routing.won is not None and routing.won.start > asked.at


def _in_the_way(routing: Routing) -> bool:
    """Return whether a move is on its way that a new one may not replace."""
    move = routing.move
    return move is not None and (move.cause is not MoveCause.EARLIER or move.granted)


def _move(state: Router, routing: Routing, command: MoveVisit, asked: Asked) -> list[Event]:
    move, number = routing.move, command.number
    if move and (move.cause, move.number) == (MoveCause.PATIENT, number):
        return []
    known = routing.won is not None and routing.won.doctor.id == command.doctor.id
    takes_them = known or serves(state, routing.request.category, command.doctor.id)
    can = _can_move(routing, asked) and command.start > asked.at and takes_them
    if not can or _in_the_way(routing):
        return [_never_began(routing, command, asked)]
    new = Move(
        round=routing.next_round,
        doctor=command.doctor,
        start=command.start,
        cause=MoveCause.PATIENT,
        number=number,
        until=asked.at + DIARY_ANSWERS,
    )
    return _started(state, routing, new, asked)


def _never_began(routing: Routing, command: MoveVisit, asked: Asked) -> MoveEnded:
    """Return the end of a move that can't begin; no move on its way has the number 0."""
    never = Move(
        round=0,
        doctor=command.doctor,
        start=command.start,
        cause=MoveCause.PATIENT,
        number=command.number,
        until=asked.at,
    )
    return over(routing, never, UNAVAILABLE, asked, close=False)


def _started(
    state: Router, routing: Routing, new: Move, asked: Asked, *, anywhere: bool = False
) -> list[Event]:
    """Return that *new* begins; a freed time that was offered goes on to who is next."""
    started = MoveStarted(
        appointment=routing.request.appointment,
        request=routing.request,
        round=new.round,
        doctor=new.doctor,
        start=new.start,
        cause=new.cause,
        number=new.number,
        until=new.until,
        by=who(asked.caller),
        at=asked.at,
        anywhere=anywhere,
    )
    if routing.move is None:
        return [started]
    lapsed = over(routing, routing.move, LAPSED, asked)
    after = evolve_visit(evolve_visit(state, lapsed), started)
    return [lapsed, started, *offered_on(after, routing, routing.move, asked)]


def _reassign(state: Router, command: Reassign, asked: Asked) -> list[Event]:
    routing = state.find(command.appointment)
    if routing is None:
        raise NotFound
    if routing.status.final:
        raise RequestOver
    if not _can_move(routing, asked) or routing.won is None:
        raise NotConfirmed
    start = command.start or routing.won.start
    if (routing.won.doctor.id, routing.won.start) == (command.doctor.id, start):
        return []
    if _in_the_way(routing):
        raise MoveUnderWay
    if start <= asked.at:
        raise Invalid(fields={"start": "Please choose a time to come."})
    new = Move(
        round=routing.next_round,
        doctor=_named(command.doctor),
        start=start,
        cause=MoveCause.REASSIGNED,
        number=0,
        until=asked.at + DIARY_ANSWERS,
    )
    return _started(state, routing, new, asked, anywhere=True)


def _named(doctor: DoctorRef) -> DoctorRef:
    required_text("doctor", doctor.id, LONGEST_NAME)
    required_text("doctor", doctor.name, LONGEST_NAME)
    return doctor


def _wish(routing: Routing, command: WishMove, asked: Asked) -> list[Event]:
    if not _can_move(routing, asked) or routing.won is None:
        return []
    return [
        MoveWished(
            appointment=command.appointment,
            doctor=routing.won.doctor.id,
            round=routing.round,
            windows=command.windows,
            note=command.note,
            at=asked.at,
        )
    ]


def _set_earlier(state: Router, routing: Routing, command: SetEarlier, asked: Asked) -> list[Event]:
    """Return that freed times are offered (or not); what is offered now is refused with it."""
    if routing.status.final or routing.earlier == command.wanted:
        return []
    set_now, move = EarlierSet(command.appointment, command.wanted, asked.at), routing.move
    if command.wanted or move is None or _in_the_way(routing):
        return [set_now]
    after = evolve_visit(state, set_now)
    return [set_now, *ended(after, routing, move, REFUSED, asked)]


def _due(state: Router, command: MoveDue, asked: Asked) -> list[Event]:
    """Return the end of a move that nobody answered; one that is granted comes about."""
    routing = state.find(command.appointment)
    move = routing.move if routing and routing.status.stands else None
    if routing is None or move is None or move.granted or move.round != command.round:
        return []
    return ended(state, routing, move, LAPSED if move.held else UNAVAILABLE, asked)
