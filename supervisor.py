#!/usr/bin/env python3
"""The composition root: what the clinic is made of, and the operator's command line.

`up` runs everything on this machine as one list of services (see `House.children`). Every other
verb asks the running clinic over the bus and never touches its memory or files.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import structlog
import uvloop

from actors.accounts import actor as accounts
from actors.accounts.hasher import Argon2Hasher
from actors.address import Address
from actors.admin_router import actor as admin_router
from actors.call_session import actor as call_session
from actors.call_session.desk import Desk as MediaDesk
from actors.call_session.desk import telling
from actors.call_session.recordings import Recordings, open_secret
from actors.call_session.switchboard import Switchboard
from actors.call_session.turn import Turn, ice_servers, turn_of
from actors.caller import Caller, Role
from actors.conversation import actor as conversation
from actors.directory import actor as directory
from actors.directory import messages as directory_messages
from actors.doctor import actor as doctor
from actors.doctor.other_calendar import FeedTrouble
from actors.files import actor as files
from actors.files.inspecting import FileInspector, PictureWorker
from actors.files.scanners import scanner_of
from actors.notify import actor as notify
from actors.notify.actor import Write
from actors.notify.carriers import FOLDER, carriers_of, push_key
from actors.notify.letters import PushWriter, WebhookWriter, Writer
from actors.notify.messages import Channel
from actors.operations import demo, media_workers, people, verbs
from actors.operations.arguments import Arguments, Exit, parse
from actors.operations.bus import BUS, Operator, login
from actors.operations.media import MediaPaths
from actors.operations.people import Links
from actors.patient import actor as patient
from actors.phone import actor as phone
from actors.relay.child import Child as MediaWorker
from actors.relay.child import WorkerNotStarted
from actors.runtime import collector
from actors.runtime.blobs import Blobs
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.desk import Desk
from actors.runtime.errors import TransportError
from actors.runtime.limits import Limits
from actors.runtime.mint import SystemMint
from actors.runtime.nats_server import NatsServer, ServerNotStarted
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.node import Node
from actors.runtime.room import Room
from actors.runtime.supervision import Child, GaveUp, Ready, Restart, StartFailed, Tree
from actors.store.blobs import blobs_of
from actors.store.sqlite import SqliteJournal, StoreRefused, migrate
from actors.visit_note import actor as visit_note
from config import VERSION, floors, logging
from config.private import TooOpen, private_directory
from config.settings import EdgeSettings, NodeSettings, Settings, SettingsError, load
from http_edge.app import make_app, open_tokens
from http_edge.fetching import BusyFetcher
from http_edge.guarded_post import GuardedPost
from http_edge.links import answer_link, invitation_link, password_link
from http_edge.reaching import Reach
from http_edge.server import listen, serving
from http_edge.tls import tls_of
from http_edge.tokens import Tokens

_log = structlog.get_logger("supervisor")

JOURNAL = Path("store") / "journal.db"
LETTER_BOXES = "letter-boxes"
"""Its presence says that the letter boxes know everybody."""
HERE = Path(__file__).parent
ROBOTS = "scripts.robots"
LEAVE_SECONDS = 2
STOP_SECONDS = 5
PLAIN_TROUBLE = (
    OSError,
    StoreRefused,
    ServerNotStarted,
    WorkerNotStarted,
    TransportError,
    TooOpen,
    floors.BelowFloor,
)
"""What may keep the clinic from starting without anything being wrong with the program."""


class StoreFailed(Exception):
    """The disk has failed; the journal has to be opened and checked anew."""


class RobotsEnded(Exception):
    """The made-up people of the demonstration are gone."""


def rooms(house: "House") -> tuple[Room[Any], ...]:
    """Return every room of the clinic."""
    inspector = FileInspector(scanner_of(house.settings.files), PictureWorker())
    return (
        accounts.room(Argon2Hasher()),
        directory.ROOM,
        patient.ROOM,
        doctor.room(BusyFetcher(house.clock, trouble=FeedTrouble)),
        admin_router.ROOM,
        conversation.room(house.journal),
        files.room(house.blobs, inspector),
        call_sessions(house),
        phone.ROOM,
        visit_note.ROOM,
        letter_boxes(house),
    )


def call_sessions(house: "House") -> Room[Any]:
    """Return the call sessions, which know the media workers by the house's desk."""
    return call_session.room(
        house.relays,
        Switchboard(house.clock, house.mint),
        Recordings(house.blobs, house.recordings_secret),
        history=house.journal,
        turn=house.turn,
        settings=house.settings.media,
    )


