"""One node: how it is, and its end."""

from actors.runtime.operations.common import Operation


class GetStatus(Operation, frozen=True):
    """How is the node? Answers `NodeStatus`."""


class Drain(Operation, frozen=True):
    """Finish what was taken, take no more, and stop. Answers `Accepted` at once."""


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
    role: str = ""
    """What runs there: `all`, or `actors`."""
