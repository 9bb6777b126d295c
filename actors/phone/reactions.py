"""Whom a phone tells that it rings or rang, and when it stops by itself."""

from datetime import datetime, timedelta

from actors.address import Address
from actors.call_session import messages as call_session
from actors.conversation.messages import is_patient_of
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import AppointmentId, ConversationId, RingId, UserId
from actors.notify import messages as notify
from actors.phone.messages import Event, PhoneRang, Ringing, RingOver, RingStopped, WasBusy

GRACE = timedelta(seconds=30)
"""How long after its time a ring stops by itself, when its session has not said so."""


def react(event: Event, me: Address) -> list[Effect]:
    """Return what *event* makes the phone tell others and wake up for."""
    match event:
        case PhoneRang(ringing, at=at):
            over = Wake(_alarm(ringing.ring), ringing.until + GRACE, RingOver(ringing.ring))
            return [over, *([_calling(ringing, me)] if at < ringing.until else [])]
        case WasBusy(ringing, at=at):
            busy = call_session.RecordBusy(ringing.ring)
            return [Send(call_session.address_of(ringing.call), busy), _missed(ringing, me, at)]
        case RingStopped(ringing, missed, at=at):
            return [Unwake(_alarm(ringing.ring)), *([_missed(ringing, me, at)] if missed else [])]
        case _:
            return []


def _alarm(ring: RingId) -> str:
    return f"ring:{ring}"


# --- the person, wherever they are ---------------------------------------------------------------


def _calling(ringing: Ringing, me: Address) -> Send:
    notice = notify.Notice(
        topic=notify.Topic.CALLING,
        appointment=ringing.appointment or AppointmentId(""),
        with_name=_name(ringing, me),
        until=ringing.until,
        thread=_thread(ringing),
    )
    return Send(notify.address_of(me.key), notify.Notify(notice))


def _missed(ringing: Ringing, me: Address, at: datetime) -> Send:
    notice = notify.Notice(
        topic=notify.Topic.MISSED_CALL,
        appointment=ringing.appointment or AppointmentId(""),
        start=at,
        with_name=_name(ringing, me),
        thread=_thread(ringing),
    )
    return Send(notify.address_of(me.key), notify.Notify(notice))


def _name(ringing: Ringing, me: Address) -> str:
    """Return the doctor who rings, for a patient; nobody else reads a name in a letter."""
    is_patient = is_patient_of(ringing.conversation, UserId(me.key))
    return ringing.from_name if is_patient else ""


def _thread(ringing: Ringing) -> ConversationId | None:
    return None if ringing.appointment else ringing.conversation
