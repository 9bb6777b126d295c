"""What a memory journal leaves behind when its process dies."""

from collections.abc import Iterator

from msgspec.structs import replace

from actors.address import Address
from actors.ids import MessageId
from actors.passages import Hit, Passage, words_of
from actors.runtime.clock import from_unix_ms
from actors.runtime.errors import AlreadyDone, AlreadySettled, StoreUnavailable
from actors.runtime.journal import Alarm, Commit, DeadLetter, Entry, Parcel, Snapshot
from actors.runtime.leases import Census, Fence, Lease, Member


class MemoryDisk:
    """What survives a crash."""

    def __init__(self) -> None:
        self.leases: dict[int, Lease] = {}
        self.members: dict[str, tuple[Member, int]] = {}
        """By run: the member, and until when (Unix milliseconds) it lives."""
        self.entries: list[Entry] = []
        self.done: dict[tuple[Address, MessageId], Entry] = {}
        self.histories: dict[Address, dict[int, Entry]] = {}
        self.subjects: dict[str, list[Entry]] = {}
        self.parcels: dict[MessageId, tuple[int, Parcel]] = {}
        self.alarms: dict[tuple[Address, str], tuple[int, Alarm]] = {}
        self.dead: dict[MessageId, tuple[int, DeadLetter]] = {}
        self.snapshots: dict[Address, Snapshot] = {}
        self.passages: dict[Address, dict[int, Hit]] = {}

    def owner(self, shard: int) -> str:
        """Return who owns *shard*; empty when nobody does."""
        return self.leases[shard].owner if shard in self.leases else ""

    def own(self, shard: int, run: str) -> Fence:
        """Make *run* the owner of *shard*, with a new epoch."""
        epoch = self.leases[shard].epoch + 1 if shard in self.leases else 1
        self.leases[shard] = Lease(shard, run, epoch)
        return Fence(shard, epoch)

    def give_up(self, run: str) -> None:
        """Let *run* own nothing and be no member."""
        self.members.pop(run, None)
        for shard, lease in self.leases.items():
            if lease.owner == run:
                self.leases[shard] = Lease(shard, "", lease.epoch)

    def bury(self, now: int, far: int) -> None:
        """Forget members whose time is over, or would be later than *far*."""
        self.members = {run: each for run, each in self.members.items() if now < each[1] <= far}

    def census(self, now: int) -> Census:
        """Return who lives, and who owns what."""
        living = [member for member, until in self.members.values() if until > now]
        living.sort(key=lambda member: (member.since, member.run))
        return Census(
            now, tuple(living), tuple(self.leases[shard] for shard in sorted(self.leases))
        )

    def holds(self, fence: Fence) -> bool:
        """Return whether *fence* still proves that its holder owns the shard."""
        lease = self.leases.get(fence.shard)
        return lease is not None and bool(lease.owner) and lease.epoch == fence.epoch

    def refuse(self, commit: Commit, *, dedupe: bool) -> None:
        """Raise what stands against *commit*; nothing is written yet."""
        entry = commit.entry
        if entry is not None:
            if dedupe and (entry.actor, entry.cause) in self.done:
                raise AlreadyDone(f"{entry.actor} has done {entry.cause} already.")
            if entry.seq in self.histories.get(entry.actor, ()):
                raise StoreUnavailable(f"{entry.actor} has an event {entry.seq} already.")
        if dedupe and commit.answers is not None and commit.answers not in self.parcels:
            raise AlreadySettled(f"{commit.answers} is settled already.")
        ids = [parcel.id for parcel in commit.parcels]
        if len(set(ids)) < len(ids) or not self.parcels.keys().isdisjoint(ids):
            raise StoreUnavailable("A parcel of that id is waiting already.")

    def write(self, commit: Commit) -> None:
        """Keep all of *commit*."""
        shard = commit.fence.shard
        if commit.entry is not None:
            kept = replace(commit.entry, epoch=commit.fence.epoch)
            self._write_entry(kept, commit.about)
            for passage in commit.passages:
                self._write_passage(commit.entry, passage)
        for parcel in commit.parcels:
            self.parcels[parcel.id] = (shard, parcel)
        for name, due in commit.fired:
            self._clear_fired(commit.actor, name, due)
        for name in commit.clear_alarms:
            self.alarms.pop((commit.actor, name), None)
        for alarm in commit.set_alarms:
            self.alarms[alarm.actor, alarm.name] = (shard, alarm)
        for dead in commit.dead:
            self.dead[dead.parcel.id] = (shard, dead)
        for done in (*commit.settled, *(dead.parcel.id for dead in commit.dead)):
            self.parcels.pop(done, None)
        if commit.snapshot is not None:
            self._write_snapshot(commit.snapshot)

    def _write_entry(self, entry: Entry, about: tuple[str, ...]) -> None:
        self.entries.append(entry)
        self.done[entry.actor, entry.cause] = entry
        self.histories.setdefault(entry.actor, {})[entry.seq] = entry
        for subject in dict.fromkeys(about):
            self.subjects.setdefault(subject, []).append(entry)

    def _write_passage(self, entry: Entry, passage: Passage) -> None:
        kept = self.passages.setdefault(entry.actor, {})
        kept.pop(passage.number, None)
        if words_of(passage.text):
            at = from_unix_ms(entry.at)
            kept[passage.number] = Hit(entry.actor, passage.number, passage.text, at)

    def _clear_fired(self, actor: Address, name: str, due: int) -> None:
        kept = self.alarms.get((actor, name))
        if kept is not None and kept[1].due == due:
            del self.alarms[actor, name]

    def _write_snapshot(self, snapshot: Snapshot) -> None:
        kept = self.snapshots.get(snapshot.actor)
        if kept is None or (snapshot.seq, snapshot.schema) > (kept.seq, kept.schema):
            self.snapshots[snapshot.actor] = snapshot

    def history(self, actor: Address, after: int) -> list[Entry]:
        """Return the entries of *actor* with events numbered above *after*, oldest first."""
        kept = self.histories.get(actor, {})
        return [kept[seq] for seq in sorted(kept) if kept[seq].last > after]

    def search(self, actor: Address, words: list[str], before: int) -> Iterator[Hit]:
        """Yield the passages of *actor*, below number *before* if that is not 0, with *words*."""
        for hit in self.passages.get(actor, {}).values():
            if (not before or hit.number < before) and has_all(hit.text, words):
                yield hit


def has_all(text: str, words: list[str]) -> bool:
    """Return whether each of the folded *words* begins a word of *text*."""
    there = words_of(text)
    return all(any(one.startswith(word) for one in there) for word in words)
