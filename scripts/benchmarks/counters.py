"""A room for measuring: counters that add, with and without telling a second one."""

from collections.abc import Sequence

import msgspec

from actors.address import Address
from actors.asked import Asked
from actors.caller import Caller
from actors.effects import Effect, Send
from actors.runtime.room import Room

KIND = "counter"
ECHO_BYTES = b"x" * 32


def address_of(number: int) -> Address:
    """Return where a counter is reached."""
    return Address(KIND, f"c{number}")


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to a counter."""


class Add(Message, frozen=True):
    """Add *amount*; *mirror* names a second counter that adds the same."""

    amount: int
    mirror: str = ""


class GetTotal(Message, frozen=True):
    """Ask for the `Total`."""


class Added(Message, frozen=True):
    """The total is higher by *amount*."""

    amount: int
    mirror: str


class Total(Message, frozen=True):
    """What a counter has added up."""

    total: int


class State(msgspec.Struct, frozen=True):
    """What a counter knows."""

    total: int = 0


def _decide(_state: State, command: Add, _asked: Asked) -> list[Added]:
    return [Added(command.amount, command.mirror)]


def _evolve(state: State, event: Added) -> State:
    return State(state.total + event.amount)


def _answer(state: State, _query: GetTotal, _asked: Asked) -> Total:
    return Total(state.total)


def _react(event: Added, _me: Address) -> Sequence[Effect]:
    return [Send(Address(KIND, event.mirror), Add(event.amount))] if event.mirror else []


def _may_watch(_state: State, _caller: Caller) -> bool:
    return True


ROOM: Room[State] = Room(
    kind=KIND,
    command=Add,
    query=GetTotal,
    event=Added,
    state=State,
    schema=1,
    born=lambda _key: State(),
    decide=_decide,
    evolve=_evolve,
    answer=_answer,
    react=_react,
    may_watch=_may_watch,
)
