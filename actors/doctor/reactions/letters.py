"""What a doctor should know by letter. Nothing in a letter says who the patient is."""

from collections.abc import Iterable
from typing import TypeAlias

from actors.address import Address
from actors.doctor.messages import (
    MoveWished,
    OfferEvent,
    RequestOffered,
    Returned,
    VisitCancelled,
    VisitConfirmed,
    VisitEvent,
    VisitReturned,
)
from actors.effects import Send
from actors.notify.messages import CalendarEntry, Notice, Notify, Topic, address_of

Gone: TypeAlias = VisitCancelled | VisitReturned | Returned


def letters_about(event: OfferEvent | VisitEvent, me: Address) -> list[Send]:
    """Return what the doctor is told of *event*, if anything."""
    notice = _notice(event)
    if notice is None:
        return []
    return [Send(address_of(me.key), Notify(notice, alert=notice.topic is Topic.REQUEST))]


def letters_about_returned(returned: Iterable[Returned], me: Address) -> list[Send]:
    """Return what the doctor is told of visits that went back to routing."""
    notices = map(_struck_out, returned)
    return [Send(address_of(me.key), Notify(notice)) for notice in notices if notice]


def _notice(event: OfferEvent | VisitEvent) -> Notice | None:
    match event:
        case RequestOffered():
            return _offered(event)
        case VisitConfirmed():
            return _confirmed(event)
        case VisitCancelled() | VisitReturned():
            return _struck_out(event)
        case MoveWished(appointment, start=start, patient_zone=zone):
            return Notice(Topic.WISH, appointment, start, zone)
        case _:
            return None


def _offered(event: RequestOffered) -> Notice:
    return Notice(
        Topic.REQUEST,
        event.appointment,
        start=event.reserved.start if event.reserved else None,
        other_zone=event.request.patient.zone,
        until=event.answer_by,
        answer_round=event.round,
    )


def _confirmed(event: VisitConfirmed) -> Notice:
    return Notice(
        Topic.VISIT_MOVED if event.moved else Topic.VISIT,
        event.appointment,
        start=event.start,
        other_zone=event.patient_zone,
        calendar=CalendarEntry(event.appointment, event.sequence, event.start, event.end),
    )


def _struck_out(event: Gone) -> Notice | None:
    """Return that a visit is not in the diary any more; of a time only held there is no word."""
    span = event.stood
    if span is None:
        return None
    return Notice(
        Topic.VISIT_CANCELLED,
        event.appointment,
        start=span.start,
        other_zone=event.patient_zone,
        calendar=CalendarEntry(
            event.appointment, event.sequence, span.start, span.end, cancelled=True
        ),
    )
