"""Calls: what forwarding costs, beside Janus and aiortc's MediaRelay on the same load.

Shares are of one core, for each forwarded pair of a picture and a sound. Who sends and who counts
share the machine with the server, so what is compared is measured one right after the other.
"""

import socket
import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NamedTuple, TypeAlias

from scripts.benchmarks.calls_janus import is_installed, janus
from scripts.benchmarks.calls_load import Server, Shape, cost_of
from scripts.benchmarks.calls_mediarelay import media_relay
from scripts.benchmarks.calls_relay import relay
from scripts.benchmarks.figures import Figures

SHAPES = {
    "30_streams_480p": Shape(3, 10, 1000),
    "120_streams_480p": Shape(3, 40, 1000),
    "60_streams_720p": Shape(2, 30, 1800),
}
SMALL = Shape(1, 1, 600)
"""All that a server which decodes can carry beside its load."""

Open: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Server]]


def own_address() -> str:
    """Return an address of this machine that is not loopback's, where there is one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.254", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class Run(NamedTuple):
    """Where figures go, where servers listen, and how long each load runs."""

    figures: Figures
    host: str
    seconds: float

    async def cost(self, name: str, opened: Open, shape: Shape) -> None:
        """Keep what the load costs the server that *opened* gives."""
        with tempfile.TemporaryDirectory() as folder:
            async with opened(Path(folder)) as server:
                cost = await cost_of(server, shape, self.host, self.seconds)
        self.figures.note(f"{name}_core", cost.percent_per_stream, "% of a core")
        self.figures.note(f"{name}_arrived", 100 * cost.arrived, "% of the packets")
        self.figures.note(f"{name}_memory", cost.rss_mb, "MiB")


async def measure(figures: Figures, seconds: float) -> None:
    """Measure what calls cost; each load runs for at least five seconds."""
    print("calls: share of a core for each forwarded pair of picture and sound")
    host = own_address()
    run, servers = Run(figures, host, max(5.0, seconds)), _servers(host)
    for name, shape in SHAPES.items():
        for server, opened in servers.items():
            await run.cost(f"{server}_{name}", opened, shape)
    await run.cost("relay_1_stream", servers["relay"], SMALL)
    await run.cost("mediarelay_1_stream", lambda _: media_relay(), SMALL)
    _ratios(figures)


def _servers(host: str) -> dict[str, Open]:
    servers: dict[str, Open] = {"relay": lambda folder: relay(folder, host)}
    if is_installed():
        servers["janus"] = janus
        servers["janus_one_loop"] = lambda folder: janus(folder, loops=1)
    return servers


def _ratios(figures: Figures) -> None:
    for name in SHAPES:
        figures.ratio(f"to_janus_{name}", f"relay_{name}_core", f"janus_{name}_core", goal=0.6)
        figures.ratio(
            f"to_janus_one_loop_{name}",
            f"relay_{name}_core",
            f"janus_one_loop_{name}_core",
            goal=1.0,
        )
    figures.ratio("mediarelay_to_relay", "mediarelay_1_stream_core", "relay_1_stream_core", goal=30)
