"""What is asked of a PostgreSQL before anything is entrusted to it, and how its schema is made."""

import asyncio
import itertools
import re
import ssl
from pathlib import Path

import asyncpg  # noqa: TID251  looks at the tables that were made
import pytest

from actors.passages import Passage
from actors.runtime.leases import Fence
from actors.store.files import StoreRefused
from actors.store.postgres import (
    PostgresJournal,
    Target,
    clinic_id,
    migrate,
    opening,
    schema,
    schema_version,
    statements,
)
from actors.store.postgres.opening import Facts, check
from actors.store.queries import Migration
from actors.store.rows import from_entry
from tests.certificate import make_certificate
from tests.contract.journals import ANNA, Writer, entry, opened
from tests.postgres import PostgresServer, tls_before

GOOD = Facts(14, "on", "on", "on", "UTF8", replica=False)
NOWHERE = Target("postgresql://carewire@db.example:5432/clinic")
WRITTEN_BEFORE = (
    "INSERT INTO entry (actor, seq, count, cause, at, caller, events, command, trace)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)
"""As the release did it that kept no epochs."""
SERVER_KILLS_US = "SELECT pg_terminate_backend(pg_backend_pid())"


async def refusal(url: str, **more: object) -> str:
    """Return in which words the database is refused."""
    with pytest.raises(StoreRefused) as refused:
        await PostgresJournal.open(url, **more)  # type: ignore[arg-type]
    return str(refused.value)


# -- the server -----------------------------------------------------------------------------------


def test_a_sound_server_will_do() -> None:
    check(NOWHERE, GOOD)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (GOOD._replace(version=13), "it is PostgreSQL 13; 14 is the oldest"),
        (GOOD._replace(fsync="off"), "`fsync` is off"),
        (GOOD._replace(full_page_writes="off"), "`full_page_writes` is off"),
        (GOOD._replace(synchronous_commit="off"), "`synchronous_commit` stays off"),
        (GOOD._replace(encoding="SQL_ASCII"), "its encoding is SQL_ASCII"),
        (GOOD._replace(replica=True), "it is a replica"),
    ],
)
def test_a_server_that_might_lose_something_is_refused(facts: Facts, sentence: str) -> None:
    start = "Carewire can't use the database clinic at db.example:5432: "
    with pytest.raises(StoreRefused, match=re.escape(start + sentence)):
        check(NOWHERE, facts)


async def test_a_database_of_another_encoding_is_refused(postgres_server: PostgresServer) -> None:
    url = await postgres_server.fresh_database("TEMPLATE template0 ENCODING 'SQL_ASCII'")
    assert "its encoding is SQL_ASCII: make it with ENCODING 'UTF8'" in await refusal(url)


async def test_a_database_that_is_not_there_is_told(postgres_server: PostgresServer) -> None:
    found = await refusal(postgres_server.url("nothing"))
    assert f"the database nothing at 127.0.0.1:{postgres_server.port}: there is none" in found


async def test_a_server_that_is_not_there_is_told() -> None:
    url = "postgresql://carewire@127.0.0.1:1/clinic"
    assert "nobody answers there" in await refusal(url, password="secret")


async def test_a_wrong_password_is_told_and_never_shown(postgres_server: PostgresServer) -> None:
    url = await postgres_server.fresh_database()
    await postgres_server.run("CREATE ROLE guarded LOGIN PASSWORD 'right horse'")
    await postgres_server.demand_password("guarded")
    guarded = url.replace("postgres@", "guarded@")
    found = await refusal(guarded, password="wrong horse")
    assert "it does not let this user in" in found
    assert "horse" not in found
    await postgres_server.run("GRANT ALL ON SCHEMA public TO guarded", url)
    await (await PostgresJournal.open(guarded, password="right horse")).close()


