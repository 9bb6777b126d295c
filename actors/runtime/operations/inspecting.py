"""The actors of a node: who is there, what one knows, what has happened, what is to come."""

from typing import Any

import msgspec

from actors.runtime.operations.common import Operation


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


class RestartActor(Operation, frozen=True):
    """Forget the actor's memory and rebuild it from the journal. Answers `Accepted`."""

    address: str


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
    epoch: int = 0
    """Of the lease under which it was committed: each owner of the shard has a greater one."""


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
