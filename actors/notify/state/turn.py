"""One decision on its way: what has happened so far, and what that has made of the box."""

from collections.abc import Iterable

from actors.asked import Asked
from actors.caller import Caller, is_actor
from actors.notify.messages import Channel, Event, address_of
from actors.notify.state.evolving import evolve
from actors.notify.state.kept import Box
from actors.refusal import NotAllowed


class Turn:
    """Gathers the events of one command; each is decided on what the one before has made."""

    def __init__(self, state: Box, asked: Asked, channels: Iterable[Channel]) -> None:
        self.state = state
        self.asked = asked
        self.at = asked.at
        self.channels = frozenset(channels)
        """The channels that this clinic has."""
        self.events: list[Event] = []

    def add(self, event: Event) -> None:
        """Let *event* happen."""
        self.events.append(event)
        self.state = evolve(self.state, event)

    def only_by_the_person(self) -> None:
        """Raise `NotAllowed` for anybody else."""
        if not is_owner(self.state, self.asked.caller):
            raise NotAllowed

    def only_by_itself(self) -> None:
        """Raise `NotAllowed` for what is no wake-up of this box."""
        if not is_actor(self.asked.caller, address_of(self.state.user)):
            raise NotAllowed


def is_owner(state: Box, caller: Caller) -> bool:
    """Return whether *caller* is the person whose letter box this is."""
    known = state.recipient
    return known is not None and known.role is caller.role and caller.user == state.user
