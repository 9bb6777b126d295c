"""Group commit, on the thread's side: many commits, one transaction, one flush of the disk.

First the whole batch is written at once, table by table. When one of its commits can't stand,
the transaction is undone and made again commit by commit, so that only the culprits fail.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import msgspec

from actors.runtime.errors import (
    AlreadyDone,
    AlreadySettled,
    FenceLost,
    JournalError,
    StoreUnavailable,
)
from actors.runtime.journal import Commit
from actors.runtime.leases import Fence
from actors.store.batch import Batch
from actors.store.sqlite.statements import QUERIES
from actors.store.sqlite.writes import write
from actors.store.writes import Writes

Work: TypeAlias = Callable[[sqlite3.Connection], None]

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


class Group:
    """A batch that is made in one transaction, in the connection's thread."""

    def __init__(self, batch: Batch, fences: Fences) -> None:
        self.fatal: sqlite3.Error | None = None
        self._batch = batch
        self._fences = fences

    def __call__(self, connection: sqlite3.Connection) -> None:
        """Make the commits; called in the connection's thread."""
        try:
            with transaction(connection):
                self._write(connection)
        except sqlite3.Error as error:
            self._batch.give_up(StoreUnavailable(f"The journal can't be written: {error}."))
            if is_fatal(error):
                self.fatal = error

    def _write(self, connection: sqlite3.Connection) -> None:
        self._fences.read(connection)
        self._refuse_lost_fences()
        batch = self._batch
        writes = Writes(batch.commits[place] for place in batch.standing())
        try:
            if not writes.is_tangled and are_awaited(connection, writes):
                write(connection, writes)
                return
        except CULPRITS:
            connection.execute(ROLLBACK)
            connection.execute(BEGIN)
        for place in batch.standing():
            if failed := write_one(connection, batch.commits[place]):
                batch.fail(place, failed)

    def _refuse_lost_fences(self) -> None:
        for place in self._batch.standing():
            fence = self._batch.commits[place].fence
            if not self._fences.hold(fence):
                self._batch.fail(place, FenceLost(f"Shard {fence.shard} is another's now."))


def are_awaited(connection: sqlite3.Connection, writes: Writes) -> bool:
    """Return whether every parcel that *writes* answer still waits."""
    if not writes.answered:
        return True
    asked = msgspec.json.encode(list(writes.answered)).decode()
    (waiting,) = connection.execute(QUERIES["waiting_parcels"], (asked,)).fetchone()
    return bool(waiting == len(writes.answered))


def write_one(connection: sqlite3.Connection, commit: Commit) -> JournalError | None:
    """Write *commit* into the open transaction, or leave it as it was and say why."""
    failed: JournalError | None = None
    writes = Writes([commit])
    connection.execute(QUERIES["savepoint"])
    try:
        if are_awaited(connection, writes):
            write(connection, writes)
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
