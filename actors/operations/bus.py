"""Ways to the bus, and the operator's connection: to a clinic whose keys they may read."""

import asyncio
import getpass
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import msgspec

from actors.caller import Caller, Role
from actors.runtime.agreeing import agree
from actors.runtime.client import Client
from actors.runtime.clock import AgreedClock, Clock, SystemClock
from actors.runtime.codec import decode_as, encode
from actors.runtime.errors import TransportError
from actors.runtime.mint import Mint, SystemMint
from actors.runtime.nats_cluster import ClusterServer
from actors.runtime.nats_config import MAIN
from actors.runtime.nats_keys import Access, KeysRefused, access, open_keys, seeds_of
from actors.runtime.nats_server import NatsServer, ServerNotStarted
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.operations import Answer, OperationRefused, Question
from actors.runtime.subjects import node_subject
from actors.runtime.transport import Transport
from actors.store.files import StoreRefused
from actors.store.lock import Lock
from config.nats import NatsSettings
from config.settings import Settings

BUS = "nats"
"""Where, in the data directory, the bus keeps its files."""
USER = "operator"
PATIENCE = 2.0
"""Seconds that a connection and an answer are worth waiting for."""

View: TypeAlias = msgspec.Struct


class NoAnswer(Exception):
    """No node answered."""


class Refused(Exception):
    """The node can't do that."""


class Operator:
    """A person at the command line, connected."""

    def __init__(
        self, transport: Transport, name: str, mint: Mint | None = None, clock: Clock | None = None
    ) -> None:
        self.mint = mint or SystemMint()
        self.clock = clock or SystemClock()
        self.client = Client(transport, self.clock, self.mint)
        self.caller = Caller(name, Role.OPERATOR)
        self.transport = transport

    async def ask(self, node: str, question: Question) -> View:
        """Put *question* to *node*, or raise `NoAnswer` or `Refused`."""
        payload = encode(question)
        try:
            raw = await self.transport.ask(node_subject(node), payload, PATIENCE)
        except TransportError as error:
            raise NoAnswer(f"No node called {node} answers.") from error
        answer: Answer = decode_as(Answer, raw)
        if isinstance(answer, OperationRefused):
            raise Refused(answer.sentence)
        return answer


def key_of(directory: Path, nats: NatsSettings, role: str, node: str = MAIN) -> Access:
    """Return how *node* comes in that *role* to the bus: a cluster, or that of *directory*.

    Reads files: call it in a thread. Raises `KeysRefused`, `TooOpen`, or `OSError` before the first
    start of a bus of our own.
    """
    if nats.clustered:
        return open_keys(home_of(directory, nats), nats.servers).access(role)
    bus = directory / BUS
    return access(bus, role, node if (seeds_of(bus, node) / f"{role}.seed").exists() else MAIN)


def home_of(directory: Path, nats: NatsSettings) -> Path:
    """Return where the clinic's id and secrets are: among the keys of a cluster, or the data."""
    return Path(nats.keys).expanduser().absolute() if nats.clustered else directory


def server_of(settings: Settings, nodes: tuple[str, ...]) -> NatsServer | None:
    """Return the server of the bus that this machine runs, with users for *nodes*; None: none."""
    nats, program = settings.nats, Path(settings.nats.server) if settings.nats.server else None
    if nats.run:
        at = Path(nats.run).expanduser()
        return ClusterServer(at, program=program, start_seconds=nats.start_seconds)
    if nats.clustered or settings.node.role == "edge":
        return None
    at = settings.node.directory / BUS
    return NatsServer(at, nodes=nodes, program=program, start_seconds=nats.start_seconds)


def hold(settings: Settings) -> Lock:
    """Be the one process that runs this server, or raise `ServerNotStarted` or `StoreRefused`."""
    at = Path(settings.nats.run).expanduser() if settings.nats.run else settings.node.directory
    try:
        return Lock(at / BUS)
    except StoreRefused as error:
        if not isinstance(error.__cause__, OSError):
            raise  # another machine has it
        raise ServerNotStarted(
            f"Another `carewire up` runs the bus of {at} already. For more nodes on this machine "
            "start it with --nodes, for others give each its own keys (`carewire certs`)."
        ) from error


@asynccontextmanager
async def connected(
    directory: Path,
    nats: NatsSettings = NatsSettings(),  # noqa: B008  it never changes
) -> AsyncIterator[Operator]:
    """Connect to the clinic that keeps its data in *directory*, or raise `NoAnswer`."""
    key = await asyncio.to_thread(_key, directory, nats)
    try:
        transport = await NatsTransport.join(key, name=f"carewire {USER}", patience=PATIENCE)
    except TransportError as error:
        where = (
            f"The bus at {', '.join(key.urls)}" if nats.clustered else f"The clinic of {directory}"
        )
        raise NoAnswer(f"{where} is not running.") from error
    clock = AgreedClock(SystemClock())
    try:
        await agree(transport, clock)
        yield Operator(transport, login(), clock=clock)
    finally:
        await transport.close()


def login() -> str:
    """Return what the person at the command line is called by the machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _key(directory: Path, nats: NatsSettings) -> Access:
    try:
        return key_of(directory, nats, USER)
    except FileNotFoundError as error:
        raise NoAnswer(f"No clinic has been started in {directory} yet.") from error
    except PermissionError as error:
        raise NoAnswer(f"{directory} may not be read by this user.") from error
    except KeysRefused as error:
        raise NoAnswer(str(error)) from error
