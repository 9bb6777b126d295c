"""Every bound of a node, and the switches that negative controls turn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a node takes on. Times are in seconds."""

    mailbox: int = 256
    """Messages that may wait for one actor; one more is answered `busy`."""
    uncommitted: int = 256
    """Steps of one actor that may be on their way to disk; further messages wait."""
    in_flight: int = 8192
    """Steps of all actors on their way to disk; further commands are answered `busy`."""
    active: int = 20_000
    """Actors in memory; beyond it the longest idle are put away early."""
    idle: float = 600.0
    """An actor to which nothing is said for so long is put away."""
    sweep: float = 5.0
    """How often idle actors are looked for."""
    snapshot_every: int = 200
    """Events after which an actor's state is written beside its next commit."""
    snapshot_idle: int = 20
    """Events that make a snapshot worth writing when an actor is put away."""
    answers_kept: int = 16
    """Answers that an actor remembers for repeated commands (the journal knows all of them)."""
    crashes: int = 3
    """Crashes of one actor within `crash_period` before it rests for `rest`."""
    crash_period: float = 30.0
    rest: float = 60.0
    watchers: int = 1000
    """Watchers of one actor; one more is refused."""
    watch_backlog: int = 64
    """Events that wait for one watcher; then it is told to read anew."""
    watch_replay: int = 256
    """Missed entries that a returning watcher is told one by one."""
    outbox_in_flight: int = 256
    """Durable sends on the wire at once."""
    lease: float = 30.0
    """How long a node lives after it was last heard of by the store; it beats six times in that."""
    knock: float = 0.1
    """How often nodes ask one another whether they are there."""
    knocks: int = 3
    """How often in a row nobody must be there for a node to count as gone."""
    at_once: int = 8
    """Shards that are handed over together."""
    drain: float = 5.0
    """How long an orderly stop may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """Promises that a test breaks on purpose, to show that it would notice."""

    answer_after_commit: bool = True
    undo_failed_commits: bool = True
    remember_answers: bool = True