async def test_over_tls_the_server_proves_who_it_is(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    files = make_certificate(tmp_path)
    serves = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serves.load_cert_chain(files["tls_certificate"], files["tls_key"])
    knows = ssl.create_default_context(cafile=files["tls_certificate"])
    url = await postgres_server.fresh_database()
    async with tls_before(postgres_server, serves) as port:
        there = url.replace(f"127.0.0.1:{postgres_server.port}", f"localhost:{port}")
        journal = await PostgresJournal.open(there, tls=knows)
        writer = await Writer(journal).take()
        await writer.put_entry(entry(ANNA, 1))
        await journal.close()
        strange = await refusal(there, tls=ssl.create_default_context())
        assert "it does not prove who it is" in strange


async def test_connections_that_can_t_all_be_had_are_given_back(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[asyncpg.Connection] = []
    connect = opening.connect

    async def few(target: Target, **how: bool) -> asyncpg.Connection:
        if len(opened) > 2:
            raise asyncpg.TooManyConnectionsError("sorry, too many clients already")
        opened.append(await connect(target, **how))
        return opened[-1]

    monkeypatch.setattr(opening, "connect", few)
    assert "too many clients already" in await refusal(database)
    assert all(connection.is_closed() for connection in opened)


async def test_every_session_waits_for_the_disk_whatever_the_database_says(
    postgres_server: PostgresServer,
) -> None:
    url = await postgres_server.fresh_database()
    name = url.rpartition("/")[2]
    await postgres_server.run(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await postgres_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    connection = await opening.connect(Target(url))
    assert await connection.fetchval("SHOW synchronous_commit") == "on"
    assert await connection.fetchval("SHOW default_transaction_read_only") == "off"
    await connection.close()


# -- the clinic -----------------------------------------------------------------------------------


async def test_each_database_has_a_clinic_of_its_own_and_no_other_s_node_is_let_in(
    database: str,
) -> None:
    assert await clinic_id(Target(database)) == ""
    journal = await PostgresJournal.open(database)
    await Writer(journal).take()
    await journal.close()
    assert re.fullmatch("[0-9a-f]{32}", journal.clinic_id)
    assert await clinic_id(Target(database)) == journal.clinic_id
    await (await PostgresJournal.open(database, clinic=journal.clinic_id)).close()
    assert "belongs to another clinic" in await refusal(database, clinic="0" * 32)


async def test_a_database_that_nobody_has_used_becomes_the_clinic_s_that_it_is_for(
    database: str,
) -> None:
    await migrate(Target(database))
    async with opened(PostgresJournal.open(database, clinic="0" * 32)) as journal:
        assert journal.clinic_id == await clinic_id(Target(database)) == "0" * 32


async def test_a_journal_of_another_number_of_shards_is_refused(database: str) -> None:
    assert "has 256 shards, and this Carewire 64" in await refusal(database, shards=64)


# -- migrations -----------------------------------------------------------------------------------


async def test_migrating_says_what_it_did_and_finds_nothing_to_do_the_next_time(
    database: str,
) -> None:
    target = Target(database)
    assert await schema_version(target) == 0
    assert await migrate(target) == [each.name for each in statements.MIGRATIONS]
    assert await migrate(target) == []
    assert await schema_version(target) == statements.MIGRATIONS[-1].number


async def test_nodes_that_start_together_migrate_once(database: str) -> None:
    made = await asyncio.gather(*(migrate(Target(database)) for _ in range(5)))
    assert sorted(itertools.chain(*made)) == [each.name for each in statements.MIGRATIONS]


async def test_a_node_of_the_release_before_writes_on_in_a_journal_that_has_epochs_now(
    database: str,
) -> None:
    connection = await opening.first(Target(database))
    await schema.migrate(connection, statements.MIGRATIONS[:1])
    writes = await connection.prepare(WRITTEN_BEFORE)
    await writes.fetchval(*from_entry(entry(ANNA, 1), 0)[:-1])
    journal = await PostgresJournal.open(database)
    writer = await Writer(journal).take()
    await writer.put_entry(entry(ANNA, 2))
    await writes.fetchval(*from_entry(entry(ANNA, 3), 0)[:-1])
    assert [each.epoch for each in await journal.entries(ANNA)] == [0, 1, 0]
    await journal.close()
    await opening.close(connection)


async def test_a_journal_of_a_newer_schema_is_refused(
    postgres_server: PostgresServer, database: str
) -> None:
    await migrate(Target(database))
    await postgres_server.run("INSERT INTO migration VALUES (9999, '9999_future')", database)
    assert "was made by a newer Carewire" in await refusal(database)


@pytest.mark.parametrize("statement", range(1, 20, 3))
async def test_a_migration_that_is_cut_off_is_made_whole_by_the_next_run(
    database: str, statement: int
) -> None:
    whole, *_ = statements.MIGRATIONS
    parts = whole.sql.split(";\n")
    cut = ";\n".join([*parts[:statement], SERVER_KILLS_US, *parts[statement:]])
    connection = await opening.first(Target(database))
    with pytest.raises(opening.UNREACHABLE_INSIDE):
        await schema.migrate(connection, [Migration(whole.number, whole.name, cut)])
    await opening.close(connection)
    assert await schema_version(Target(database)) == 0
    async with opened(PostgresJournal.open(database)) as journal:
        writer = await Writer(journal).take()
        assert writer.fences[1] == Fence(1, 1)
        await writer.put(writer.step(entry=entry(ANNA, 1), passages=(Passage(1, "Morning"),)))
        assert [hit.number for hit in await journal.search([ANNA], "mor")] == [1]
