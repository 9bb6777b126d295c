"""Whom a doctor's actor tells: the router of the department that sent the request."""

from actors.address import Address
from actors.admin_router import messages as router
from actors.appointment import DoctorRef
from actors.doctor.messages import (
    Event,
    PracticeSuspended,
    RequestDeclined,
    TimeHeld,
    VisitConfirmed,
)
from actors.effects import Effect, Send
from actors.ids import DoctorId


def react(event: Event, me: Address) -> list[Effect]:
    """Return what *event* makes this actor send."""
    match event:
        case TimeHeld(department=department):
            return [Send(router.address_of(department), _claim(event, me))]
        case VisitConfirmed(department=department):
            return [Send(router.address_of(department), _confirmation(event, me))]
        case RequestDeclined(appointment, department, number, reason):
            decline = router.RecordDecline(appointment, number, DoctorId(me.key), reason)
            return [Send(router.address_of(department), decline)]
        case PracticeSuspended(returned):
            return [
                Send(
                    router.address_of(each.department),
                    router.ReturnRequest(each.appointment, each.round, DoctorId(me.key)),
                )
                for each in returned
            ]
        case _:
            return []


def _claim(event: TimeHeld, me: Address) -> router.ClaimRequest:
    return router.ClaimRequest(
        appointment=event.appointment,
        round=event.round,
        doctor=DoctorRef(DoctorId(me.key), event.doctor_name),
        doctor_zone=event.doctor_zone,
        start=event.start,
        end=event.end,
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
