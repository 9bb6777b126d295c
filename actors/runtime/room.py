"""What a room hands to the runtime: its language and its pure functions."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from actors.address import Address
from actors.asked import Asked
from actors.caller import Caller
from actors.effects import Effect
from actors.passages import Passage

S = TypeVar("S")


def appointment_of(event: object) -> tuple[str, ...]:
    """Return the appointment that *event* names, if it names one."""
    appointment = getattr(event, "appointment", None)
    return () if appointment is None else (appointment,)


def not_its_key(_event: object) -> bool:
    """Return that this event is not about its actor's key: what it names is all."""
    return False


def no_passages(_event: object) -> tuple[Passage, ...]:
    """Return nothing: the texts of this room can't be searched."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room(Generic[S]):
    """One kind of actor. `decide`, `evolve`, `answer`, `react` never wait and read no clock."""

    kind: str
    command: Any
    """The union of the commands that come over the wire."""
    query: Any
    event: Any
    state: type[S]
    """A msgspec Struct, for snapshots."""
    schema: int
    """Raise it when `state` changes shape: older snapshots are then left aside."""
    born: Callable[[str], S]
    """The state of an actor with this key to which nothing has happened yet."""
    decide: Callable[[S, Any, Asked], Sequence[Any]]
    """What happens when this command is given, or a `Refusal`. No events: nothing changes."""
    evolve: Callable[[S, Any], S]
    answer: Callable[[S, Any, Asked], Any]
    """A query's view, or a `Refusal`."""
    react: Callable[[Any, Address], Sequence[Effect]]
    """What an event makes this actor (whose address is given) send and wake up for."""
    may_watch: Callable[[S, Caller], bool]
    about: Callable[[Any], Sequence[str]] = appointment_of
    """What an event is about, to be found again across rooms."""
    about_key: Callable[[Any], bool] = not_its_key
    """Whether an event is about the actor's key as well: that of a visit's session is the visit."""
    prepare: Callable[[S, Any, Asked], Awaitable[Any]] | None = None
    """Slow work before a decision (hashing) or an answer (reading the journal's past).

    Returns the command that `decide`, or the query that `answer` gets instead. Runs beside the
    mailbox on the state of its start, so these must check that what it relied on still holds.
    """
    prepared: frozenset[type] = field(default_factory=frozenset)
    """The commands and queries that `prepare` is for."""
    passing: Any = None
    """The union of the messages that are only passed on to who watches, and kept nowhere."""
    pass_on: Callable[[S, Any, Asked], Any] | None = None
    """What watchers are told of a passing message (None: nothing), or a `Refusal`."""
    passages: Callable[[Any], Sequence[Passage]] = no_passages
    """What an event adds to what can be found again by its words."""
    personal: frozenset[str] = field(default_factory=frozenset)
    """Names of fields in state and events that are masked when an operator inspects."""
