"""A process of the measurement with many nodes: a node of counters, or a plain echo.

`python -m scripts.benchmarks.nodes_process node|echo KEYS SERVER DATABASE`; prints `ready` and what
the run is called when asks are taken. SIGTERM stops it in order.
"""

import asyncio
import logging
import signal
import sys
from pathlib import Path

import nats  # noqa: TID251  the yardstick is nats-py itself
import uvloop
from nats.aio.client import Client  # noqa: TID251
from nats.aio.msg import Msg  # noqa: TID251

from actors.runtime import collector
from actors.runtime.clock import AgreedClock, SystemClock
from actors.runtime.limits import Limits
from actors.runtime.mint import SystemMint
from actors.runtime.nats_keys import Access, NodeKeys, open_keys
from actors.runtime.nats_login import Login, tls_context
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.node import Node
from actors.store.postgres import PostgresJournal
from config.settings import NodeSettings
from scripts.benchmarks.counters import ROOM

ECHO = "actor.echo.0"
SETTINGS = NodeSettings()
LIMITS = Limits(lease=SETTINGS.lease_seconds, drain=SETTINGS.drain_seconds)


async def plainly(at: Access) -> Client:
    """Connect by nats-py alone."""
    login = Login(at.inbox_prefix, "plain", at.seed, tls_context(at.urls, at.ca))
    return await nats.connect(at.url, **login.options())


async def echo(keys: NodeKeys, told_to_stop: asyncio.Event) -> None:
    """Answer what is asked of `ECHO` with the same bytes."""
    bus = await plainly(await asyncio.to_thread(keys.access, "node"))

    async def answer(message: Msg) -> None:
        await message.respond(message.data)

    await bus.subscribe(ECHO, cb=answer)
    await bus.flush()
    print("ready", flush=True)
    await told_to_stop.wait()
    await bus.close()


async def counters(keys: NodeKeys, database: str, told_to_stop: asyncio.Event) -> None:
    """Be a node of counters, until told to stop; then hand over what there is."""
    transport = await NatsTransport.join(await asyncio.to_thread(keys.access, "node"))
    journal = await PostgresJournal.open(database)
    node = Node(
        name=keys.node,
        transport=transport,
        journal=journal,
        rooms=[ROOM],
        clock=AgreedClock(SystemClock()),
        mint=SystemMint(),
        limits=LIMITS,
    )
    await node.start()
    collector.calm()
    print("ready", node.shards.run, flush=True)
    await told_to_stop.wait()
    await node.drain()
    await journal.close()
    await transport.close()


async def main() -> None:
    """Run what the command line names."""
    what, directory, server, database = sys.argv[1:]
    logging.disable(logging.WARNING)  # that nodes die is the measurement
    told_to_stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told_to_stop.set)
    keys = await asyncio.to_thread(open_keys, Path(directory), (server,))
    if what == "echo":
        await echo(keys, told_to_stop)
    else:
        await counters(keys, database, told_to_stop)


if __name__ == "__main__":
    uvloop.run(main())
