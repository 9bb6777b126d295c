"""What commits write, by table: each row that is changed is there once, with its last word."""

from collections.abc import Iterable

from actors.ids import MessageId
from actors.runtime.journal import Commit, Entry, Snapshot
from actors.store.rows import (
    Row,
    from_alarm,
    from_dead,
    from_entry,
    from_parcel,
    from_passage,
    from_snapshot,
)


class Writes:
    """Rows for the tables, in the order of the columns in the statements."""

    def __init__(self, commits: Iterable[Commit]) -> None:
        self.entries: list[Row] = []
        self.about: list[Row] = []
        self.parcels: list[Row] = []
        self.dead: list[Row] = []
        self.settled: list[MessageId] = []
        self.answered: set[MessageId] = set()
        self._alarms: dict[tuple[str, str], Row | None] = {}
        self._fired: list[Row] = []
        self._snapshots: dict[str, Snapshot] = {}
        self._passages: dict[tuple[str, int], Row | None] = {}
        for commit in commits:
            self._add(commit)

    @property
    def fired(self) -> list[Row]:
        """Alarms (actor, name, due) that go unless they were moved to another time."""
        return [row for row in self._fired if row[:2] not in self._alarms]

    @property
    def cleared(self) -> list[tuple[str, str]]:
        """Alarms (actor, name) that go whatever their time is."""
        return [key for key, row in self._alarms.items() if row is None]

    @property
    def alarms(self) -> list[Row]:
        """Alarms that are set."""
        return [row for row in self._alarms.values() if row is not None]

    @property
    def snapshots(self) -> list[Row]:
        """The newest of each actor."""
        return [from_snapshot(snapshot) for snapshot in self._snapshots.values()]

    @property
    def places(self) -> list[tuple[str, int]]:
        """Actor and number of each passage that is kept or goes."""
        return list(self._passages)

    @property
    def passages(self) -> list[Row]:
        """Passages that are kept."""
        return [row for row in self._passages.values() if row is not None]

    @property
    def is_tangled(self) -> bool:
        """Whether one of the commits may stand on what another one of them changes."""
        over = set(self.settled)
        sent = {row[0] for row in self.parcels}
        return not over.isdisjoint(self.answered) or not over.isdisjoint(sent)

    def _add(self, commit: Commit) -> None:
        shard = commit.fence.shard
        if commit.entry is not None:
            self._add_entry(commit, commit.entry)
        if commit.answers is not None:
            self.answered.add(commit.answers)
        over = {*commit.settled, *(dead.parcel.id for dead in commit.dead)}
        sent = (parcel for parcel in commit.parcels if parcel.id not in over)
        self.parcels += [(*from_parcel(parcel), shard) for parcel in sent]
        self.settled += over
        self.dead += [(*from_dead(dead), shard) for dead in commit.dead]
        if commit.fired or commit.clear_alarms or commit.set_alarms:
            self._add_alarms(commit)
        if commit.snapshot is not None:
            self._add_snapshot(commit.snapshot)

    def _add_entry(self, commit: Commit, entry: Entry) -> None:
        self.entries.append(row := from_entry(entry, commit.fence.epoch))
        for subject in dict.fromkeys(commit.about):
            self.about.append((subject, row[0], row[1]))
        for passage in commit.passages:
            self._passages[row[0], passage.number] = from_passage(entry, passage)

    def _add_alarms(self, commit: Commit) -> None:
        actor = str(commit.actor)
        for name, due in commit.fired:
            self._fire(actor, name, due)
        for name in commit.clear_alarms:
            self._alarms[actor, name] = None
        for alarm in commit.set_alarms:
            self._alarms[actor, alarm.name] = (*from_alarm(alarm), commit.fence.shard)

    def _fire(self, actor: str, name: str, due: int) -> None:
        if (actor, name) not in self._alarms:
            self._fired.append((actor, name, due))
        elif (kept := self._alarms[actor, name]) is not None and kept[2] == due:
            self._alarms[actor, name] = None

    def _add_snapshot(self, snapshot: Snapshot) -> None:
        actor = str(snapshot.actor)
        kept = self._snapshots.get(actor)
        if kept is None or (snapshot.seq, snapshot.schema) > (kept.seq, kept.schema):
            self._snapshots[actor] = snapshot
