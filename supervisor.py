#!/usr/bin/env python3
"""The composition root: what the clinic is made of, and the operator's command line.

`up` runs what its role says as one list of services (see `Clinic.children`); with `--nodes` it runs
the machine's part of it and a process for each node. Every other verb asks the running clinic over
the bus and never touches its memory or files.
"""

import asyncio
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import anyio
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
from actors.caller import Caller
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
from actors.operations import (
    first_process,
    local_nodes,
    machines,
    media_workers,
    stopped,
    verbs,
)
from actors.operations.arguments import Arguments, Exit, parse
from actors.operations.certs import Secret
from actors.operations.house import House, Part
from actors.operations.local_nodes import NodeStart, Trouble, Up
from actors.operations.media import MediaPaths
from actors.operations.people import Links
from actors.operations.running import PLAIN_TROUBLE, closing, run
from actors.operations.saying import fail, say
from actors.operations.welcome import invite_first_admin
from actors.patient import actor as patient
from actors.phone import actor as phone
from actors.runtime import collector
from actors.runtime.agreeing import agree, keep_agreeing
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.desk import Desk
from actors.runtime.limits import Limits
from actors.runtime.mint import SystemMint
from actors.runtime.node import Node
from actors.runtime.presence import Present, present
from actors.runtime.room import Room
from actors.runtime.subjects import EDGE_HERE
from actors.runtime.supervision import Child, Ready, Restart
from actors.visit_note import actor as visit_note
from config import VERSION, floors, logging
from config.private import private_directory
from config.settings import NodeSettings, Settings, SettingsError, load
from http_edge import key_keeping
from http_edge.app import make_app, open_tokens
from http_edge.fetching import BusyFetcher
from http_edge.guarded_post import GuardedPost
from http_edge.links import answer_link, invitation_link, password_link
from http_edge.reaching import Reach
from http_edge.server import listen, serving
from http_edge.sockets.hub import HUB, Hub
from http_edge.tls import tls_of
from http_edge.tokens import Tokens


def rooms(clinic: "Clinic") -> tuple[Room[Any], ...]:
    """Return every room of the clinic."""
    inspector = FileInspector(scanner_of(clinic.settings.files), PictureWorker())
    return (
        accounts.room(Argon2Hasher()),
        directory.ROOM,
        patient.ROOM,
        doctor.room(BusyFetcher(clinic.clock, trouble=FeedTrouble)),
        admin_router.ROOM,
        conversation.room(clinic.journal),
        files.room(clinic.blobs, inspector),
        call_sessions(clinic),
        phone.ROOM,
        visit_note.ROOM,
        letter_boxes(clinic),
    )


def call_sessions(clinic: "Clinic") -> Room[Any]:
    """Return the call sessions, which know the media workers by the clinic's desk."""
    return call_session.room(
        clinic.relays,
        Switchboard(clinic.clock, clinic.mint),
        Recordings(clinic.blobs, clinic.recordings_secret),
        history=clinic.journal,
        turn=clinic.turn,
        settings=clinic.settings.media,
    )


def letter_boxes(clinic: "Clinic") -> Room[Any]:
    """Return the letter boxes, with every carrier that the settings name."""
    settings, url = clinic.settings, clinic.edge.public_url
    post = GuardedPost(settings.push, settings.webhook)
    link = partial(answer_link, url, clinic.tokens)
    writers: dict[Channel, Write] = {
        Channel.EMAIL: Writer(base_url=url, sender=settings.mail.sender, answer_link=link),
        Channel.PUSH: PushWriter(base_url=url),
        Channel.WEBHOOK: WebhookWriter(base_url=url),
    }
    carriers = carriers_of(
        settings, clinic.data, post, clinic.blobs, clinic.clock, secrets=clinic.home
    )
    return notify.room(carriers, writers, clinic.journal)