def letter_boxes(house: "House") -> Room[Any]:
    """Return the letter boxes, with every carrier that the settings name."""
    settings, url = house.settings, house.edge.public_url
    post = GuardedPost(settings.push, settings.webhook)
    link = partial(answer_link, url, house.tokens)
    writers: dict[Channel, Write] = {
        Channel.EMAIL: Writer(base_url=url, sender=settings.mail.sender, answer_link=link),
        Channel.PUSH: PushWriter(base_url=url),
        Channel.WEBHOOK: WebhookWriter(base_url=url),
    }
    carriers = carriers_of(settings, house.data, post, house.blobs, house.clock)
    return notify.room(carriers, writers, house.journal)


class House:
    """Everything on this machine. Each service sets up what the later ones stand on."""

    journal: SqliteJournal
    blobs: Blobs
    bound: socket.socket
    tokens: Tokens
    node_transport: NatsTransport
    edge_transport: NatsTransport
    turn: Turn
    recordings_secret: bytes
    relays: MediaDesk

    def __init__(self, settings: Settings, *, demonstrate: bool = False) -> None:
        self.settings = settings
        self.demonstrate = demonstrate
        self.edge = settings.edge
        self.data = settings.node.directory
        self.clock = SystemClock()
        self.mint = SystemMint()
        self.server = NatsServer(
            self.data / BUS,
            program=Path(settings.nats.server) if settings.nats.server else None,
            start_seconds=settings.nats.start_seconds,
        )
        self.tree = Tree(self.children(demonstrate=demonstrate))

    def children(self, *, demonstrate: bool) -> list[Child]:
        """Return the services in start order; they are stopped in reverse."""
        children = [
            Child("journal", self._journal),  # the truth: nothing is answered without it
            Child("blobs", self._blobs),  # the bytes of files
            Child("door", self._door),  # our address and signing keys: letters name them
            Child("bus", self._bus, Restart.ALONE),  # connections find it again by themselves
            Child("connections", self._connections),  # one for the actors, one for the edge
            Child("media desk", self._media_desk),  # which workers live, and what they carry
            *self._media_workers(),  # each a process on a core of its own: media of calls
            Child("node", self._node),  # the actors
            Child("edge", self._edge),  # pages, API, websockets
            Child("letter boxes", self._letter_boxes, Restart.ALONE),  # for people from before them
        ]
        if demonstrate:
            children.append(Child("demo", self._demo, Restart.ALONE))  # made-up people
            children.append(Child("robots", self._robots, Restart.ALONE))  # who act for them
        children.append(Child("welcome", self._welcome, Restart.ALONE))  # what to open next
        return children

    def stop(self) -> None:
        """Stop in order; when that takes too long, the kernel ends the process."""
        signal.alarm(STOP_SECONDS)
        self.tree.stop()

    # -- the services -----------------------------------------------------------------------------

    async def _journal(self, ready: Ready) -> None:
        self.journal = await SqliteJournal.open(self.data / JOURNAL, clock=self.clock)
        async with _finally(self.journal.close):
            await self.journal.leave_all()
            ready()
            await self.journal.failed.wait()
            raise StoreFailed

    async def _blobs(self, ready: Ready) -> None:
        self.blobs = blobs_of(self.settings.files, self.data)
        async with _finally(self.blobs.close):
            ready()
            await anyio.sleep_forever()

    async def _door(self, ready: Ready) -> None:
        self.bound, self.edge = listen(self.edge)
        async with _finally(partial(asyncio.to_thread, self.bound.close)):
            self.tokens = await asyncio.to_thread(
                open_tokens, self.data, self.edge, self.clock, self.mint
            )
            ready()
            await anyio.sleep_forever()

    async def _bus(self, ready: Ready) -> None:
        await self.server.start()
        async with _finally(self.server.stop):
            ready()
            code = await self.server.wait()
            raise ServerNotStarted(f"nats-server has ended with code {code}.")

    async def _connections(self, ready: Ready) -> None:
        self.node_transport = await self._connect("node")
        async with _finally(self.node_transport.close):
            self.edge_transport = await self._connect("edge")
            async with _finally(self.edge_transport.close):
                ready()
                await anyio.sleep_forever()

    async def _connect(self, user: str) -> NatsTransport:
        key = await self.server.access(user)
        return await NatsTransport.connect(
            key.url, seed=key.seed, inbox_prefix=key.inbox_prefix, name=f"carewire {user}"
        )

    async def _media_desk(self, ready: Ready) -> None:
        settings, fresh = self.settings.media, self.mint.secret().encode()
        self.turn = await asyncio.to_thread(turn_of, settings)
        self.recordings_secret = await asyncio.to_thread(open_secret, self.data, fresh)
        tell = telling(Client(self.node_transport, self.clock, self.mint), self.mint)
        self.relays = MediaDesk(self.node_transport, self.clock, tell, expects=settings.workers > 0)
        await self.relays.open()
        async with _finally(self.relays.close):
            ready()
            await anyio.sleep_forever()

    def _media_workers(self) -> list[Child]:
        return [
            Child(name, partial(self._media_worker, number), Restart.ALONE)
            for number, name in enumerate(media_workers.names(self.settings))
        ]

    async def _media_worker(self, number: int, ready: Ready) -> None:
        key = await self.server.access(media_workers.USER)
        start = await asyncio.to_thread(media_workers.start_of, self.settings, key, number)
        worker = MediaWorker(start)
        async with _finally(worker.stop):
            await worker.start()
            ready()
            await worker.keep()

    async def _node(self, ready: Ready) -> None:
        node = Node(
            name=self.settings.node.name,
            transport=self.node_transport,
            journal=self.journal,
            rooms=rooms(self),
            clock=self.clock,
            mint=self.mint,
            limits=_limits(self.settings.node),
        )
        desk = Desk(node, self._audit, VERSION, self.stop)
        await node.start()
        async with _finally(node.drain):
            await desk.open()
            async with _finally(desk.close):
                ready()
                await anyio.sleep_forever()

    async def _audit(self, operator: Caller, address: Address) -> None:
        command = directory_messages.RecordReveal(str(address))
        client = Client(self.node_transport, self.clock, self.mint)
        await client.tell(directory_messages.ADDRESS, command, operator)

    async def _edge(self, ready: Ready) -> None:
        tls = await asyncio.to_thread(tls_of, self.edge)
        app = make_app(
            self.edge,
            client=Client(self.edge_transport, self.clock, self.mint),
            transport=self.edge_transport,
            clock=self.clock,
            mint=self.mint,
            tokens=self.tokens,
            reach=reach_of(self.settings, self.data),
            mail_folder=self.data / FOLDER if self.demonstrate else None,
        )
        served = AsyncExitStack()
        async with _finally(served.aclose):
            await served.enter_async_context(serving(app, self.bound.dup(), tls))
            ready()
            await anyio.sleep_forever()

    async def _letter_boxes(self, ready: Ready) -> None:
        """Tell the letter boxes, once, of everybody who was here before there were any."""
        done = self.data / LETTER_BOXES
        if not await asyncio.to_thread(done.exists):
            await people.fill_letter_boxes(Operator(self.edge_transport, login(), self.mint))
            await asyncio.to_thread(done.touch, 0o600)
        ready()
        await anyio.sleep_forever()

    async def _demo(self, ready: Ready) -> None:
        client = Client(self.edge_transport, self.clock, self.mint)
        cast = await demo.fill(client, self.clock, self.mint, self.data)
        say(demo.introduce(cast))
        ready()
        await anyio.sleep_forever()

    async def _robots(self, ready: Ready) -> None:
        cast = Path.cwd() / demo.file_of(self.data)
        command = (sys.executable, "-m", ROBOTS, self.edge.public_url, cast)
        robots = await asyncio.create_subprocess_exec(*command, cwd=HERE, start_new_session=True)
        try:
            ready()
            raise RobotsEnded(f"They left with code {await robots.wait()}.")
        finally:
            if robots.returncode is None:
                robots.terminate()
                with anyio.move_on_after(LEAVE_SECONDS, shield=True):
                    await robots.wait()

    async def _welcome(self, ready: Ready) -> None:
        """Say what to open next; while there is no administrator, hand out a link for one."""
        operator = Operator(self.edge_transport, login(), self.mint)
        if not await people.has_admin(operator):
            first = await people.invite(operator, Role.ADMIN, links(self.edge))
            minutes = directory_messages.INVITATION_LIFE // timedelta(minutes=1)
            say(
                "There is no administrator yet. Who opens this link within "
                f"{minutes} minutes becomes one:\n  {first.link}"
            )
        collector.calm()  # everything that lives for ever is there now
        say(f"Carewire {VERSION} is open at {self.edge.public_url}")
        ready()
        await anyio.sleep_forever()


