"""Whom a visit note tells: the patient, once there is a summary to be read."""

from actors.address import Address
from actors.effects import Effect, Send
from actors.notify.messages import Notice, Notify, Topic, address_of
from actors.visit_note.messages import Event, NoteSigned


def react(event: Event, _me: Address) -> list[Effect]:
    """Return what *event* makes this actor send."""
    match event:
        case NoteSigned(summary=True):
            notice = Notice(Topic.SUMMARY, event.appointment, event.start, with_name=event.by.name)
            return [Send(address_of(event.patient.id), Notify(notice))]
        case _:
            return []
