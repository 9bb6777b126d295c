"""TURN servers for tests: coturn where it is installed, else a made-up one that carries nothing."""

import asyncio
import os
import shutil
import socket
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aioice import stun, turn  # noqa: TID251  the client's side

from actors.media import IceServer
from tests.turn_server import TurnServer
from tests.waiting import until

EXAMPLE = Path(__file__).parents[2] / "config" / "turnserver.example.conf"
COTURN = shutil.which("turnserver")
"""None: not installed."""
HERE = "127.0.0.1"
OURS = "external-ip", "cert", "pkey", "tls-listening-port", "static-auth-secret"
"""What each operator has to set."""
LIFETIME = 600
FORBIDDEN = 403
NAMES = ("listening-ip", "relay-ip")


@dataclass(frozen=True)
class Served:
    """A TURN server that runs."""

    port: int
    carries: bool

    @property
    def urls(self) -> tuple[str, ...]:
        """Its URLs, by UDP and by TCP."""
        plain = f"turn:{HERE}:{self.port}"
        return (plain, f"{plain}?transport=tcp") if self.carries else (plain,)


class Brief(TurnServer):
    """Lets nobody in whose credential has ended."""

    def _password(self, user: str) -> str:
        has_ended = not user or int(user.partition(":")[0]) < time.time()  # noqa: TID251
        return "" if has_ended else super()._password(user)


@asynccontextmanager
async def open_turn(directory: Path, secret: bytes, *more: str) -> AsyncIterator[Served]:
    """Run coturn as the example says, and with the lines *more*; else what stands in for it."""
    if COTURN is None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: Brief(secret), local_addr=(HERE, 0)
        )
        yield Served(transport.get_extra_info("sockname")[1], carries=False)
        transport.close()
        return
    port = _free_port()
    settings = directory / "turnserver.conf"
    settings.write_text(_settings(secret.decode(), port, directory, more))
    async with _running(COTURN, settings):
        await until(lambda: _takes(port))
        yield Served(port, carries=True)


def without_denials() -> tuple[str, ...]:
    """Return the lines with which coturn carries between pages of one machine."""
    return ("allow-loopback-peers",)


def _settings(secret: str, port: int, directory: Path, more: tuple[str, ...]) -> str:
    loose = "allow-loopback-peers" in more
    kept = [
        line
        for line in EXAMPLE.read_text().splitlines()
        if line.partition("=")[0] not in OURS and not (loose and line.startswith("denied-"))
    ]
    here = [f"{name}={HERE}" for name in NAMES]
    own = [f"listening-port={port}", f"static-auth-secret={secret}", "no-tls", "no-dtls"]
    files = ["log-file=stdout", f"pidfile={directory / 'pid'}", f"userdb={directory / 'users'}"]
    return "\n".join([*kept, *here, *own, *files, *more, ""])


@asynccontextmanager
async def _running(program: str, settings: Path) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        program, "-c", settings, stdout=DEVNULL, stderr=PIPE, env=dict(os.environ)
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def _free_port() -> int:
    with socket.create_server((HERE, 0)) as found:
        return int(found.getsockname()[1])


def _takes(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HERE, port)):
        return True
    return False


async def denials(served: Served, server: IceServer, peers: list[str]) -> dict[str, int]:
    """Ask for a way to each of *peers*; return with which error it was refused; 0: it was not."""
    loop = asyncio.get_running_loop()
    at = (HERE, served.port)
    _, client = await loop.create_datagram_endpoint(
        lambda: turn.TurnClientUdpProtocol(
            at, server.username, server.credential, LIFETIME, LIFETIME
        ),
        remote_addr=at,
    )
    await client.connect()
    try:
        return {peer: await _refusal(client, 0x4000 + n, peer) for n, peer in enumerate(peers)}
    finally:
        await client.delete()


async def _refusal(client: turn.TurnClientUdpProtocol, channel: int, peer: str) -> int:
    try:
        await client.channel_bind(channel, (peer, 40_000))
    except stun.TransactionFailed as failed:
        return int(failed.response.error_code or 0)
    return 0
