"""What a doctor may do, and what the others may ask of them."""

from functools import reduce

from actors.asked import Asked
from actors.doctor.messages import (
    Command,
    CorrespondenceCommand,
    Event,
    LineMoved,
    OfferCommand,
    PracticeCommand,
    Prepared,
)
from actors.doctor.state.changes import evolve
from actors.doctor.state.corresponding import decide_correspondence
from actors.doctor.state.kept import Doctor
from actors.doctor.state.line import moved
from actors.doctor.state.offers import decide_offer
from actors.doctor.state.practice import decide_practice
from actors.doctor.state.visits import decide_visit


def decide(state: Doctor, command: Command | Prepared, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    events = _decided(state, command, asked)
    whom = moved(state, reduce(evolve, events, state), asked.at)
    return [*events, LineMoved(whom, asked.at)] if whom else events


def _decided(state: Doctor, command: Command | Prepared, asked: Asked) -> list[Event]:
    if isinstance(command, PracticeCommand | Prepared):
        return decide_practice(state, command, asked)
    if isinstance(command, OfferCommand):
        return decide_offer(state, command, asked)
    if isinstance(command, CorrespondenceCommand):
        return decide_correspondence(state, command, asked)
    return decide_visit(state, command, asked)
