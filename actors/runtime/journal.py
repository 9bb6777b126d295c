"""The journal: the one truth that outlives a process, as the ground floor needs it.

Commits are enqueued from the event loop and made in the order they came, many in one
transaction. A commit carries, in that one transaction: the proof that this node still owns the
shard (its `Fence`), the events that one command caused, beside the command's id, what these
events make the actor send and when it wants to be woken.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeAlias

import msgspec

from actors.address import Address
from actors.ids import MessageId
from actors.passages import Hit, Passage
from actors.runtime.errors import JournalError
from actors.runtime.leases import Fence, Leases


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """What one command did to one actor: *count* events, numbered from *seq* on (first is 1)."""

    actor: Address
    seq: int
    count: int
    cause: MessageId
    at: int
    """Unix milliseconds of the decision."""
    caller: bytes
    """An encoded `Caller`."""
    events: bytes
    """An encoded array of events."""
    command: str = ""
    """The name of the command's type."""
    trace: str = ""
    epoch: int = 0
    """The epoch of the lease under which it was committed, from 1 on.

    The journal says so, by the commit's `Fence`; 0 in entries from before it was kept.
    """

    @property
    def last(self) -> int:
        """The number of its last event."""
        return self.seq + self.count - 1


class Parcel(msgspec.Struct, frozen=True, array_like=True):
    """A durable send that waits to be delivered. *id* is also the id of its envelope."""

    id: MessageId
    source: Address
    to: Address
    caller: bytes
    body: bytes
    at: int
    trace: str = ""


class Alarm(msgspec.Struct, frozen=True, array_like=True):
    """A durable wake-up: give *actor* the encoded command *body* at *due* (Unix ms)."""

    actor: Address
    name: str
    due: int
    body: bytes
    caller: bytes = b""
    trace: str = ""


class DeadLetter(msgspec.Struct, frozen=True, array_like=True):
    """A parcel that was refused: a bug somewhere, kept until an operator decides."""

    parcel: Parcel
    code: str
    sentence: str
    at: int


class Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """An actor's state after event number *seq*, written under the room's *schema* mark."""

    actor: Address
    seq: int
    schema: int
    state: bytes


class Line:
    """The commits of one activation, each standing on the one before.

    When one of them fails, the journal breaks the line and refuses all later ones with `Undone`.
    """

    __slots__ = ("broken",)

    def __init__(self) -> None:
        self.broken = False


class Commit(msgspec.Struct, frozen=True):
    """Everything that one step changes, in one transaction or not at all."""

    actor: Address
    fence: Fence
    entry: Entry | None = None
    """None for a step without events (a timer that changed nothing, a settled parcel)."""
    about: tuple[str, ...] = ()
    """What the events are about, to be found again by `Journal.about` (an appointment's id)."""
    parcels: tuple[Parcel, ...] = ()
    set_alarms: tuple[Alarm, ...] = ()
    """Replaces an alarm of the same actor and name."""
    clear_alarms: tuple[str, ...] = ()
    """Names of this actor's alarms. Cleared before `set_alarms` are set."""
    fired: tuple[tuple[str, int], ...] = ()
    """Alarms (name, due) that this step answers: removed, unless moved to another time since.

    Also before `set_alarms` are set.
    """
    answers: MessageId | None = None
    """The parcel whose command this step is; refused with `AlreadySettled` once it is settled.

    So a late copy of a send that changed nothing at its time does not change something now.
    """
    settled: tuple[MessageId, ...] = ()
    """Parcels that have been answered and are done with."""
    dead: tuple[DeadLetter, ...] = ()
    """Kept, and their parcels removed."""
    snapshot: Snapshot | None = None
    passages: tuple[Passage, ...] = ()
    """What can be found again by its words from now on, by number. Only beside an *entry*."""


class Loaded(msgspec.Struct, frozen=True):
    """What an activation starts from: a snapshot, if any, and the entries after it, in order."""

    snapshot: Snapshot | None
    entries: tuple[Entry, ...]


Outcome: TypeAlias = Callable[[JournalError | None], None]
"""Called once on the event loop: with None when the commit is on disk, else with what failed."""


class History(Protocol):
    """The part of a journal that looks back: what a room may read of what is past."""

    async def entries(self, actor: Address, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """Return the entries with events numbered above *after*, oldest first."""

    async def search(
        self, actors: Sequence[Address], words: str, *, before: int = 0, limit: int = 20
    ) -> Sequence[Hit]:
        """Return the passages of *actors* in which each of *words* begins a word, newest first.

        Letter case and marks on letters make no difference. Of one actor the order is that of the
        numbers, of several that of the times. *before* (0: from the newest) goes on below that
        number; it has a meaning for one actor only. No words find nothing.
        """


class Journal(History, Leases, Protocol):
    """The journal's promises. Every implementation passes the same contract suite."""

    failed: asyncio.Event
    """Set when nothing is promised any more: the process has to be started anew."""

    async def close(self) -> None:
        """Finish what was enqueued and let go."""

    # -- writing --------------------------------------------------------------------------------

    def append(self, line: Line, commit: Commit, outcome: Outcome) -> None:
        """Enqueue *commit*; commits of all actors are made in the order of these calls.

        Its entry is kept with the fence's epoch: in each shard, from one commit to the next,
        epochs never decrease.

        Does not wait. Fails as a whole with `AlreadyDone` (the actor has an entry of that cause),
        `AlreadySettled`, `FenceLost`, `Undone` (the line is broken), `StoreUnavailable` or
        `CommitUncertain`, and any failure breaks *line*. Other lines' commits are not touched by
        one that fails for its own reasons.
        Outcomes are called in the order of the appends.
        """

    # -- reading --------------------------------------------------------------------------------

    async def load(self, actor: Address, schema: int) -> Loaded:
        """Return what rebuilds *actor*; a snapshot of another *schema* mark is left aside."""

    async def find(self, actor: Address, cause: MessageId) -> Entry | None:
        """Return what the command of that id did to *actor*, if it was done."""

    async def about(self, subject: str) -> Sequence[Entry]:
        """Return every entry about *subject*, of all actors, in the order of their commits."""

    async def parcels(self, shards: Iterable[int]) -> Sequence[Parcel]:
        """Return the parcels that actors of *shards* still have to deliver, oldest first."""

    async def alarms(self, shards: Iterable[int]) -> Sequence[Alarm]:
        """Return the alarms of the actors of *shards*, earliest first."""

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return what could not be delivered, oldest first."""

    async def revive(self, parcel: MessageId) -> Parcel | None:
        """Turn a dead letter back into a parcel to be delivered; None when there is none."""

    async def drop(self, parcel: MessageId) -> bool:
        """Forget a dead letter; False when there is none."""

    async def counts(self) -> dict[str, int]:
        """Return how many entries, parcels, alarms, dead letters and snapshots there are."""
