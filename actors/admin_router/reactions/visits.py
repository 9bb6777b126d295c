"""Whom a router tells of a visit that stands, and what it wakes up for."""

from typing import TypeAlias, assert_never

from actors.address import Address
from actors.admin_router.messages import (
    ClocksNotified,
    EarlierSet,
    MoveCause,
    MoveDue,
    MoveEnded,
    MoveHeld,
    MoveStarted,
    MoveTaken,
    MoveWished,
    PatientCheckedIn,
    VisitAdopted,
    VisitEvent,
    VisitMoved,
    VisitProgressed,
)
from actors.appointment import PatientRef
from actors.doctor import messages as doctor
from actors.doctor.messages import Closed
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import AppointmentId, DoctorId
from actors.patient import messages as patient

OnTheMove: TypeAlias = MoveStarted | MoveHeld | MoveTaken | VisitMoved | MoveEnded

CLOSED = {
    "refused": Closed.REFUSED,
    "lapsed": Closed.LAPSED,
    "withdrawn": Closed.WITHDRAWN,
}
TOLD_BY_OTHERS = frozenset({"withdrawn"})
"""What the patient is told by the event that follows."""
SAID_BY_CHOICES = frozenset({"refused", "lapsed", "withdrawn"})
"""What is said when the times that were offered are not held any more."""


def react_to_visit(event: VisitEvent, me: Address) -> list[Effect]:  # noqa: ARG001 - as every room
    """Return what *event* makes this actor send and wake up for."""
    match event:
        case MoveStarted() | MoveHeld() | MoveTaken() | VisitMoved() | MoveEnded():
            return _on_the_move(event)
        case MoveWished() | PatientCheckedIn():
            return [_by_the_patient(event)]
        case VisitProgressed() | ClocksNotified():
            return [_for_the_patient(event)]
        case VisitAdopted(appointment, request, holder):
            adopt = patient.AdoptAppointment(request)
            grant = doctor.GrantClaim(appointment, 1)
            return [_to_patient(request.patient, adopt), _to_doctor(holder.id, grant)]
        case EarlierSet():
            return []
        case _:
            assert_never(event)


def _to_doctor(to: DoctorId, command: doctor.Command) -> Send:
    return Send(doctor.address_of(to), command)


def _to_patient(to: PatientRef, command: patient.Command) -> Send:
    return Send(patient.address_of(to.id), command)


def _by_the_patient(event: MoveWished | PatientCheckedIn) -> Send:
    match event:
        case MoveWished(appointment, asked, number, windows, note):
            return _to_doctor(asked, doctor.RecordWish(appointment, number, windows, note))
        case PatientCheckedIn(appointment, asked, number, since):
            return _to_doctor(asked, doctor.RecordArrival(appointment, number, since))
        case _:
            assert_never(event)


def _for_the_patient(event: VisitProgressed | ClocksNotified) -> Send:
    match event:
        case VisitProgressed(appointment, whose, status):
            return _to_patient(whose, patient.RecordProgress(appointment, status))
        case ClocksNotified(appointment, whose, doctor_wall, patient_wall):
            shown = patient.RecordClocks(appointment, doctor_wall, patient_wall)
            return _to_patient(whose, shown)
        case _:
            assert_never(event)


def _alarm(appointment: AppointmentId) -> str:
    return f"move:{appointment}"


def _on_the_move(event: OnTheMove) -> list[Effect]:
    match event:
        case MoveStarted():
            return _started(event)
        case MoveHeld(grant=True):
            grant = doctor.GrantClaim(event.appointment, event.round, event.spans[0].start)
            return [_to_doctor(event.doctor.id, grant)]
        case MoveHeld():
            return _offered(event)
        case MoveTaken(appointment, number, holder, start):
            return [_to_doctor(holder, doctor.GrantClaim(appointment, number, start))]
        case VisitMoved():
            return _moved(event)
        case MoveEnded():
            return [*_let_go(event), *_told_of_end(event)]
        case _:
            assert_never(event)


def _started(event: MoveStarted) -> list[Effect]:
    due = MoveDue(event.appointment, event.round)
    picked = event.cause is MoveCause.PATIENT
    book = doctor.BookVisit(event.request, event.round, event.start, event.anywhere, picked)
    return [_to_doctor(event.doctor.id, book), Wake(_alarm(event.appointment), event.until, due)]


def _offered(event: MoveHeld) -> list[Effect]:
    due = MoveDue(event.appointment, event.round)
    offer = patient.OfferTimes(
        appointment=event.appointment,
        round=event.round,
        doctor=event.doctor,
        doctor_zone=event.doctor_zone,
        spans=event.spans,
        until=event.until,
        earlier=event.cause is MoveCause.EARLIER,
    )
    return [_to_patient(event.patient, offer), Wake(_alarm(event.appointment), event.until, due)]


def _moved(event: VisitMoved) -> list[Effect]:
    """Let the old time go, unless the diary that has the new one has done so already."""
    appointment, old = event.appointment, event.old_doctor
    left = doctor.CancelVisit(appointment, event.cause.value, event.old_round, moved=True)
    moved = patient.RecordMove(
        appointment=appointment,
        doctor=event.doctor,
        start=event.start,
        end=event.end,
        doctor_zone=event.doctor_zone,
        cause=event.cause.value,
        number=event.number,
        reminder_minutes=event.reminder_minutes,
    )
    return [
        Unwake(_alarm(appointment)),
        *([_to_doctor(old, left)] if old != event.doctor.id else []),
        _to_patient(event.patient, moved),
    ]


def _let_go(event: MoveEnded) -> list[Effect]:
    """Forget the alarm of a move that had begun, and let its doctor have the time back."""
    if not event.round:
        return []
    forget = Unwake(_alarm(event.appointment))
    if not event.close:
        return [forget]
    if event.cancel:
        cancel = doctor.CancelVisit(event.appointment, event.why, event.round)
        return [forget, _to_doctor(event.doctor, cancel)]
    why = CLOSED.get(event.why, Closed.TOO_LATE)
    close = doctor.CloseOffer(event.appointment, event.round, why)
    return [forget, _to_doctor(event.doctor, close)]


def _told_of_end(event: MoveEnded) -> list[Effect]:
    """Close what the patient was to choose from, and tell whoever waits for the new time."""
    choices = patient.CloseChoices(event.appointment, event.round, event.why)
    end = patient.RecordMoveEnd(event.appointment, event.why, event.number)
    asked_for = event.number > 0 and event.why not in TOLD_BY_OTHERS
    chosen = event.offered and event.why not in SAID_BY_CHOICES
    return [
        *([_to_patient(event.patient, choices)] if event.offered else []),
        *([_to_patient(event.patient, end)] if asked_for or chosen else []),
    ]
