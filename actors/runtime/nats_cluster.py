"""Nats-servers of several machines that are one bus: what each is told, and running one of them.

Whoever connects proves an nkey, the server proves itself by a certificate, and servers prove
themselves to one another. A machine that dies or freezes is noticed within seconds on every side.
"""

import asyncio
import re
import signal
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path
from typing import Self

import msgspec

from actors.runtime.nats_config import User, authorization, limits, quoted
from actors.runtime.nats_server import NatsServer
from actors.runtime.subjects import token
from config.private import private_directory, read_private

CLIENT_PORT = 4222
ROUTE_PORT = 6222
LAST_PORT = 65535
ANY_ADDRESS = str(IPv4Address(0))
"""Of this machine; whoever comes proves who they are, by TLS and nkeys."""
LEAVE_SECONDS = 1.0
"""How long clients have to move to another server before this one stops."""
CONFIGURATION = "server.conf"
CERTIFICATE = "cert.pem"
KEY = "key.pem"
AUTHORITY = "ca.pem"

_SAID = re.compile(
    r"(?P<name>[^=]+)=(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?::(?P<routes>[0-9]{1,5}))?",
    re.ASCII,
)
_ADDRESS = re.compile(r"[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:]*", re.ASCII)


class Server(msgspec.Struct, frozen=True):
    """One nats-server of a cluster, and where it is reached."""

    name: str
    host: str
    """A name, or an address without brackets."""
    port: int = CLIENT_PORT
    routes: int = ROUTE_PORT
    """Where the other servers reach it."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name=host[:port[:port of routes]]`, or raise `ValueError`."""
        said = _SAID.fullmatch(text.strip())
        if said is None:
            raise ValueError(f"{text!r} is no server: write name=host, like a=10.0.0.1")
        ports = int(said["port"] or CLIENT_PORT), int(said["routes"] or ROUTE_PORT)
        if not all(0 < port <= LAST_PORT for port in ports) or ports[0] == ports[1]:
            raise ValueError(f"{text!r}: its two ports must differ, and be from 1 to 65535")
        return cls(token(said["name"]), said["host"].strip("[]"), *ports)

    @property
    def is_address(self) -> bool:
        """Whether `host` is an IP address."""
        return _ADDRESS.fullmatch(self.host) is not None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"tls://{self._bracketed}:{self.port}"

    @property
    def route(self) -> str:
        """Where the other servers connect."""
        return f"tls://{self._bracketed}:{self.routes}"

    @property
    def listens(self) -> str:
        """The address to listen on: its own; a name may be another machine's (a proxy): any."""
        return self._bracketed if self.is_address else ANY_ADDRESS

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def render_cluster(
    server: Server, servers: Iterable[Server], users: list[User], cluster: str
) -> str:
    """Return what *server* of *servers* is told; it reads files beside its configuration."""
    routes = ", ".join(quoted(other.route) for other in servers if other.name != server.name)
    return f"""\
# Written by `carewire certs`, which writes it anew: do not change it here.
# nats-server has to be started in this directory.
server_name: {quoted(server.name)}
listen: {quoted(f"{server.listens}:{server.port}")}
tls {{
  {_CERTIFICATE}
  handshake_first: true
}}
cluster {{
  name: {quoted(cluster)}
  listen: {quoted(f"{server.listens}:{server.routes}")}
  routes: [{routes}]
  no_advertise: true
  pool_size: 1
  ping_interval: "1s"
  tls {{
    {_CERTIFICATE}
    verify: true
  }}
}}
ping_interval: "2s"
ping_max: 2
write_deadline: "3s"
connect_error_reports: 60
reconnect_error_reports: 60
lame_duck_duration: "30s"
lame_duck_grace_period: "5s"
{limits(users)}{authorization(users, timeout=5)}"""


_CERTIFICATE = (
    f'cert_file: "{CERTIFICATE}", key_file: "{KEY}", ca_file: "{AUTHORITY}",'
    ' min_version: "1.3", timeout: 5'
)


class ClusterServer(NatsServer):
    """One server of a cluster, in the directory that `carewire certs` made for it."""

    async def stop(self) -> None:
        """Let clients move to other servers, then end this one."""
        if self.running:
            with suppress(ProcessLookupError, TimeoutError):
                self.send(signal.SIGUSR2)
                async with asyncio.timeout(LEAVE_SECONDS):
                    await self.wait()
        await super().stop()

    def _options(self) -> tuple[str | Path, ...]:
        return ("--log", self.log, "--ports_file_dir", self._directory)

    def _prepare(self) -> None:
        private_directory(self._directory)
        for secret in (CONFIGURATION, KEY):
            read_private(self._directory / secret)
        self._forget_ports()