class Clinic(House):
    """Everything of the clinic in this process."""

    bound: socket.socket
    node: Node
    tokens: Tokens
    turn: Turn
    recordings_secret: bytes
    relays: MediaDesk

    def children(self) -> list[Child]:
        """Return the services in start order; they are stopped in reverse."""
        machine, once = self.part is Part.MACHINE, self.part is not Part.NODE
        actors, edge = self.has_actors, self.has_edge
        shows, alone = self.demonstrate and once, Restart.ALONE
        every = [
            (actors, Child("journal", self._journal)),  # the truth: nothing is answered without it
            (actors, Child("blobs", self._blobs)),  # the bytes of files
            (True, Child("door", self._door)),  # our address and signing keys: letters name them
            (once and self.server, Child("bus", self._bus, alone)),  # connections find it again
            (not machine, Child("connections", self._connections)),  # of the actors, of the edge
            (edge and not actors, Child("clock", self._clock, alone)),  # as the nodes say it
            (actors, Child("media desk", self._media_desk)),  # which workers live, and carry what
            *((once, worker) for worker in self._media_workers()),  # each on a core of its own
            (actors, Child("node", self._node)),  # the actors
            (not machine, Child("keys", self._keys, alone)),  # that sign tokens, and links
            (edge, Child("edge", self._edge)),  # pages, API, websockets
            *((machine, node) for node in self._nodes()),  # each with actors, edge or both
            (actors, Child("letter boxes", self._letter_boxes, alone)),  # for who was there before
            (once, Child("operator", self._operator, alone)),  # a way in for who has started it
            (shows, Child("demo", self._demo, alone)),  # made-up people
            (shows, Child("robots", self._robots, alone)),  # who act for them
            (True, Child("welcome", self._welcome, alone)),  # what to open next
        ]
        return [child for wanted, child in every if wanted]

    # -- what letters and pages stand on --------------------------------------------------------

    async def _door(self, ready: Ready) -> None:
        bound = AsyncExitStack()
        async with closing(bound.aclose):
            if self.has_edge or self.part is Part.MACHINE:
                self.bound, self.edge = listen(self.edge, shared=self.part is not Part.WHOLE)
                bound.push_async_callback(asyncio.to_thread, self.bound.close)
            if self.part is not Part.MACHINE:
                self.tokens = await asyncio.to_thread(self._open_tokens)
            ready()
            await anyio.sleep_forever()

    def _open_tokens(self) -> Tokens:
        """Open the signing keys; those of a cluster are changed by `carewire certs` alone."""
        own = not self.settings.nats.clustered and self.role != "edge"
        return open_tokens(self.home, self.edge, self.clock, self.mint, own=own)

    async def _keys(self, ready: Ready) -> None:
        ready()
        await key_keeping.keep_up(self.tokens, self._in_charge)

    def _in_charge(self) -> bool:
        """Return whether what is to be done once in the clinic is for this process, and now."""
        return self.has_actors and self.node.owns(directory_messages.ADDRESS)

    async def _clock(self, ready: Ready) -> None:
        await agree(self.edge_transport, self.clock)
        ready()
        await keep_agreeing(self.edge_transport, self.clock)

    # -- actors and edge ------------------------------------------------------------------------

    async def _media_desk(self, ready: Ready) -> None:
        settings, fresh = self.settings.media, self.mint.secret().encode()
        self.turn = await asyncio.to_thread(turn_of, settings)
        self.recordings_secret = await asyncio.to_thread(open_secret, self.home, fresh)
        tell = telling(Client(self.node_transport, self.clock, self.mint), self.mint)
        self.relays = MediaDesk(self.node_transport, self.clock, tell, expects=settings.workers > 0)
        await self.relays.open()
        async with closing(self.relays.close):
            ready()
            await anyio.sleep_forever()

    async def _node(self, ready: Ready) -> None:
        self.node = node = Node(
            name=self.settings.node.name,
            transport=self.node_transport,
            journal=self.journal,
            rooms=rooms(self),
            clock=self.clock,
            mint=self.mint,
            limits=limits_of(self.settings.node, shared=self.settings.store.many),
            version=VERSION,
        )
        desk = Desk(node, self._audit, VERSION, self.stop, role=self.role)
        await node.start()
        async with closing(node.drain):
            await desk.open()
            async with closing(desk.close):
                ready()
                await anyio.sleep_forever()

    async def _audit(self, operator: Caller, address: Address) -> None:
        command = directory_messages.RecordReveal(str(address))
        client = Client(self.node_transport, self.clock, self.mint)
        await client.tell(directory_messages.ADDRESS, command, operator)

    async def _edge(self, ready: Ready) -> None:
        tls = await asyncio.to_thread(tls_of, self.edge)
        app = await asyncio.to_thread(
            make_app,  # it takes a second, in which the bus is to be listened to
            self.edge,
            client=Client(self.edge_transport, self.clock, self.mint),
            transport=self.edge_transport,
            clock=self.clock,
            mint=self.mint,
            tokens=self.tokens,
            reach=await asyncio.to_thread(reach_of, self.settings, self.home),
            mail_folder=self.data / FOLDER if self.demonstrate else None,
        )
        served = AsyncExitStack()
        async with closing(served.aclose):
            await served.enter_async_context(serving(app, self.bound.dup(), tls))
            here = partial(self._who, app[HUB], self.clock.unix_ms())
            await served.enter_async_context(present(self.edge_transport, EDGE_HERE, here))
            ready()
            await anyio.sleep_forever()

    def _who(self, hub: Hub, since: int) -> Present:
        return Present(self.settings.node.name, self.role, VERSION, since, sockets=len(hub))

    async def _welcome(self, ready: Ready) -> None:
        """Say what to open next; while there is no administrator, hand out a link for one."""
        if self.part is not Part.NODE and self.role != "edge":
            await invite_first_admin(self.operator, links(self.edge.public_url))
        collector.calm()  # everything that lives for ever is there now
        if self.part is Part.NODE:
            local_nodes.tell(Up())
        else:
            does = "works for" if self.role == "actors" else "is open at"
            say(f"Carewire {VERSION} {does} {self.edge.public_url}")
        ready()
        await anyio.sleep_forever()


