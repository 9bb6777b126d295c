"""One machine's way to the database: it may be away, at once or after a long silence."""

import asyncio

from actors.runtime.errors import StoreUnavailable
from tests.simulation.faults import FaultyDisk

PATIENCE = 2.0
"""Seconds after which what waits for the database is given up."""


class StoreLink:
    """Up, or down; when it is down, questions are refused at once or hang for a while."""

    def __init__(self, disk: FaultyDisk) -> None:
        self.up = True
        self.hangs = False
        self.disk = disk

    def cut(self, *, hangs: bool) -> None:
        """Be down from now on."""
        self.up, self.hangs = False, hangs

    def mend(self) -> None:
        """Be up again."""
        self.up = True

    async def there(self) -> None:
        """Bring a question to the database, or raise `StoreUnavailable`."""
        if not self.up:
            if self.hangs:
                await asyncio.sleep(PATIENCE)
            raise StoreUnavailable("The database can't be reached.")

    def back(self) -> None:
        """Bring an answer back, or raise `StoreUnavailable`: what was asked for is done."""
        if not self.up or self.disk.loses_answer():
            raise StoreUnavailable("The connection was lost before the answer came.")
