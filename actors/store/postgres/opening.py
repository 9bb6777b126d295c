"""How a connection is opened: what it insists on, and which servers are refused."""

import ssl
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import asyncpg
from asyncpg import Connection

from actors.store.files import StoreRefused
from actors.store.postgres.statements import QUERIES

OLDEST: Final = 14
SESSION: Final = {
    "application_name": "carewire",
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "jit": "off",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""What every session says of itself, whatever the server's own settings are."""

BY_INDEX: Final = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
"""For the writing session: its one statement finds its rows by an index, however small a table
was when the plan was made."""

UNREACHABLE: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
UNREACHABLE_INSIDE: Final = (*UNREACHABLE, asyncpg.InternalClientError)


class Target(NamedTuple):
    """Which database, and how it is spoken to."""

    url: str
    """`postgresql://user@host:port/database`."""
    password: str | None = None
    tls: ssl.SSLContext | None = None
    """None: in the clear."""
    seconds: float = 5.0
    """How long the database may take: for a connection, and for a statement."""

    @property
    def name(self) -> str:
        """The database in words, without who asks."""
        parts = urlsplit(self.url)
        where = parts.netloc.rpartition("@")[2] or "this machine"
        return f"the database {parts.path.strip('/')} at {where}"


class Facts(NamedTuple):
    """What a server says of itself."""

    version: int
    fsync: str
    full_page_writes: str
    synchronous_commit: str
    encoding: str
    replica: bool


async def connect(target: Target, *, patient: bool = False, by_index: bool = False) -> Connection:
    """Return a connection to *target*, or raise one of `UNREACHABLE_INSIDE`.

    A *patient* one lets a statement take as long as it takes (migrations); the one that goes *by
    index* is the writer's.
    """
    milliseconds = 0 if patient else round(target.seconds * 1000)
    limits = {
        "statement_timeout": str(milliseconds),
        "idle_in_transaction_session_timeout": str(round(target.seconds * 1000)),
    }
    return await asyncpg.connect(
        target.url,
        password=target.password,
        ssl=target.tls if target.tls is not None else "disable",
        timeout=target.seconds,
        max_cached_statement_lifetime=0,
        server_settings=SESSION | limits | (BY_INDEX if by_index else {}),
    )


async def first(target: Target) -> Connection:
    """Return a patient connection to *target*, or raise `StoreRefused` in plain words."""
    try:
        connection = await connect(target, patient=True)
    except UNREACHABLE_INSIDE as error:
        raise StoreRefused(unreachable(target, error)) from error
    try:
        await examine(target, connection)
    except BaseException:
        await close(connection)
        raise
    return connection


def unreachable(target: Target, error: BaseException) -> str:
    """Say why *target* can't be used; never with the password in it."""
    match error:
        case asyncpg.InvalidAuthorizationSpecificationError():
            why = "it does not let this user in: check the user, and the password file"
        case asyncpg.InvalidCatalogNameError():
            why = "there is none of that name: make it with CREATE DATABASE"
        case ssl.SSLCertVerificationError():
            why = f"it does not prove who it is ({error.verify_message}): check `tls_ca`"
        case OSError() | TimeoutError():
            why = "nobody answers there: check the address, and that PostgreSQL runs"
        case _:
            why = f"{error}"
    return f"Carewire can't use {target.name}: {why}."


async def examine(target: Target, connection: Connection) -> None:
    """Refuse *connection* when its server is not fit; see `check`."""
    check(target, Facts(*await connection.fetchrow(QUERIES["facts"])))


def check(target: Target, facts: Facts) -> None:
    """Refuse a server that would not keep what it acknowledges, or not as it was written."""
    problem = ""
    if facts.version < OLDEST:
        problem = f"it is PostgreSQL {facts.version}; {OLDEST} is the oldest that will do"
    elif facts.replica:
        problem = "it is a replica, which can't be written: point to the primary server"
    elif facts.fsync != "on":
        problem = "`fsync` is off, so that a power cut may lose it: turn it on"
    elif facts.full_page_writes != "on":
        problem = "`full_page_writes` is off, so that a power cut may damage it: turn it on"
    elif facts.synchronous_commit == "off":
        problem = "`synchronous_commit` stays off, so that a crash may lose what was answered"
    elif facts.encoding != "UTF8":
        problem = f"its encoding is {facts.encoding}: make it with ENCODING 'UTF8'"
    if problem:
        raise StoreRefused(f"Carewire can't use {target.name}: {problem}.")


async def close(connection: Connection) -> None:
    """Close *connection*, whatever state it is in."""
    with suppress(*UNREACHABLE_INSIDE):
        await connection.close(timeout=1)