@asynccontextmanager
async def _finally(close: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Close at the end, also when the service is being cancelled."""
    try:
        yield
    finally:
        with anyio.CancelScope(shield=True):
            await close()


def reach_of(settings: Settings, data: Path) -> Reach:
    """Return by what else people are reached than by the bell and letters."""
    key = push_key(settings, data).public if settings.push.enabled else ""
    return Reach(push_key=key, push=settings.push, webhook=bool(settings.webhook.url))


def _limits(settings: NodeSettings) -> Limits:
    return Limits(
        mailbox=settings.mailbox,
        idle=settings.passivate_seconds,
        snapshot_every=settings.snapshot_every,
        drain=settings.drain_seconds,
    )


def links(edge: EdgeSettings) -> Links:
    """Return where the pages take one-time codes."""
    return Links(partial(invitation_link, edge.public_url), partial(password_link, edge.public_url))


def say(text: str) -> None:
    """Tell the person who has started the clinic."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def keep(settings: Settings, *, demonstrate: bool) -> None:
    """Run the clinic until a signal, or `drain`, stops it; a second signal ends it at once."""
    house = House(settings, demonstrate=demonstrate)
    loop = asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)
        house.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    await house.tree.run()


def up(settings: Settings, *, demonstrate: bool) -> Exit:
    """Run the clinic; whatever ends it but a stop is a failure."""
    try:
        floors.hold_all()
        private_directory(settings.node.directory)
        if demonstrate:
            # the robots would scroll away what to open
            logging.quiet("http_edge.access", "actors.notify.actor")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(keep(settings, demonstrate=demonstrate))
    except (*PLAIN_TROUBLE, GaveUp) as error:
        return verbs.fail(str(error))
    except StartFailed as error:
        if not isinstance(error.__cause__, PLAIN_TROUBLE):
            _log.exception("start.failed", service=error.name)
        return verbs.fail(str(error))
    return Exit.DONE


