"""The journal in SQLite: one file, one process, one connection, and many commits per flush.

* on the event loop: `journal` (the promises), `desk` (the hop to the thread)
* in the connection's thread: `group` (one transaction) and its `writes`, `leases`, `schema`,
  `opening`
"""

from actors.store.files import StoreRefused
from actors.store.sqlite.journal import SqliteJournal, migrate, schema_version

__all__ = ["SqliteJournal", "StoreRefused", "migrate", "schema_version"]
