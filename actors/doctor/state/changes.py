"""What each event makes of a doctor, their offers and their diary."""

from actors.doctor.messages import CorrespondenceEvent, Event, OfferEvent, PracticeEvent
from actors.doctor.state.corresponding import evolve_correspondence
from actors.doctor.state.kept import Doctor
from actors.doctor.state.offered import evolve_offer
from actors.doctor.state.practised import evolve_practice
from actors.doctor.state.visited import evolve_visit


def evolve(state: Doctor, event: Event) -> Doctor:
    """Return the doctor to whom *event* has happened."""
    if isinstance(event, PracticeEvent):
        return evolve_practice(state, event)
    if isinstance(event, OfferEvent):
        return evolve_offer(state, event)
    if isinstance(event, CorrespondenceEvent):
        return evolve_correspondence(state, event)
    return evolve_visit(state, event)
