"""What waits for the doctor: who has arrived; and what does not wait any more."""

from collections.abc import Iterable

from actors.address import Address
from actors.doctor.messages import (
    OfferClosed,
    OfferEvent,
    PatientArrived,
    RequestDeclined,
    Returned,
    TimeHeld,
    TimesProposed,
    VisitCancelled,
    VisitConfirmed,
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
        case VisitConfirmed(moved=True):
            return _settled(box, event.appointment, Topic.ARRIVED)
        case VisitProgressed() | VisitCancelled() | VisitReturned():
            return _settled(box, event.appointment, Topic.REQUEST, Topic.ARRIVED)
        case _:
            return []


def alerts_about_returned(returned: Iterable[Returned], me: Address) -> list[Send]:
    """Return that nothing of what went back to routing waits for the doctor any more."""
    box, topics = address_of(me.key), (Topic.REQUEST, Topic.ARRIVED)
    return [send for each in returned for send in _settled(box, each.appointment, *topics)]


def _settled(box: Address, appointment: AppointmentId, *topics: Topic) -> list[Send]:
    return [Send(box, Settle(topic, appointment)) for topic in topics]
