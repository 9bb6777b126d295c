"""A clinic's edge as a process of its own, to be killed with `kill -9` and started again.

Run as `python -m tests.killing_edge DIRECTORY PORT` it is the parent of that process, and forks it
as often as it is told to (see `tests.forking`). Pages and sockets hold no state, so another one
goes on where it was. With `PORT@PUBLIC` it is one of several edges that people know by the port
PUBLIC.
"""

import asyncio
import sys
from pathlib import Path

from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.mint import SystemMint
from actors.runtime.nats_keys import access
from actors.runtime.nats_transport import NatsTransport
from config.settings import EdgeSettings
from http_edge.app import make_app, open_tokens
from http_edge.server import listen, serving
from tests.forking import fork_when_told, say


async def live(directory: Path, port: int, public: int) -> None:
    """Serve the clinic whose node and bus run elsewhere."""
    at = await asyncio.to_thread(access, directory / "nats", "edge")
    transport = await NatsTransport.connect(
        at.url, seed=at.seed, inbox_prefix=at.inbox_prefix, name="edge"
    )
    clock, mint = SystemClock(), SystemMint()
    bound, settings = listen(edge_settings(port, public))
    app = await asyncio.to_thread(
        make_app,
        settings,
        client=Client(transport, clock, mint),
        transport=transport,
        clock=clock,
        mint=mint,
        tokens=open_tokens(directory, settings, clock, mint),
    )
    async with serving(app, bound, None):
        say("ready")
        await asyncio.Event().wait()


def edge_settings(port: int, public: int) -> EdgeSettings:
    """Return the settings of the edge that listens on *port* and is known by the port *public*."""
    return EdgeSettings(
        port=port,
        public_url=f"http://localhost:{public}",
        allowed_hosts=(f"localhost:{port}",),
        attempts_per_minute=100_000,
    )


if __name__ == "__main__":
    own, _, known = sys.argv[2].partition("@")
    fork_when_told(lambda: live(Path(sys.argv[1]), int(own), int(known or own)))
