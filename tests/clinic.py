"""A whole clinic in one process: real nats-server, real SQLite, every room; the edge on request.

`async with open_clinic(tmp_path) as clinic:` gives the actors; see `tests.edge` for HTTP on top.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from anyio import to_thread

from actors.accounts import actor as accounts
from actors.accounts.hasher import Hasher, QuickHasher
from actors.address import Address
from actors.admin_router import actor as admin_router
from actors.call_session import actor as call_session
from actors.call_session.desk import Desk, telling
from actors.call_session.recordings import Recordings
from actors.call_session.switchboard import Switchboard
from actors.call_session.turn import NO_TURN, Turn
from actors.conversation import actor as conversation
from actors.directory import actor as directory
from actors.doctor import actor as doctor
from actors.doctor.other_calendar import Fetcher, no_calendar
from actors.files import actor as files
from actors.files.inspecting import FileInspector, PictureWorker
from actors.files.scanners import NoScanner
from actors.notify import actor as notify
from actors.notify.carriers.carrier import Carried
from actors.notify.messages import Channel, Outcome
from actors.notify.state.kept import Letter, Recipient
from actors.patient import actor as patient
from actors.phone import actor as phone
from actors.relay.process import serving
from actors.relay.starting import Start
from actors.runtime.blobs import Blobs
from actors.runtime.client import Client
from actors.runtime.clock import Clock, SystemClock
from actors.runtime.journal import Journal
from actors.runtime.limits import Controls, Limits
from actors.runtime.mint import Mint, SystemMint
from actors.runtime.nats_server import NatsServer
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.node import Node
from actors.runtime.room import Room
from actors.runtime.subjects import shard_of
from actors.runtime.transport import Transport
from actors.store.blobs.folder import FolderBlobs
from actors.store.sqlite import SqliteJournal
from actors.visit_note import actor as visit_note
from config.media import MediaSettings
from config.private import private_directory
from tests.waiting import until

SECRET = bytes(32)
"""Of which the keys of recordings are made."""


class Delivered:
    """A carrier to whom every letter is delivered at once."""

    async def carry(
        self, _message_id: str, _letter: bytes, _to: str, _attempt: str = ""
    ) -> Carried:
        """Take the letter."""
        return Carried(Outcome.CARRIED)


def blank(_recipient: Recipient, _letter: Letter, _at: datetime) -> bytes:
    """Write nothing: what letters say is held elsewhere."""
    return b""


@dataclass(frozen=True)
class Calling:
    """What call sessions have beside their rules: media workers (none), signals, settings."""

    desk: Desk
    switchboard: Switchboard
    settings: MediaSettings
    turn: Turn = NO_TURN


def calling(
    transport: Transport,
    clock: Clock,
    mint: Mint,
    settings: MediaSettings | None = None,
    turn: Turn = NO_TURN,
) -> Calling:
    """Return what call sessions have; the desk knows workers once it is opened."""
    desk = Desk(transport, clock, telling(Client(transport, clock, mint), mint))
    return Calling(desk, Switchboard(clock, mint), settings or MediaSettings(), turn)


def rooms(
    hasher: Hasher,
    journal: Journal,
    blobs: Blobs,
    calls: Calling,
    fetch: Fetcher = no_calendar,
) -> tuple[Room[Any], ...]:
    """Return every room of the clinic, whose past is in *journal* and whose files in *blobs*."""
    return (
        accounts.room(hasher),
        directory.ROOM,
        patient.ROOM,
        doctor.room(fetch),
        admin_router.ROOM,
        conversation.room(journal),
        files.room(blobs, FileInspector(NoScanner(), PictureWorker())),
        call_session.room(
            calls.desk,
            calls.switchboard,
            Recordings(blobs, SECRET),
            history=journal,
            turn=calls.turn,
            settings=calls.settings,
        ),
        phone.ROOM,
        visit_note.ROOM,
        notify.room(dict.fromkeys(Channel, Delivered()), dict.fromkeys(Channel, blank), journal),
    )


@dataclass
class Clinic:
    """What a test may reach into."""

    directory: Path
    server: NatsServer
    journal: Journal
    node: Node
    edge_transport: NatsTransport
    client: Client
    clock: Clock
    mint: Mint
    calls: Calling
    stack: AsyncExitStack = field(repr=False)

    async def settled(self) -> None:
        """Return when every durable send has been delivered and committed."""
        with anyio.fail_after(60):
            while self.node.busy or self.node.outbox.backlog:
                await anyio.lowlevel.checkpoint()


async def open_sqlite(directory: Path, clock: Clock) -> SqliteJournal:
    """Open the journal that one process has alone."""
    journal = await SqliteJournal.open(directory / "store" / "journal.db", clock=clock)
    await journal.leave_all()
    return journal


@dataclass
class Sibling:
    """One more node of a clinic."""

    node: Node
    transport: NatsTransport
    gone: bool = False

    def owns(self, address: Address) -> bool:
        """Return whether it is in charge of that actor."""
        return shard_of(address, self.node.shards.total) in self.node.shards.fences

    async def die(self) -> None:
        """Be gone at once, as by `kill -9`: nothing is handed over, and nobody answers."""
        self.gone = True
        self.node.kill()
        await self.transport.close()


@asynccontextmanager
async def sibling(
    clinic: Clinic,
    name: str = "other",
    *,
    limits: Limits | None = None,
    version: str = "",
    extra_rooms: Iterable[Room[Any]] = (),
) -> AsyncIterator[Sibling]:
    """Run one more node of *clinic* on this loop, on the same bus and journal."""
    async with AsyncExitStack() as stack:
        transport = await connect(clinic.server, "node")
        stack.push_async_callback(transport.close)
        calls = calling(transport, clinic.clock, clinic.mint)
        await calls.desk.open()
        stack.push_async_callback(calls.desk.close)
        blobs = FolderBlobs(clinic.directory / "files")
        node = Node(
            name=name,
            transport=transport,
            journal=clinic.journal,
            rooms=(*rooms(QuickHasher(), clinic.journal, blobs, calls), *extra_rooms),
            clock=clinic.clock,
            mint=clinic.mint,
            limits=limits or clinic.node.limits,
            version=version,
        )
        await node.start()
        found = Sibling(node, transport)
        yield found
        if not found.gone:
            await node.drain()


async def connect(server: NatsServer, user: str) -> NatsTransport:
    """Return a transport of that user of the bus."""
    access = await server.access(user)
    return await NatsTransport.connect(
        access.url, seed=access.seed, inbox_prefix=access.inbox_prefix, name=user
    )


@asynccontextmanager
async def media_worker(server: NatsServer, directory: Path) -> AsyncIterator[None]:
    """Run a media worker on this loop."""
    access = await server.access("media")
    recordings = await to_thread.run_sync(private_directory, directory / "recordings")
    start = Start(
        name="media-0",
        bus=access.url,
        seed=access.seed,
        inbox_prefix=access.inbox_prefix,
        host="127.0.0.1",
        port=0,
        public_address="",
        recordings=str(recordings),
        memory_mb=0,
    )
    async with serving(start):
        yield


@asynccontextmanager
async def open_clinic(
    directory: Path,
    *,
    clock: Clock | None = None,
    mint: Mint | None = None,
    hasher: Hasher | None = None,
    limits: Limits | None = None,
    controls: Controls | None = None,
    extra_rooms: Iterable[Room[Any]] = (),
    fetch: Fetcher = no_calendar,
    media: bool = False,
    media_settings: MediaSettings | None = None,
    turn: Turn = NO_TURN,
    store: Callable[[], Awaitable[Journal]] | None = None,
) -> AsyncIterator[Clinic]:
    """Run the actors of a clinic that keeps everything in *directory*.

    With *media* a media worker runs on this loop, too, on any free port of 127.0.0.1. *store* opens
    another journal than the SQLite file there.
    """
    clock, mint = clock or SystemClock(), mint or SystemMint()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(NatsServer(directory / "nats"))
        journal = await (store or partial(open_sqlite, directory, clock))()
        stack.push_async_callback(journal.close)
        transport = await connect(server, "node")
        stack.push_async_callback(transport.close)
        blobs = FolderBlobs(directory / "files")
        stack.push_async_callback(blobs.close)
        calls = calling(transport, clock, mint, media_settings, turn)
        await calls.desk.open()
        stack.push_async_callback(calls.desk.close)
        if media:
            await stack.enter_async_context(media_worker(server, directory))
            await until(lambda: bool(calls.desk.workers))
        node = Node(
            name="main",
            transport=transport,
            journal=journal,
            rooms=(*rooms(hasher or QuickHasher(), journal, blobs, calls, fetch), *extra_rooms),
            clock=clock,
            mint=mint,
            limits=limits,
            controls=controls,
        )
        await node.start()
        stack.push_async_callback(node.drain)
        edge_transport = await connect(server, "edge")
        stack.push_async_callback(edge_transport.close)
        client = Client(edge_transport, clock, mint)
        yield Clinic(
            directory, server, journal, node, edge_transport, client, clock, mint, calls, stack
        )
