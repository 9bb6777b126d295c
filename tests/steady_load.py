"""People who book and write without a pause while a fleet is in trouble, and what became of it.

Patients ask for visits and take some requests back, doctors of one group accept whatever they are
offered, and pairs of them write to one another over the sockets of all nodes. Each act is told
again under the same id until it is answered.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Final, cast

import aiohttp
import msgspec

from actors.address import Address
from actors.appointment import DoctorRef, Status
from actors.caller import Caller, Role, actor_caller
from actors.conversation import messages as conversation
from actors.directory.messages import ADDRESS, IssueInvitation
from actors.doctor import messages as doctor
from actors.ids import AppointmentId, ConversationId, DoctorId, MessageId, PatientId
from actors.patient import messages as patient
from actors.refusal import Refusal
from actors.runtime.client import Happened
from actors.runtime.codec import decode_as
from actors.runtime.errors import DeliveryFailed
from actors.runtime.journal import Entry, Journal
from actors.visit_type import STANDARD
from config.settings import EdgeSettings
from http_edge.credentials import hash_of
from tests.clinic import Clinic
from tests.edge import OPERATOR, ZONE, Edge, Person
from tests.epochs import wrong_epochs
from tests.fleet import Fleet
from tests.storm import (
    CATEGORY,
    WARD,
    Storm,
    account_of,
    every_day,
    gather_storm,
    overlapping,
    stretches,
)
from tests.talking import Talker
from tests.waiting import until

PATIENTS: Final = 8
DOCTORS: Final = 2
PAIRS: Final = 2
PAUSE: Final = 0.25
"""Seconds between two acts of one person: it is the steadiness that counts, not the number."""
HOURS: Final = doctor.Hours(ZONE, every_day(time(18)))
OFTEN: Final = msgspec.structs.replace(STANDARD, most_per_day=1_000_000)
KEPT: Final = 4
"""Of so many requests one is left to be accepted; the others are withdrawn."""


@dataclass
class Load:
    """What people did, and how long it took."""

    fleet: Fleet
    storm: Storm
    told: dict[tuple[Address, MessageId], int] = field(default_factory=dict)
    """By actor and command: the number of the last event that the answer named."""
    talkers: list[Talker] = field(default_factory=list)
    longest: float = 0.0
    """Seconds that the slowest act took from its first try to its answer, since `begin`."""
    acts: int = 0
    over: bool = False
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def begin(self) -> None:
        """Measure from here on."""
        self.longest, self.acts = 0.0, 0

    async def act(
        self, to: Address, command: msgspec.Struct, by: Caller, name: str
    ) -> Happened | Refusal:
        """Tell until answered, always under the same id; return what came of it."""
        id_, begun = MessageId(name), self.fleet.clock.monotonic()
        while True:
            try:
                happened = await self.fleet.client.tell(to, command, by, id=id_, wait=2.0)
            except DeliveryFailed:
                continue
            except Refusal as refusal:
                return refusal
            finally:
                self.longest = max(self.longest, self.fleet.clock.monotonic() - begun)
            self.acts += 1
            self.told[to, id_] = happened.seq
            return happened

    async def be_patient(self, me: PatientId) -> None:
        """Ask for visits; take most of the requests back."""
        at, caller = patient.address_of(me), Caller(me, Role.PATIENT)
        await self.act(at, patient.RegisterPatient(me, ZONE), account_of(me), f"{me}-new")
        for number in self._numbers:
            if self.over:
                return
            asking = f"{me}-ask-{number}"
            request = patient.RequestAppointment(
                WARD, CATEGORY.id, CATEGORY.name, asking, visit=OFTEN
            )
            happened = await self.act(at, request, caller, asking)
            if isinstance(happened, Happened) and number % KEPT:
                requested = happened.first(patient.AppointmentRequested)
                assert requested is not None
                withdraw = patient.WithdrawRequest(requested.appointment)
                await self.act(at, withdraw, caller, f"{me}-withdraw-{number}")
            await asyncio.sleep(PAUSE)  # a pause of theirs, also when they ask for too much

    async def be_doctor(self, me: DoctorId) -> None:
        """Accept whatever waits."""
        at, caller = doctor.address_of(me), Caller(me, Role.DOCTOR)
        while not self.over:
            try:
                query = doctor.GetInbox()
                inbox = await self.fleet.client.ask(at, query, doctor.Inbox, caller, wait=2.0)
            except DeliveryFailed:
                continue
            for offer in inbox.open:
                accept = doctor.AcceptRequest(offer.id)
                await self.act(at, accept, caller, f"{me}-takes-{offer.id}-{offer.round}")
            await asyncio.sleep(PAUSE)  # a pause of theirs

    async def write(self, talker: Talker) -> None:
        """Let *talker* have something to say every now and then."""
        for number in itertools.count():
            if self.over:
                return
            talker.write(f"{talker.side}{number}-{talker.thread[:20]}", f"Message no. {number}.")
            await asyncio.sleep(PAUSE)  # a pause of theirs


@asynccontextmanager
async def steady_load(fleet: Fleet) -> AsyncIterator[Load]:
    """Let people be busy; when the block is over they finish what they have begun."""
    storm = await gather_storm(
        cast("Clinic", fleet), DOCTORS, HOURS, [], f"doctor-{next(fleet.numbers)}"
    )
    load = Load(fleet, storm)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        load.talkers = [talker async for talker in talkers(fleet, session)]
        async with asyncio.TaskGroup() as lives:
            for _ in range(PATIENTS):
                lives.create_task(load.be_patient(PatientId(f"asker-{next(fleet.numbers)}")))
            for each in storm.doctors:
                lives.create_task(load.be_doctor(each.id))
            writing = [lives.create_task(load.write(talker)) for talker in load.talkers]
            living = [lives.create_task(talker.live()) for talker in load.talkers]
            yield load
            load.over = True
            await asyncio.wait(writing)
            await until(lambda: all_said(load), seconds=60)
            for life in living:
                life.cancel()
    await fleet.settled()


async def talkers(fleet: Fleet, session: aiohttp.ClientSession) -> AsyncIterator[Talker]:
    """Yield both sides of some threads; each begins at another node and goes on at any."""
    for number in range(PAIRS):
        pair = await sign_up_pair(fleet, session, number)
        for side, person in zip("pd", pair, strict=True):
            turned = (*fleet.urls[number % 3 :], *fleet.urls[: number % 3])
            thread = conversation.between(PatientId(pair[0].user), DoctorId(pair[1].user))
            talker = Talker(session, turned[0], person.token, thread)
            talker.urls, talker.side = turned, side
            yield talker


async def sign_up_pair(
    fleet: Fleet, session: aiohttp.ClientSession, number: int
) -> tuple[Person, Person]:
    """Return a patient and a doctor who have a visit to come."""
    port = fleet.machines["n1"].port
    edge = Edge(cast("Clinic", fleet), None, EdgeSettings(port=port), session)  # type: ignore[arg-type]
    edge.numbers = fleet.numbers
    code = fleet.mint.secret()
    invitation = IssueInvitation(hash_of(code), Role.DOCTOR, fleet.clock.now() + timedelta(days=1))
    await fleet.client.tell(ADDRESS, invitation, OPERATOR)
    pat = await edge.patient(f"Pat {number}")
    doc = await (await edge.signed_up("doctor", f"Dr {number}", invitation=code)).sign_in()
    start = fleet.clock.now() + timedelta(days=1)
    visit = conversation.RecordVisit(
        AppointmentId(f"visit-{pat.user}"),
        conversation.VisitStep.CONFIRMED,
        DoctorRef(DoctorId(doc.user), f"Dr {number}"),
        f"Pat {number}",
        start,
        start + timedelta(minutes=20),
    )
    thread = conversation.between(PatientId(pat.user), DoctorId(doc.user))
    sender = actor_caller(patient.address_of(PatientId(pat.user)))
    await fleet.client.tell(conversation.address_of(thread), visit, sender)
    return pat, doc


def all_said(load: Load) -> bool:
    """Return whether whatever was written is shown as sent, and heard by both sides."""
    by_thread = Counter[str]()
    for talker in load.talkers:
        by_thread[talker.thread] += len(talker.sent)
    return all(
        not talker.outbox and len(talker.heard) == by_thread[talker.thread]
        for talker in load.talkers
    )


# -- what became of it -----------------------------------------------------------------------------


async def wrongs(load: Load) -> list[str]:
    """Return every promise that was broken, in words."""
    journal = await load.fleet.journal()
    try:
        return [
            *[wrong async for wrong in lost(load, journal)],
            *[wrong async for wrong in wrong_threads(load, journal)],
            *[f"a dead letter: {dead.code}" for dead in await journal.dead_letters()],
            *[wrong async for wrong in double_bookings(load)],
            *await wrong_epochs(load.fleet.database),
        ]
    finally:
        await journal.close()


async def lost(load: Load, journal: Journal) -> AsyncIterator[str]:
    """Yield what was acknowledged and is not there as it was said, and what is there twice."""
    kept: dict[Address, list[Entry]] = {}
    for at in {at for at, _ in load.told}:
        kept[at] = list(await journal.entries(at, 0, 1_000_000))
    for (at, id_), seq in load.told.items():
        found = [entry for entry in kept[at] if entry.cause == id_]
        if len(found) > 1:
            yield f"{id_} took effect {len(found)} times"
        if not found and await journal.find(at, id_) is None:
            yield f"{id_} was acknowledged and is lost"
        if found and found[0].last != seq:
            yield f"{id_} was answered with another number than it has"
    for at, entries in kept.items():
        numbers = [number for each in entries for number in range(each.seq, each.last + 1)]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"the events of {at.kind} have a gap, or a number twice"


async def double_bookings(load: Load) -> AsyncIterator[str]:
    """Yield times that were given twice, and visits on which the two sides do not agree."""
    whose: dict[AppointmentId, DoctorId] = {}
    for each in load.storm.doctors:
        visits = await load.storm.visits(each.id)
        for one, two in overlapping(stretches(visits, HOURS)):
            yield f"{each.id} has two visits at once: {one} and {two}"
        for visit in visits:
            if visit.id in whose:
                yield f"{visit.id} is with {whose[visit.id]} and with {each.id}"
            whose[visit.id] = each.id
            if (seen := await seen_by_patient(load, visit)) != (Status.CONFIRMED, visit.start):
                yield f"{visit.id} is {seen} to the patient"


async def seen_by_patient(load: Load, visit: doctor.Offer) -> tuple[Status, object]:
    """Return status and start of *visit* as its patient sees them."""
    assert visit.patient is not None
    who = visit.patient.id
    query, caller = patient.GetAppointment(visit.id), Caller(who, Role.PATIENT)
    at = patient.address_of(who)
    view = await load.fleet.client.ask(at, query, patient.AppointmentView, caller)
    return view.status, view.start


async def wrong_threads(load: Load, journal: Journal) -> AsyncIterator[str]:
    """Yield what was lost, doubled, or heard in another order than it was written."""
    for talker in load.talkers:
        at = conversation.address_of(ConversationId(talker.thread))
        events = [
            event
            for entry in await journal.entries(at, 0, 1_000_000)
            for event in decode_as(list[conversation.Event], entry.events)
        ]
        posted = [each for each in events if isinstance(each, conversation.MessagePosted)]
        numbers = {each.key: each.number for each in posted}
        if any(numbers.get(key) != number for key, number in talker.sent.items()):
            yield "a message that is shown as sent is not there"
        if [each.key for each in talker.heard] != [each.key for each in posted]:
            yield "somebody heard something else than was written"
        mine = [each.key for each in posted if each.key in talker.sent]
        if mine != list(talker.sent):
            yield "messages stand in another order than they were written in"
        for refusal in talker.refused:
            yield f"a message was refused: {refusal}"
