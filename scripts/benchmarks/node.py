"""The other process of a measurement: a node of counters, or a plain echo, until it is killed.

`python -m scripts.benchmarks.node DIRECTORY node|restless|echo`; prints `ready` when asks are
taken. A restless node puts its actors away as soon as nothing is said to them.
"""

import asyncio
import sys
from pathlib import Path

import nats  # noqa: TID251  the yardstick is nats-py itself
import uvloop
from nats.aio.msg import Msg  # noqa: TID251

from actors.address import Address
from actors.caller import Caller
from actors.patient import actor as patient
from actors.runtime import collector
from actors.runtime.clock import SystemClock
from actors.runtime.desk import Desk
from actors.runtime.limits import Limits
from actors.runtime.mint import SystemMint
from actors.runtime.nats_keys import access
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.node import Node
from actors.store.sqlite import SqliteJournal
from config import VERSION
from scripts.benchmarks.counters import ROOM

LIMITS = {"node": Limits(), "restless": Limits(active=5000, idle=0.2, sweep=0.2)}


async def echo(directory: Path) -> None:
    """Answer what is asked of `actor.echo.0` with the same bytes, by nats-py alone."""
    at = await asyncio.to_thread(access, directory / "nats", "node")
    bus = await nats.connect(at.url, nkeys_seed_str=at.seed, inbox_prefix=at.inbox_prefix.encode())

    async def answer(message: Msg) -> None:
        await message.respond(message.data)

    await bus.subscribe("actor.echo.0", cb=answer)
    await bus.flush()


async def node(directory: Path, limits: Limits) -> None:
    """Run counters and patients whose journal is a file, and answer the operator."""
    at = await asyncio.to_thread(access, directory / "nats", "node")
    transport = await NatsTransport.connect(
        at.url, seed=at.seed, inbox_prefix=at.inbox_prefix, name="node"
    )
    journal = await SqliteJournal.open(directory / "store" / "journal.db")
    await journal.leave_all()
    counters = Node(
        name="main",
        transport=transport,
        journal=journal,
        rooms=[ROOM, patient.ROOM],
        clock=SystemClock(),
        mint=SystemMint(),
        limits=limits,
    )
    await counters.start()
    await Desk(counters, _audit, VERSION, lambda: None).open()


async def _audit(_operator: Caller, _address: Address) -> None:
    """Let it be seen: the people are made up."""


async def main() -> None:
    """Run what the command line names."""
    directory, what = Path(sys.argv[1]), sys.argv[2]
    await (echo(directory) if what == "echo" else node(directory, LIMITS[what]))
    collector.calm()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
