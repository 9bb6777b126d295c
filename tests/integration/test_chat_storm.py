"""Messages over many sockets while edge, node and nats-server are killed with -9 and come again.

Whatever is shown as sent is there once and in order, on both sides; what is not leaves by itself.
"""

import asyncio
import random  # noqa: TID251  the moments of death come from a seed
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from actors.appointment import DoctorRef
from actors.caller import Role, actor_caller
from actors.conversation import messages as conversation
from actors.conversation.messages import MessagePosted, RecordVisit, VisitStep
from actors.directory.messages import ADDRESS, IssueInvitation
from actors.ids import AppointmentId, ConversationId, DoctorId, PatientId
from actors.patient import messages as patient
from actors.runtime.codec import decode_as
from actors.runtime.nats_server import NatsServer
from actors.store.sqlite import SqliteJournal
from http_edge.credentials import hash_of
from tests.clinic import open_clinic
from tests.edge import OPERATOR, Edge, Person, open_edge
from tests.killing import Mortal, journal_path
from tests.talking import Talker
from tests.waiting import until


@dataclass(frozen=True)
class Pair:
    """A patient and a doctor with a thread."""

    patient: Person
    doctor: Person
    thread: ConversationId


@dataclass
class Storm:
    """What is killed, and what was said meanwhile."""

    talkers: list[Talker]
    deaths: Counter[str] = field(default_factory=Counter)
    answered: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))


async def gather(directory: Path, pairs: int) -> tuple[list[Pair], int]:
    """Open a clinic with so many threads, and close it; return them and the port of its edge."""
    async with open_clinic(directory) as clinic, open_edge(clinic) as edge:
        found = [await pair(edge, number) for number in range(pairs)]
        await clinic.settled()
        return found, edge.settings.port


async def pair(edge: Edge, number: int) -> Pair:
    """Return a patient and a doctor who have a visit to come."""
    pat, doc = await edge.patient(f"Pat {number}"), await doctor(edge, f"Dr {number}")
    thread = conversation.between(PatientId(pat.user), DoctorId(doc.user))
    now = edge.clinic.clock.now()
    visit = RecordVisit(
        AppointmentId(f"visit-{number}"),
        VisitStep.CONFIRMED,
        DoctorRef(DoctorId(doc.user), f"Dr {number}"),
        f"Pat {number}",
        now + timedelta(days=1),
        now + timedelta(days=1, minutes=20),
    )
    sender = actor_caller(patient.address_of(PatientId(pat.user)))
    await edge.clinic.client.tell(conversation.address_of(thread), visit, sender)
    return Pair(pat, doc, thread)


async def doctor(edge: Edge, name: str) -> Person:
    """Return a doctor who came by invitation."""
    token = edge.clinic.mint.secret()
    expires = edge.clinic.clock.now() + timedelta(days=1)
    invitation = IssueInvitation(hash_of(token), Role.DOCTOR, expires)
    await edge.clinic.client.tell(ADDRESS, invitation, OPERATOR)
    return await (await edge.signed_up("doctor", name, invitation=token)).sign_in()


