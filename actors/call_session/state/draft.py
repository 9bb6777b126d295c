"""What is about to happen: events, one after another, and the state that they lead to."""

from datetime import datetime

from actors.asked import Asked
from actors.call_session.messages import Event
from actors.call_session.state.changes import evolve
from actors.call_session.state.kept import Policy, Session


class Draft:
    """The decision of one command while it is made. The rules add to it."""

    __slots__ = ("asked", "before", "events", "now_direct", "policy", "relay", "state")

    def __init__(self, state: Session, asked: Asked, policy: Policy) -> None:
        self.before = state
        self.state = state
        self.asked = asked
        self.policy = policy
        self.events: list[Event] = []
        self.relay: bool | None = None
        """Whether a media worker lives; None: nobody has looked."""
        self.now_direct = False
        """Whether a relayed call may become direct at once."""

    @property
    def at(self) -> datetime:
        """When it happens."""
        return self.asked.at

    def add(self, *events: Event) -> None:
        """Let *events* happen."""
        for event in events:
            self.state = evolve(self.state, event)
            self.events.append(event)
