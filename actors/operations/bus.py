"""The operator's connection: to the bus of a clinic whose data directory they may read."""

import asyncio
import getpass
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import msgspec

from actors.caller import Caller, Role
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.codec import decode_as, encode
from actors.runtime.errors import TransportError
from actors.runtime.mint import Mint, SystemMint
from actors.runtime.nats_server import Access, access
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.operations import Answer, OperationRefused, Question
from actors.runtime.subjects import node_subject
from actors.runtime.transport import Transport

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

    def __init__(self, transport: Transport, name: str, mint: Mint | None = None) -> None:
        self.mint = mint or SystemMint()
        self.clock = SystemClock()
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


@asynccontextmanager
async def connected(directory: Path) -> AsyncIterator[Operator]:
    """Connect to the clinic that keeps its data in *directory*, or raise `NoAnswer`."""
    key = await asyncio.to_thread(_key, directory)
    try:
        transport = await NatsTransport.connect(
            key.url,
            seed=key.seed,
            inbox_prefix=key.inbox_prefix,
            name=f"carewire {USER}",
            patience=PATIENCE,
        )
    except TransportError as error:
        raise NoAnswer(f"The clinic of {directory} is not running.") from error
    try:
        yield Operator(transport, login())
    finally:
        await transport.close()


def login() -> str:
    """Return what the person at the command line is called by the machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _key(directory: Path) -> Access:
    try:
        return access(directory / BUS, USER)
    except FileNotFoundError as error:
        raise NoAnswer(f"No clinic has been started in {directory} yet.") from error
    except PermissionError as error:
        raise NoAnswer(f"{directory} may not be read by this user.") from error
