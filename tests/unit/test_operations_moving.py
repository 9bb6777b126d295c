"""Moving a clinic into PostgreSQL: nothing is lost, whenever it is cut off."""

from pathlib import Path

import pytest

from actors.ids import MessageId
from actors.operations.moving import MOVED, Moved, move
from actors.passages import Passage
from actors.runtime.journal import Journal, Snapshot
from actors.store import tables
from actors.store.files import StoreRefused
from actors.store.postgres import PostgresJournal
from actors.store.postgres.receiving import Receiver
from actors.store.sqlite import SqliteJournal
from actors.store.tables import TABLES
from tests.contract.journals import ANNA, BERT, Writer, alarm, dead, entry, opened, parcel
from tests.postgres import PostgresServer

CUT = "cut off"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("actors.store.sqlite.giving", "actors.store.postgres.receiving"):
        monkeypatch.setattr(f"{place}.PAGE", 2)
    assert tables.PAGE == 1000


@pytest.fixture
async def source(tmp_path: Path) -> Path:
    """Return a journal with rows in every table, closed."""
    path = tmp_path / "data" / "journal.db"
    journal = await SqliteJournal.open(path)
    await Writer(journal).take()
    writer = await Writer(journal).take()
    for seq in range(1, 6):
        said = (Passage(seq, f"Fever \x00 {'x' * 300} {seq}"),)
        about = (f"visit-{seq}", "every visit")
        await writer.put(writer.step(entry=entry(ANNA, seq), about=about, passages=said))
    letters = tuple(parcel(f"p{number}") for number in range(5))
    await writer.put(writer.step(BERT, 2, entry=entry(BERT, 1), parcels=letters))
    await writer.put(writer.step(dead=(dead(letters[0]),), settled=(MessageId("p1"),)))
    alarms = tuple(alarm(f"a{number}", number) for number in range(3))
    await writer.put(writer.step(set_alarms=alarms, snapshot=Snapshot(ANNA, 3, 1, b"state")))
    await journal.close()
    return path


def content(path: Path) -> bytes:
    """Return what is in the file."""
    return path.read_bytes()


def names(folder: Path) -> list[str]:
    """Return what is in the folder."""
    return [path.name for path in folder.iterdir()]


async def view(journal: Journal) -> list[object]:
    """Return all that can be read of a journal."""
    return [
        [await journal.load(actor, 1) for actor in (ANNA, BERT)],
        [await journal.entries(actor) for actor in (ANNA, BERT)],
        await journal.about("every visit"),
        await journal.parcels(range(256)),
        await journal.alarms(range(256)),
        await journal.dead_letters(),
        await journal.counts(),
        await journal.search([ANNA], "fev xxx"),
        (await journal.census()).leases,
    ]


async def check(source: Path, url: str, moved: Moved) -> None:
    """Compare what the journals on both sides say, and go on with the new one."""
    source.with_name("journal.db.moved").unlink()
    old, new = await SqliteJournal.open(source), await PostgresJournal.open(url)
    assert await view(old) == await view(new)
    assert moved.clinic == old.clinic_id == new.clinic_id
    writer = await Writer(new).take()
    assert writer.fences[1].epoch == 3
    assert {kept.epoch for kept in await new.entries(ANNA)} == {2}
    await writer.put(writer.step(entry=entry(ANNA, 6), parcels=(parcel("new"),)))
    assert (await new.parcels(range(256)))[-1] == parcel("new")
    await old.close()
    await new.close()


async def test_a_clinic_is_moved_whole_and_goes_on(source: Path, database: str) -> None:
    said: list[str] = []
    before = content(source)
    moved = await move(source, database, say=said.append)
    assert moved.rows == {
        "lease": 2,
        "entry": 6,
        "about": 10,
        "parcel": 3,
        "alarm": 3,
        "snapshot": 1,
        "dead_letter": 1,
        "passage": 5,
    }
    assert said[-1] == MOVED
    assert "entry: 6 rows copied." in said
    assert content(source) == before
    await check(source, database, moved)


async def test_a_move_that_is_cut_off_after_any_page_goes_on_there(
    source: Path, database: str
) -> None:
    pages = 0

    def cut(_sentence: str) -> None:
        nonlocal pages
        pages += 1
        raise KeyError(CUT)

    moved = None
    while moved is None:
        try:
            moved = await move(source, database, say=cut if pages < 17 else lambda _: None)
        except KeyError:
            assert not source.with_name("journal.db.moved").exists()
    assert pages == 17
    await check(source, database, moved)


async def test_a_page_that_is_cut_off_is_copied_whole_the_next_time(
    source: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("actors.store.postgres.receiving.terms_of", lambda _actor, _folded: 7)
        with pytest.raises(Exception, match="expected str"):
            await move(source, database)
    await check(source, database, await move(source, database))


async def test_a_clinic_that_runs_is_not_moved(source: Path, database: str) -> None:
    async with opened(SqliteJournal.open(source)):
        with pytest.raises(StoreRefused, match="is in use"):
            await move(source, database)


async def test_a_database_with_another_clinic_in_it_is_refused(source: Path, database: str) -> None:
    other = await PostgresJournal.open(database)
    writer = await Writer(other).take()
    await writer.put_entry(entry(ANNA, 1))
    await other.leave("node-a")
    await other.close()
    with pytest.raises(StoreRefused, match="another clinic"):
        await move(source, database)


async def test_a_database_that_nodes_work_in_is_refused(source: Path, database: str) -> None:
    await move(source, database)
    source.with_name("journal.db.moved").unlink()
    async with opened(PostgresJournal.open(database)) as journal:
        await Writer(journal).take()
        with pytest.raises(StoreRefused, match=r"work in .* already"):
            await move(source, database)


async def test_a_clinic_that_was_moved_is_not_started_by_accident(
    source: Path, database: str
) -> None:
    await move(source, database)
    with pytest.raises(StoreRefused, match=r"was moved to .* remove .*journal.db.moved"):
        await SqliteJournal.open(source)
    source.with_name("journal.db.moved").unlink()
    await (await SqliteJournal.open(source)).close()


async def test_what_did_not_arrive_as_it_left_is_told(
    source: Path, database: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = Receiver.finish

    async def damaged(receiver: Receiver) -> None:
        await finish(receiver)
        await postgres_server.run("UPDATE entry SET events = '' WHERE seq = 3", database)

    monkeypatch.setattr(Receiver, "finish", damaged)
    with pytest.raises(StoreRefused, match="not what left: entry has 6 rows here and 6 there"):
        await move(source, database)
    assert not source.with_name("journal.db.moved").exists()


async def test_a_place_without_a_journal_is_refused_and_none_is_made(
    tmp_path: Path, database: str
) -> None:
    with pytest.raises(StoreRefused, match="no journal"):
        await move(tmp_path / "journal.db", database)
    assert names(tmp_path) == []


def test_every_table_is_ordered_by_its_first_columns() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)
    assert all(len(table.before) < len(table.columns) or table.name == "about" for table in TABLES)
