"""The named statements of `queries.sql`, and the numbered migrations beside it."""

import re
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent
_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def parse(text: str) -> dict[str, str]:
    """Return the statements of *text* by the names in the `-- name:` lines above them."""
    _, *parts = _NAME.split(text)
    return {name: sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)}


QUERIES: Final = parse((HERE / "queries.sql").read_text(encoding="utf-8"))


class Migration(NamedTuple):
    """One step of the schema: `0001_journal` is number 1."""

    number: int
    name: str
    sql: str


def migrations(folder: Path = HERE / "migrations") -> list[Migration]:
    """Return every migration, in order."""
    files = sorted(folder.glob("[0-9]*_*.sql"))
    return [
        Migration(int(file.stem.split("_")[0]), file.stem, file.read_text("utf-8"))
        for file in files
    ]
