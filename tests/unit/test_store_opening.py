"""What the journal insists on when it is opened, and what it refuses in plain words."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from actors.store import files
from actors.store.sqlite import SqliteJournal, StoreRefused
from actors.store.sqlite.opening import SETTINGS
from actors.store.sqlite.statements import QUERIES
from tests.contract.journals import ANNA, SqliteShelf, Writer, entry

HOLDER = """
import sys
from pathlib import Path
from actors.store.files import prepare
from actors.store.lock import Lock
prepare(Path(sys.argv[1]))
lock = Lock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """Where a journal with one entry is kept, closed."""
    shelf = SqliteShelf(tmp_path / "data")
    journal = await shelf.open()
    writer = await Writer(journal).take()
    await writer.put_entry(entry(ANNA, 1))
    await journal.close()
    return shelf.path


async def refusal(path: Path) -> str:
    """Return in which words the journal at *path* is refused."""
    with pytest.raises(StoreRefused) as refused:
        await SqliteJournal.open(path)
    return str(refused.value)


# -- the one-connection rule (D01) and the settings (D02) ----------------------------------------


async def test_D01_a_second_opening_is_refused_because_one_connection_is_the_rule(
    path: Path,
) -> None:
    journal = await SqliteJournal.open(path)
    assert "is in use: one journal has one process." in await refusal(path)
    await journal.close()
    await (await SqliteJournal.open(path)).close()


async def test_D01_a_second_process_is_refused_until_the_first_has_ended(path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:  # noqa: ASYNC220, S603  our own code
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert "is in use" in await refusal(path)
        holder.kill()
    await (await SqliteJournal.open(path)).close()


async def test_D02_every_setting_is_asserted_on_the_connection(path: Path) -> None:
    journal = await SqliteJournal.open(path)
    (found,) = await journal._fetch("checks")
    await journal.close()
    assert found == SETTINGS == ("wal", 2, 1, 0, 5000, "exclusive")


async def test_D02_a_setting_that_does_not_take_refuses_the_journal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.store.sqlite.opening.PRAGMAS", ("PRAGMA synchronous = NORMAL",))
    assert "did not take the settings" in await refusal(path)


async def test_D02_every_table_is_strict(path: Path) -> None:
    journal = await SqliteJournal.open(path)
    assert await journal._fetch("lax_tables") == []
    await journal._desk.do(lambda connection: connection.execute("CREATE TABLE lax (a)"))
    await journal.close()
    assert "not STRICT: lax" in await refusal(path)


async def test_a_journal_of_another_number_of_shards_is_refused(path: Path) -> None:
    with pytest.raises(StoreRefused, match="256 shards"):
        await SqliteJournal.open(path, shards=64)


# -- files: private (C04), writable, whole -------------------------------------------------------


async def test_C04_a_new_journal_is_its_owner_s_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        journal = await SqliteJournal.open(tmp_path / "data" / "journal.db")
    finally:
        os.umask(old)
    writer = await Writer(journal).take()
    await writer.put_entry(entry(ANNA, 1))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    await journal.close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert set(modes) == {"journal.db", "journal.db-wal", "journal.db.lock"}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize(
    ("widen", "sentence"),
    [
        (lambda path: path.chmod(0o640), r"is open to others \(mode 640\): chmod 600"),
        (lambda path: path.parent.chmod(0o755), r"is open to others \(mode 755\): chmod 700"),
        (lambda path: path.chmod(0o400), r"read-only \(mode 400\)|not writable"),
    ],
)
async def test_C04_wrong_modes_are_refused(
    path: Path, widen: Callable[[Path], None], sentence: str
) -> None:
    widen(path)
    assert re.search(sentence, await refusal(path))


async def test_C04_a_wider_file_beside_the_database_is_refused(path: Path) -> None:
    beside = path.with_name(path.name + "-wal")
    beside.touch(mode=0o644)
    assert "journal.db-wal is open to others (mode 644)" in await refusal(path)


async def test_another_user_s_journal_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert "belongs to another user" in await refusal(path)


async def test_a_journal_behind_a_symbolic_link_is_refused(path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    assert "can't be opened" in await refusal(link)


def overwrite(path: Path, content: bytes, offset: int = 0) -> bytes:
    """Put *content* into the file at *offset* and return what was there."""
    with path.open("r+b") as file:
        file.seek(offset)
        before = file.read(len(content))
        file.seek(offset)
        file.write(content)
    return before


async def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    overwrite(path, b"a letter, not a database")
    assert "file is not a database" in await refusal(path)


async def test_a_damaged_page_is_refused_and_points_to_the_backup(path: Path) -> None:
    overwrite(path, b"\xff" * 4096, offset=4096 * 5)
    assert "restore it from a backup" in await refusal(path)


async def test_a_refused_journal_leaves_the_lock_to_the_next(path: Path) -> None:
    before = overwrite(path, b"a letter, not a database")
    await refusal(path)
    overwrite(path, before)
    await (await SqliteJournal.open(path)).close()


async def test_the_folder_is_made_durable_before_first_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []

    def sync(folder: Path) -> None:
        seen.append({path.name for path in folder.iterdir()})
        files.sync_folder(folder)

    monkeypatch.setattr("actors.store.sqlite.opening.sync_folder", sync)
    journal = await SqliteJournal.open(tmp_path / "data" / "journal.db")
    await journal.close()
    assert seen == [{"journal.db", "journal.db-wal", "journal.db.lock"}]


def test_every_query_has_a_name_of_its_own() -> None:
    text = (Path(files.__file__).parent / "sqlite" / "queries.sql").read_text()
    assert len(QUERIES) == text.count("-- name: ")
