"""Group commit, on the thread's side: many commits, one transaction, one flush of the disk.

First the whole batch is written at once, table by table. When one of its commits can't stand,
the transaction is undone and made again commit by commit, so that only the culprits fail.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import msgspec

from actors.runtime.errors import (
    AlreadyDone,
    AlreadySettled,
    FenceLost,
    JournalError,
    StoreUnavailable,
    Undone,
)
from actors.runtime.journal import Commit, Line
from actors.runtime.leases import Fence
from actors.store.queries import QUERIES
from actors.store.sqlite.writes import Rows

Work: TypeAlias = Callable[[sqlite3.Connection], None]
Results: TypeAlias = list[JournalError | None]

CULPRITS: Final = (
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    OverflowError,
    ValueError,
)
"""What one commit alone is to blame for: a broken constraint, or a value that can't be kept."""

FATAL: Final = {
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
}
"""After these, what the disk holds is unknown: the process must stop and check at its start."""

PRIMARY: Final = 0xFF
"""The part of an error code that names its family."""

BEGIN, COMMIT, ROLLBACK = QUERIES["begin"], QUERIES["commit"], QUERIES["rollback"]


def is_fatal(error: sqlite3.Error) -> bool:
    """Return whether nothing may be promised any more after *error*."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code in FATAL or code & PRIMARY in FATAL


class GroupConnection(sqlite3.Connection):
    """A connection whose `commit` does the next work on its tray, in the connection's thread.

    So aiosqlite carries a whole transaction to that thread and back in one hop.
    """

    def __init__(self, tray: deque[Work], *args: Any, **options: Any) -> None:  # noqa: ANN401  as sqlite3's
        super().__init__(*args, **options)
        self._tray = tray

    def commit(self) -> None:
        """Do the next work on the tray."""
        self._tray.popleft()(self)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is done inside, or nothing of it."""
    connection.execute(BEGIN)
    try:
        yield
        connection.execute(COMMIT)
    except BaseException:
        if connection.in_transaction:
            connection.execute(ROLLBACK)
        raise


class Fences:
    """Which epoch each shard has, read again only when the lease table has changed."""

    def __init__(self) -> None:
        self._version = -1
        self._epochs: dict[int, int] = {}

    def read(self, connection: sqlite3.Connection) -> None:
        """Learn what the open transaction sees."""
        (version,) = connection.execute(QUERIES["fence_version"]).fetchone()
        if version != self._version:
            self._epochs = dict(connection.execute(QUERIES["fences"]).fetchall())
            self._version = version

    def hold(self, fence: Fence) -> bool:
        """Return whether *fence* still proves that its holder owns the shard."""
        return self._epochs.get(fence.shard) == fence.epoch


class Batch:
    """Commits that are made in one transaction. `results` says what became of each."""

    def __init__(self, lines: Sequence[Line], commits: Sequence[Commit], fences: Fences) -> None:
        self.results: Results = [Undone() if line.broken else None for line in lines]
        self.fatal: sqlite3.Error | None = None
        self._lines = lines
        self._commits = commits
        self._fences = fences

    def __call__(self, connection: sqlite3.Connection) -> None:
        """Make the commits; called in the connection's thread."""
        try:
            with transaction(connection):
                self._write(connection)
        except sqlite3.Error as error:
            self._give_up(error)

    def _write(self, connection: sqlite3.Connection) -> None:
        self._fences.read(connection)
        self._refuse_lost_fences()
        sound = [
            commit
            for commit, error in zip(self._commits, self.results, strict=True)
            if error is None
        ]
        try:
            if are_awaited(connection, sound):
                Rows(sound).write(connection)
                return
        except CULPRITS:
            connection.execute(ROLLBACK)
            connection.execute(BEGIN)
        self._write_one_by_one(connection)

    def _refuse_lost_fences(self) -> None:
        broken: set[Line] = set()
        for place, (line, commit) in enumerate(zip(self._lines, self._commits, strict=True)):
            if line in broken:
                self.results[place] = Undone()
            elif self.results[place] is None and not self._fences.hold(commit.fence):
                self.results[place] = FenceLost(f"Shard {commit.fence.shard} is another's now.")
                broken.add(line)

    def _write_one_by_one(self, connection: sqlite3.Connection) -> None:
        broken: set[Line] = set()
        for place, line in enumerate(self._lines):
            if self.results[place] is None:
                failed = Undone() if line in broken else write_one(connection, self._commits[place])
                self.results[place] = failed
            if self.results[place] is not None:
                broken.add(line)

    def _give_up(self, error: sqlite3.Error) -> None:
        """Fail them all: the transaction was not made (or nobody can tell)."""
        sentence = f"The journal can't be written: {error}."
        self.results = [StoreUnavailable(sentence) for _ in self._commits]
        if is_fatal(error):
            self.fatal = error


def are_awaited(connection: sqlite3.Connection, commits: Sequence[Commit]) -> bool:
    """Return whether every parcel that *commits* answer still waits, and none is settled by them.

    False may also mean that only the order inside of *commits* can tell.
    """
    answered = {commit.answers for commit in commits if commit.answers is not None}
    if not answered:
        return True
    over = {parcel for commit in commits for parcel in commit.settled}
    over |= {letter.parcel.id for commit in commits for letter in commit.dead}
    if not answered.isdisjoint(over):
        return False
    asked = msgspec.json.encode(list(answered)).decode()
    (waiting,) = connection.execute(QUERIES["waiting_parcels"], (asked,)).fetchone()
    return bool(waiting == len(answered))


def write_one(connection: sqlite3.Connection, commit: Commit) -> JournalError | None:
    """Write *commit* into the open transaction, or leave it as it was and say why."""
    failed: JournalError | None = None
    connection.execute(QUERIES["savepoint"])
    try:
        if are_awaited(connection, [commit]):
            Rows([commit]).write(connection)
        else:
            failed = repeated(connection, commit) or AlreadySettled(f"{commit.answers} is settled.")
    except CULPRITS as error:
        connection.execute(QUERIES["rollback_savepoint"])
        failed = reason(connection, commit, error)
    connection.execute(QUERIES["release_savepoint"])
    return failed


def repeated(connection: sqlite3.Connection, commit: Commit) -> AlreadyDone | None:
    """Return that the command of *commit* is done already, if it is."""
    entry = commit.entry
    if entry is None:
        return None
    found = connection.execute(QUERIES["find"], (str(entry.actor), entry.cause)).fetchone()
    return AlreadyDone(f"{entry.actor} has done {entry.cause} already.") if found else None


def reason(connection: sqlite3.Connection, commit: Commit, error: Exception) -> JournalError:
    """Tell a repeated command from every other *error* of one commit."""
    again = repeated(connection, commit) if isinstance(error, sqlite3.IntegrityError) else None
    return again or StoreUnavailable(f"The journal can't keep that: {error}.")
