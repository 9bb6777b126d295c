"""The journal in PostgreSQL: several nodes, a few connections each, many commits per flush.

* `journal` (the promises) and `leases` (who owns which shard, by the database's clock)
* `group` makes a batch with one statement, `writes` says with which values; `terms` finds words
* `link` is a connection that comes back by itself, `links` are those of one node
* `opening` says what a server must be like, `schema` brings the tables up to date
"""

from actors.store.files import StoreRefused
from actors.store.postgres.journal import PostgresJournal, clinic_id, migrate, schema_version
from actors.store.postgres.opening import Target

__all__ = [
    "PostgresJournal",
    "StoreRefused",
    "Target",
    "clinic_id",
    "migrate",
    "schema_version",
]
