"""Every statement of this dialect, by name, and its migrations."""

from pathlib import Path
from typing import Final

from actors.store.queries import migrations_of, statements_of

HERE: Final = Path(__file__).parent
QUERIES: Final = statements_of(HERE)
MIGRATIONS: Final = tuple(migrations_of(HERE))
