"""SQL is written down beforehand: no value ever becomes a part of a statement (D10)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.address import Address
from actors.ids import MessageId
from actors.store.postgres import statements as postgres
from actors.store.sqlite import SqliteJournal
from actors.store.sqlite import statements as sqlite
from tests.contract.journals import Writer, entry, opened
from tests.parsing import parsed

ROOT = Path(__file__).parents[2]
RUNS_SQL = frozenset(
    {
        *("execute", "executemany", "executescript", "execute_fetchall"),
        *("fetch", "fetchrow", "fetchval"),
    }
)
NASTY = ("'; DROP TABLE entry; --", '" OR 1=1', "%_\\", "?1 :actor", "a\nb")


def statements() -> Iterator[tuple[str, ast.expr]]:
    """Yield the first argument of every call that runs SQL, and where it stands."""
    for file in sorted((ROOT / "actors").rglob("*.py")):
        for node in ast.walk(parsed(file.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(attr=name), args=[sql, *_]) if name in RUNS_SQL:
                    yield f"{file.name}:{node.lineno}", sql


def is_made_up(sql: ast.expr) -> bool:
    """Whether a statement is put together where it is run."""
    return isinstance(sql, ast.JoinedStr | ast.BinOp | ast.Call)


def test_d10_no_statement_is_put_together() -> None:
    found = list(statements())
    assert len(found) > 20
    assert [place for place, sql in found if is_made_up(sql)] == []


@pytest.mark.parametrize("made_up", ['f"SELECT {x}"', '"SELECT " + x', '"SELECT %s" % x'])
def test_d10_a_statement_that_is_put_together_would_be_noticed(made_up: str) -> None:
    assert is_made_up(ast.parse(made_up, mode="eval").body)


def test_d10_the_written_statements_take_their_values_as_parameters() -> None:
    for name, sql in (*sqlite.QUERIES.items(), *postgres.QUERIES.items()):
        assert not re.search(r"%s|\{\w*\}", sql), name


async def test_d10_a_value_that_looks_like_sql_is_kept_as_it_is(tmp_path: Path) -> None:
    async with opened(SqliteJournal.open(tmp_path / "data" / "journal.db")) as journal:
        writer = await Writer(journal).take()
        for text in NASTY:
            actor = Address("anna", text)
            await writer.put_entry(entry(actor, 1, text))
            (kept,) = await journal.entries(actor)
            assert (kept.actor, kept.cause) == (actor, text)
            assert await journal.find(actor, MessageId(text)) is not None
