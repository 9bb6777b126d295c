"""What an operator may ask of a node, over the bus: the language of `node.<name>`.

Each request is answered with its reply, or with `OperationRefused`. Addresses are printed
(`kind/key`), times are Unix milliseconds.
"""

from typing import Any, TypeAlias

import msgspec


class Operation(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to a node by its operator, and back."""


class GetStatus(Operation, frozen=True):
    """How is the node? Answers `NodeStatus`."""


class ListActors(Operation, frozen=True):
    """Who is active on the node? Answers `ActorList`."""

    kind: str = ""
    limit: int = 200


class Inspect(Operation, frozen=True):
    """What does this actor know? Answers `Inspection`; *reveal* unmasks and is audited."""

    address: str
    events: int = 10
    reveal: bool = False
    operator: str = ""


class Explain(Operation, frozen=True):
    """What happened to this, over all rooms? Answers `Explanation`."""

    subject: str
    reveal: bool = False
    operator: str = ""


class ListAlarms(Operation, frozen=True):
    """Which wake-ups are set? Answers `AlarmList`; *kind* of actor, and how the name begins."""

    kind: str = ""
    name: str = ""
    limit: int = 200


class Drain(Operation, frozen=True):
    """Finish what was taken, take no more, and stop. Answers `Accepted` at once."""


class RestartActor(Operation, frozen=True):
    """Forget the actor's memory and rebuild it from the journal. Answers `Accepted`."""

    address: str


class ListDeadLetters(Operation, frozen=True):
    """What could not be delivered? Answers `DeadLetterList`."""


class RetryDeadLetter(Operation, frozen=True):
    """Deliver it once more. Answers `Accepted`."""

    id: str


class DropDeadLetter(Operation, frozen=True):
    """Forget it. Answers `Accepted`."""

    id: str


Question: TypeAlias = (
    GetStatus
    | ListActors
    | Inspect
    | Explain
    | ListAlarms
    | Drain
    | RestartActor
    | ListDeadLetters
    | RetryDeadLetter
    | DropDeadLetter
)


class NodeStatus(Operation, frozen=True):
    """A node at a glance. *uptime* is in seconds; *journal* counts rows by table."""

    node: str
    version: str
    state: str
    """`running` or `draining`."""
    uptime: float
    connected: bool
    shards: int
    shards_total: int
    actors: dict[str, int]
    """Active actors by kind."""
    mailbox_depth: int
    """Messages that wait in all mailboxes together."""
    deepest_mailbox: int
    uncommitted: int
    """Commits on their way to disk."""
    outbox_backlog: int
    alarms: int
    watchers: int
    restarts: dict[str, int]
    """Crashes of actors since the start, by kind."""
    unavailable: tuple[str, ...]
    """Actors that rest after too many crashes."""
    dead_letters: int
    journal: dict[str, int]


class ActorRow(msgspec.Struct, frozen=True):
    """One active actor."""

    address: str
    seq: int
    mailbox: int
    uncommitted: int
    watchers: int
    idle_seconds: float
    restarts: int


class ActorList(Operation, frozen=True):
    """Active actors, the busiest first."""

    items: tuple[ActorRow, ...]
    total: int


class EntryRow(msgspec.Struct, frozen=True):
    """One command's effect. *events* are plain (name, fields), personal ones masked."""

    actor: str
    seq: int
    at: int
    command: str
    cause: str
    by: str
    """`role:user`, and on whose behalf where that differs."""
    events: tuple[dict[str, Any], ...]


class Inspection(Operation, frozen=True):
    """What an actor knows, and what happened to it last."""

    address: str
    seq: int
    active: bool
    state: dict[str, Any]
    entries: tuple[EntryRow, ...]


class Explanation(Operation, frozen=True):
    """Every entry about a subject, over all rooms, in the order of their commits."""

    subject: str
    entries: tuple[EntryRow, ...]


class AlarmRow(msgspec.Struct, frozen=True):
    """One wake-up that is set; *due* in Unix milliseconds."""

    actor: str
    name: str
    due: int


class AlarmList(Operation, frozen=True):
    """Wake-ups, the earliest first."""

    items: tuple[AlarmRow, ...]
    total: int


class DeadLetterRow(msgspec.Struct, frozen=True):
    """One parcel that was refused, and why."""

    id: str
    source: str
    to: str
    message: str
    code: str
    sentence: str
    at: int


class DeadLetterList(Operation, frozen=True):
    """What could not be delivered, oldest first."""

    items: tuple[DeadLetterRow, ...]


class Accepted(Operation, frozen=True):
    """It is done, or under way."""

    sentence: str = ""


class OperationRefused(Operation, frozen=True):
    """It can't be done; *code* is stable."""

    code: str
    sentence: str


Answer: TypeAlias = (
    NodeStatus
    | ActorList
    | Inspection
    | Explanation
    | AlarmList
    | DeadLetterList
    | Accepted
    | OperationRefused
)
