"""Whom a doctor's actor tells of offers and visits: the router that sent the request, the doctor.

And the call sessions of patients who wait, when the line moves.

It wakes up when a time that is kept for a patient is over.
"""

from typing import TypeAlias, assert_never

from actors.address import Address
from actors.admin_router import messages as router
from actors.appointment import DoctorRef, Request, Span, Status
from actors.call_session import messages as call_session
from actors.doctor.messages import (
    HoldOver,
    LineMoved,
    OfferEvent,
    RequestDeclined,
    RequestOffered,
    SeriesBooked,
    TimeHeld,
    TimeKept,
    TimeReleased,
    TimesProposed,
    VisitConfirmed,
    VisitEvent,
    VisitProgressed,
    VisitReturned,
)
from actors.doctor.reactions.letters import letters_about
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import AppointmentId, DoctorId, PatientId


def react_to_visit(event: OfferEvent | VisitEvent, me: Address) -> list[Effect]:
    """Return what *event* makes this actor send and wake up for."""
    if isinstance(event, LineMoved):
        return [_moved(each) for each in event.appointments]
    return [*_clock(event), *_words(event, me), *letters_about(event, me)]


def _moved(appointment: AppointmentId) -> Send:
    session = call_session.address_of(call_session.of_visit(appointment))
    return Send(session, call_session.NoteLine(appointment))


def _clock(event: OfferEvent | VisitEvent) -> list[Effect]:
    """Return the wake-up for a hold; one that has become a reserved or held time needs none."""
    match event:
        case TimeKept(hold, patient, until=until):
            return [Wake(_hold(patient), until, HoldOver(patient, hold))]
        case TimeReleased(patient=patient):
            return [Unwake(_hold(patient))]
        case RequestOffered(request=request, reserved=Span()):
            return [Unwake(_hold(request.patient.id))]
        case TimeHeld(request=Request() as request):
            return [Unwake(_hold(request.patient.id))]
        case _:
            return []


def _hold(patient: PatientId) -> str:
    return f"hold:{patient}"


# --- to the department ---------------------------------------------------------------------------

ToRouter: TypeAlias = (
    TimeHeld | TimesProposed | RequestDeclined | VisitConfirmed | VisitReturned | VisitProgressed
)


def _words(event: OfferEvent | VisitEvent, me: Address) -> list[Send]:
    if isinstance(event, SeriesBooked):
        return _series(event, me)
    if isinstance(event, ToRouter):
        return [Send(router.address_of(event.department), _word(event, me))]
    return []


def _word(event: ToRouter, me: Address) -> router.Command:
    doctor = DoctorId(me.key)
    match event:
        case TimeHeld():
            return _claim(event, me)
        case TimesProposed():
            return _proposal(event, me)
        case RequestDeclined(appointment, _, number, reason):
            return router.RecordDecline(appointment, number, doctor, reason)
        case VisitConfirmed():
            return _confirmation(event, me)
        case VisitReturned(appointment, _, number, reason):
            return router.ReturnRequest(appointment, number, doctor, away=True, reason=reason)
        case VisitProgressed(appointment, _, number, status):
            return router.RecordProgress(appointment, number, doctor, Status(status.value))
        case _:
            assert_never(event)


def _claim(event: TimeHeld, me: Address) -> router.ClaimRequest:
    return router.ClaimRequest(
        appointment=event.appointment,
        round=event.round,
        doctor=DoctorRef(DoctorId(me.key), event.doctor_name),
        doctor_zone=event.doctor_zone,
        start=event.start,
        end=event.end,
    )


def _proposal(event: TimesProposed, me: Address) -> router.RecordProposal:
    return router.RecordProposal(
        appointment=event.appointment,
        round=event.round,
        doctor=DoctorRef(DoctorId(me.key), event.doctor_name),
        doctor_zone=event.doctor_zone,
        spans=event.spans,
        until=event.until,
    )


def _confirmation(event: VisitConfirmed, me: Address) -> router.RecordConfirmation:
    return router.RecordConfirmation(
        appointment=event.appointment,
        round=event.round,
        doctor=DoctorId(me.key),
        start=event.start,
        end=event.end,
        doctor_zone=event.doctor_zone,
    )


def _series(event: SeriesBooked, me: Address) -> list[Send]:
    to = router.address_of(event.department)
    return [
        Send(to, _adoption(event, each.request, each.span, me))
        for each in event.booked
        if each.request is not None
    ]


def _adoption(event: SeriesBooked, request: Request, span: Span, me: Address) -> router.AdoptVisit:
    return router.AdoptVisit(
        request=request,
        doctor=DoctorRef(DoctorId(me.key), event.doctor_name),
        doctor_zone=event.doctor_zone,
        start=span.start,
        end=span.end,
    )
