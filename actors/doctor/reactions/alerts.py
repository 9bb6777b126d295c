"""What waits for the doctor: who has arrived; and what does not wait any more."""

from actors.address import Address
from actors.doctor.messages import (
    OfferClosed,
    OfferEvent,
    PatientArrived,
    RequestDeclined,
    TimeHeld,
    TimesProposed,
    VisitCancelled,
    VisitEvent,
    VisitProgressed,
    VisitReturned,
)
from actors.effects import Send
from actors.ids import AppointmentId
from actors.notify.messages import Notice, Notify, Settle, Topic, address_of


def alerts_about(event: OfferEvent | VisitEvent, me: Address) -> list[Send]:
    """Return what the doctor is alerted to, and what is dealt with, by *event*."""
    box = address_of(me.key)
    match event:
        case PatientArrived(appointment):
            return [Send(box, Notify(Notice(Topic.ARRIVED, appointment), alert=True))]
        case TimeHeld() | TimesProposed() | RequestDeclined() | OfferClosed():
            return _settled(box, event.appointment, Topic.REQUEST)
        case VisitProgressed() | VisitCancelled() | VisitReturned():
            return _settled(box, event.appointment, Topic.REQUEST, Topic.ARRIVED)
        case _:
            return []


def _settled(box: Address, appointment: AppointmentId, *topics: Topic) -> list[Send]:
    return [Send(box, Settle(topic, appointment)) for topic in topics]