def reach_of(settings: Settings, home: Path) -> Reach:
    """Return by what else people are reached than by the bell and letters."""
    key = push_key(settings, home).public if settings.push.enabled else ""
    return Reach(push_key=key, push=settings.push, webhook=bool(settings.webhook.url))


def limits_of(settings: NodeSettings, *, shared: bool) -> Limits:
    """Return what a node takes on; leases are short where others may take them over."""
    return Limits(
        mailbox=settings.mailbox,
        idle=settings.passivate_seconds,
        snapshot_every=settings.snapshot_every,
        drain=settings.drain_seconds,
        lease=settings.lease_seconds if shared else Limits().lease,
    )


def links(public_url: str) -> Links:
    """Return where the pages take one-time codes."""
    return Links(partial(invitation_link, public_url), partial(password_link, public_url))


def up(settings: Settings, said: Arguments) -> Exit:
    """Run the clinic, or this machine's part of it."""
    try:
        floors.hold_all()
        private_directory(settings.node.directory)
        settings = machines.settled(settings, said)
    except (*PLAIN_TROUBLE, ValueError) as error:
        return fail(str(error))
    part = Part.MACHINE if said.nodes > 1 else Part.WHOLE
    quieten(demonstrate=said.demo)
    return run(partial(Clinic, settings, part, demonstrate=said.demo, nodes=said.nodes))


def run_node(start: NodeStart) -> Exit:
    """Run one of several nodes of this machine; standard output is for the process above it."""
    logging.configure(start.settings.log)
    quieten(demonstrate=start.demonstrate)
    node = partial(
        Clinic,
        start.settings,
        Part.NODE,
        demonstrate=start.demonstrate,
        number=start.number,
    )
    return run(node, lambda sentence: local_nodes.tell(Trouble(sentence)))


def quieten(*, demonstrate: bool) -> None:
    """Let the robots of a demonstration not scroll away what to open."""
    if demonstrate:
        logging.quiet("http_edge.access", "actors.notify.actor")


def carry_media(settings: Settings, said: Arguments) -> Exit:
    """Run one media worker by hand, beside those that `up` starts or on a machine of its own."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(media_workers.carry(settings, said))
    except (*PLAIN_TROUBLE, ValueError) as error:
        return fail(str(error))


def ask(settings: Settings, said: Arguments) -> Exit:
    """Ask the running clinic what a verb asks."""
    paths = MediaPaths()
    if said.verb == "check":
        try:
            servers = ice_servers(turn_of(settings.media), SystemClock().now(), "check")
            names = media_workers.names(machines.named(settings))
        except PLAIN_TROUBLE as error:
            return fail(str(error))
        paths = MediaPaths(names, servers, settings.media.public_address)
    where = settings.node.directory
    asking = verbs.run(said, where, links(settings.edge.public_url), paths, settings.nats)
    return asyncio.run(asking)


def make_keys(settings: Settings, said: Arguments) -> Exit:
    """Make what several machines need, with the secrets that all of them share."""
    clock, mint = SystemClock(), SystemMint()

    def renew_tokens(at: Path) -> None:
        open_tokens(at, settings.edge, clock, mint).keep_up()

    fresh = mint.secret().encode()
    secrets = (
        Secret("tokens.json", renew_tokens, "access tokens, and links in letters"),
        Secret("recordings.key", partial(open_secret, fresh=fresh), "recordings made before"),
        Secret("push.pem", partial(push_key, settings), "pushing to browsers that allowed it"),
    )
    return stopped.make_keys(said, secrets)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    if first_process.is_first() and (code := first_process.attend()) is not None:
        return code
    said = parse(arguments)
    if said.verb == "node":
        return run_node(local_nodes.read_start())
    try:
        settings = load(said.config)
    except SettingsError as error:
        return fail(str(error), Exit.USAGE)
    logging.configure(settings.log)
    if said.verb == "version":
        say(VERSION)
        return Exit.DONE
    return DOES.get(said.verb, ask)(settings, said)


DOES: Mapping[str, Callable[[Settings, Arguments], Exit]] = {
    "up": up,
    "migrate": stopped.bring_up_to_date,
    "certs": make_keys,
    "media": carry_media,
}
"""What does more than to ask the running clinic."""


if __name__ == "__main__":
    sys.exit(main())