def carry_media(settings: Settings, said: Arguments) -> Exit:
    """Run one media worker by hand, beside those that `up` starts or on a machine of its own."""
    try:
        key = media_workers.key_of(settings, said.bus, said.seed)
        worker = MediaWorker(media_workers.start_of(settings, key, name=said.name))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(keep_worker(worker))
    except (*PLAIN_TROUBLE, ValueError) as error:
        return verbs.fail(str(error))


async def keep_worker(worker: MediaWorker) -> Exit:
    """Run *worker* until a signal stops it."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    async with _finally(worker.stop):
        serving = await worker.start()
        say(f"A media worker listens on UDP and TCP port {serving.port}.")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(worker.keep)
            await over.wait()
            tasks.cancel_scope.cancel()
    return Exit.DONE


def ask(settings: Settings, said: Arguments) -> Exit:
    """Ask the running clinic what a verb asks."""
    paths = MediaPaths()
    if said.verb == "check":
        try:
            servers = ice_servers(turn_of(settings.media), SystemClock().now(), "check")
        except PLAIN_TROUBLE as error:
            return verbs.fail(str(error))
        names = media_workers.names(settings)
        paths = MediaPaths(names, servers, settings.media.public_address)
    return asyncio.run(verbs.run(said, settings.node.directory, links(settings.edge), paths))


def bring_up_to_date(settings: Settings) -> Exit:
    """Migrate the journal of a clinic that is not running."""
    try:
        private_directory(settings.node.directory)
        made = asyncio.run(migrate(settings.node.directory / JOURNAL))
    except PLAIN_TROUBLE as error:
        return verbs.fail(str(error))
    say("\n".join(f"Made {name}." for name in made) or "The journal is up to date.")
    return Exit.DONE


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    said = parse(arguments)
    try:
        settings = load(said.config)
    except SettingsError as error:
        return verbs.fail(str(error), Exit.USAGE)
    logging.configure(settings.log)
    match said.verb:
        case "up":
            return up(settings, demonstrate=said.demo)
        case "migrate":
            return bring_up_to_date(settings)
        case "version":
            say(VERSION)
            return Exit.DONE
        case "media":
            return carry_media(settings, said)
        case _:
            return ask(settings, said)


if __name__ == "__main__":
    sys.exit(main())
