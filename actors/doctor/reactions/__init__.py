"""Whom a doctor's actor tells, and what it wakes up for."""

from actors.address import Address
from actors.doctor.messages import CorrespondenceEvent, Event, PracticeEvent
from actors.doctor.reactions.alerts import alerts_about
from actors.doctor.reactions.correspondence import react_to_correspondence
from actors.doctor.reactions.practice import react_to_practice
from actors.doctor.reactions.visits import react_to_visit
from actors.effects import Effect


def react(event: Event, me: Address) -> list[Effect]:
    """Return what *event* makes this actor send and wake up for."""
    if isinstance(event, PracticeEvent):
        return react_to_practice(event, me)
    if isinstance(event, CorrespondenceEvent):
        return react_to_correspondence(event)
    return [*react_to_visit(event, me), *alerts_about(event, me)]
