"""Rings are heard on the phone; that one was missed stands in the thread."""

from actors.call_session.messages import Event, Rang, RingEnded
from actors.conversation import messages as conversation
from actors.effects import Effect, Send
from actors.ids import CallId
from actors.phone import messages as phone


def of_rings(event: Event, call: CallId) -> list[Effect]:
    """Return whom a ring of *call* is told."""
    match event:
        case Rang():
            return [_ring(event, call)]
        case RingEnded():
            return [_stop(event), *_missed(event)]
        case _:
            return []


def _ring(event: Rang, call: CallId) -> Send:
    ring = event.ring
    ringing = phone.Ringing(
        ring=ring.id,
        call=call,
        by=ring.by,
        from_name=event.by_name,
        medium=ring.medium,
        until=ring.until,
        appointment=event.appointment,
        conversation=event.conversation,
    )
    return Send(phone.address_of(ring.to), phone.RingPhone(ringing))


def _stop(event: RingEnded) -> Send:
    ring = event.ring
    return Send(phone.address_of(ring.to), phone.StopRinging(ring.id, event.how.missed))


def _missed(event: RingEnded) -> list[Effect]:
    """Return that the thread shows a missed call; a colleague's phone is none of its business."""
    if not event.how.missed or event.colleague:
        return []
    record = conversation.RecordCall(event.appointment, event.ring.by, event.ring.at)
    return [Send(conversation.address_of(event.conversation), record)]