@asynccontextmanager
async def talking(pairs: list[Pair], port: int, each: int) -> AsyncIterator[Storm]:
    """Let both sides of each pair write so many messages, and read."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        storm = Storm([])
        for one in pairs:
            for side, person in (("p", one.patient), ("d", one.doctor)):
                url = f"http://localhost:{port}"
                talker = Talker(session, url, person.token, one.thread, storm.answered.release)
                for number in range(each):
                    talker.write(f"{side}{number}-{one.thread[:20]}", f"{side} says no. {number}")
                storm.talkers.append(talker)
        async with asyncio.TaskGroup() as lives:
            for talker in storm.talkers:
                lives.create_task(talker.live())
            yield storm
            for talker in storm.talkers:
                talker.over = True


async def rage(
    directory: Path, pairs: list[Pair], port: int, *, each: int, kills: int, control: str = "none"
) -> Storm:
    """Kill one of the three *kills* times while everybody writes; return once all is said."""
    moments = random.Random(4)  # noqa: S311  seeded on purpose
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(NatsServer(directory / "nats"))
        node = await stack.enter_async_context(Mortal(directory, control))
        edge = await stack.enter_async_context(
            Mortal(directory, str(port), module="tests.killing_edge")
        )
        storm = await stack.enter_async_context(talking(pairs, port, each))
        between = len(storm.talkers) * each // (kills + 1)
        for _ in range(kills):
            for _ in range(moments.randint(between // 2, between)):
                await storm.answered.acquire()
            await strike(moments.choice(("server", "node", "edge")), storm, server, node, edge)
        await said(storm, each)
        for talker in storm.talkers:
            talker.over = True
        await edge.kill()
    return storm


async def strike(which: str, storm: Storm, server: NatsServer, node: Mortal, edge: Mortal) -> None:
    """Kill one of the three as a power switch would, and start it again."""
    storm.deaths[which] += 1
    if which == "server":
        server._running.kill()
        await server.wait()
        await server.start()
        return
    doomed = node if which == "node" else edge
    await doomed.kill()
    await doomed.start()


async def said(storm: Storm, each: int) -> None:
    """Return when every message is shown as sent, and both sides have heard all."""
    await until(lambda: all(is_done(talker, each) for talker in storm.talkers), seconds=120)


def is_done(talker: Talker, each: int) -> bool:
    """Return whether all of *talker*'s messages are sent, and all of the thread is heard."""
    return not talker.outbox and len(talker.heard) >= 2 * each


async def kept(directory: Path, pairs: list[Pair]) -> dict[str, list[MessagePosted]]:
    """Return what each thread's journal has."""
    journal = await SqliteJournal.open(journal_path(directory))
    found: dict[str, list[MessagePosted]] = {}
    try:
        for one in pairs:
            entries = await journal.entries(conversation.address_of(one.thread), 0, 1_000_000)
            events = [
                event
                for entry in entries
                for event in decode_as(list[conversation.Event], entry.events)
            ]
            found[one.thread] = [each for each in events if isinstance(each, MessagePosted)]
    finally:
        await journal.close()
    return found


def wrongs(storm: Storm, threads: dict[str, list[MessagePosted]]) -> list[str]:
    """Return what was lost, doubled, or out of order."""
    found = []
    for talker in storm.talkers:
        posted = threads[talker.thread]
        numbers = {each.key: each.number for each in posted}
        if any(numbers.get(key) != number for key, number in talker.sent.items()):
            found.append("something that is shown as sent is not there")
        if [each.key for each in talker.heard] != [each.key for each in posted]:
            found.append("somebody heard something else than was written")
        if talker.refused:
            found.append(f"somebody was refused: {talker.refused[0]}")
    for posted in threads.values():
        by_author: dict[str, list[str]] = {}
        for each in posted:
            by_author.setdefault(each.author, []).append(each.key.partition("-")[0][1:])
        found += [
            "a message is missing, doubled, or out of its order"
            for keys in by_author.values()
            if [int(key) for key in keys] != list(range(len(keys)))
        ]
    return found


@pytest.mark.timeout(280)
async def test_ten_thousand_messages_outlive_every_kill(tmp_path: Path) -> None:
    pairs, port = await gather(tmp_path, 50)
    storm = await rage(tmp_path, pairs, port, each=100, kills=12)
    threads = await kept(tmp_path, pairs)
    assert wrongs(storm, threads) == []
    assert sum(map(len, threads.values())) == 10_000
    assert storm.deaths.total() == 12
    assert set(storm.deaths) == {"server", "node", "edge"}


async def test_a_node_that_forgets_what_it_did_is_found_out(tmp_path: Path) -> None:
    pairs, port = await gather(tmp_path, 6)
    storm = await rage(tmp_path, pairs, port, each=60, kills=6, control="forgetful")
    assert wrongs(storm, await kept(tmp_path, pairs)) != []
