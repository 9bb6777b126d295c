"""Calls: what forwarding costs, beside Janus and aiortc's MediaRelay on the same load.

Shares are of one core, for each forwarded pair of a picture and a sound. Who sends and who counts
share the machine with the server, so what is compared is measured one right after the other. A
load of which not all has arrived says nothing; it is repeated, and in the end fails.
"""

import os
import socket
import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NamedTuple, TypeAlias

from scripts.benchmarks import calls_janus, calls_memory, calls_pages
from scripts.benchmarks.calls_janus import janus
from scripts.benchmarks.calls_load import Cost, Server, Shape, cost_of
from scripts.benchmarks.calls_mediarelay import media_relay
from scripts.benchmarks.calls_relay import relay
from scripts.benchmarks.calls_streams import make_pictures
from scripts.benchmarks.figures import Figures

SHAPES = {
    "30_streams_480p": Shape(3, 10, 1000),
    "120_streams_480p": Shape(3, 40, 1000),
    "60_streams_720p": Shape(2, 30, 1800, 720),
}
SMALL = Shape(1, 3, 600)
"""All that a server which decodes can carry beside its load."""
SMALL_TIMES = 3
"""It runs so much longer: processor time is told in steps of 10 ms."""
ALL = 0.995
"""The share of the packets that has to arrive."""
SOME = 0.05
"""That has to arrive of what a server encodes anew: it sends packets of its own."""
TRIES = 3

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

    async def cost(self, name: str, opened: Open, shape: Shape, least: float = ALL) -> None:
        """Keep what the load costs the server that *opened* gives."""
        cost = await self._once(opened, shape)
        tries = 1
        while not least <= cost.arrived <= 1:
            if tries == TRIES:
                raise RuntimeError(f"{name}: {cost.arrived:.1%} of the packets arrived.")
            cost, tries = await self._once(opened, shape), tries + 1
        self.figures.note(f"{name}_core", cost.percent_per_stream, "% of a core")
        self.figures.note(f"{name}_per_core", 100 / cost.percent_per_stream, "streams per core")
        self.figures.note(f"{name}_arrived", 100 * cost.arrived, "% of the packets")
        self.figures.note(f"{name}_memory", cost.rss_mb, "MiB")

    async def _once(self, opened: Open, shape: Shape) -> Cost:
        make_pictures(shape.kilobits, shape.height)
        with tempfile.TemporaryDirectory() as folder:
            async with opened(Path(folder)) as server:
                return await cost_of(server, shape, self.host, self.seconds)


async def measure(figures: Figures, seconds: float) -> None:
    """Measure what calls cost; each load runs for at least five seconds."""
    print("calls: share of a core for each forwarded pair of picture and sound")
    figures.note("calls_load_average_before", os.getloadavg()[0], "")
    host = own_address()
    run, servers = Run(figures, host, max(5.0, seconds)), _servers(host)
    for name, shape in SHAPES.items():
        for server, opened in servers.items():
            await run.cost(f"{server}_{name}", opened, shape)
    small = run._replace(seconds=SMALL_TIMES * run.seconds)
    await small.cost("relay_3_streams", servers["relay"], SMALL)
    await small.cost("mediarelay_3_streams", lambda _: media_relay(), SMALL, least=SOME)
    _ratios(figures)
    await calls_memory.measure(figures, host)
    if calls_pages.is_installed():
        await calls_pages.measure(figures)
    else:
        print("  left out, as there is no Chromium here: joining, and recovering")
    figures.note("calls_load_average_after", os.getloadavg()[0], "")


def _servers(host: str) -> dict[str, Open]:
    servers: dict[str, Open] = {"relay": lambda folder: relay(folder, host)}
    if calls_janus.is_installed():
        servers["janus"] = janus
        servers["janus_one_loop"] = lambda folder: janus(folder, loops=1)
    else:
        print("  left out, as it is not installed: Debian's janus")
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
    alone = "mediarelay_3_streams_core"
    figures.ratio("mediarelay_to_relay_3_streams", alone, "relay_3_streams_core", goal=30)
    figures.ratio("mediarelay_to_relay", alone, "relay_120_streams_480p_core", goal=30)
