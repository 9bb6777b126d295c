"""People talk while their clinic is brought to the next release, node by node, and notice nothing.

Three nats-servers, a PostgreSQL, three nodes and the media workers are real processes; the people
are robots who send and count pictures and tones. One call is direct, one goes by a media worker.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple, cast

import aiohttp
import pytest

from actors.call_session import messages as call
from actors.caller import Caller, Role
from actors.ids import CallId
from config.settings import EdgeSettings
from scripts.robots.peer.cards import test_card as encode_test_card
from scripts.robots.peer.connection import Connection
from scripts.robots.peer.peer import Peer
from tests.clinic import Clinic
from tests.edge import Edge
from tests.epochs import wrong_epochs
from tests.fleet import Fleet, open_fleet
from tests.integration.calls_support import Visit, visit_of
from tests.machines import Machine
from tests.returning import ReturningPage, Way, at_call, heard, present
from tests.waiting import until

BEFORE, NEXT = "1.4.2", "1.5.0"
MORE = {"microphone": 25, "camera": 15}
"""So many tones and pictures are half a second."""
WANTED = {"CallStarted": 1, "VisitStarted": 1, "LegEntered": 2, "CallEnded": 1}
"""So often it happens in a call, however often its actor moves to another node."""
SECONDS = 60.0
"""What a busy machine may need for anything."""


class Meeting(NamedTuple):
    """A call that goes on between the two of a visit."""

    visit: Visit
    doctor: Peer
    patient: Peer

    @property
    def peers(self) -> tuple[Peer, Peer]:
        """Both sides."""
        return self.doctor, self.patient

    @property
    def connections(self) -> tuple[Connection | None, ...]:
        """The connection at hand of each side."""
        return tuple(peer.connection for peer in self.peers)

    @property
    def mode(self) -> str:
        """How its media travel."""
        return str(self.doctor.view["mode"])

    @property
    def epoch(self) -> int:
        """Since when."""
        return int(self.doctor.view["epoch"])

    @property
    def facts(self) -> list[tuple[object, ...]]:
        """Which call each side sees, who is in it, and how the media travel."""
        return [
            (view["number"], view["started_at"], view["epoch"], view["mode"], present(view))
            for view in (peer.view for peer in self.peers)
        ]

    def went_on(self, since: Sequence[dict[str, int]]) -> bool:
        """Return whether both sides had some more of each picture and tone than *since* then."""
        return all(
            heard(peer).get(source, 0) >= before.get(source, 0) + more
            for peer, before in zip(self.peers, since, strict=True)
            for source, more in MORE.items()
        )

    async def flows(self) -> None:
        """Return when both sides had some more of each picture and tone from now on."""
        since = [heard(peer) for peer in self.peers]
        await until(lambda: self.went_on(since), SECONDS)

    @property
    def is_whole(self) -> bool:
        """Return whether both sides see the same call with both in it, and have connected."""
        both = {person.user: ("in_call",) for person in (self.visit.doctor, self.visit.patient)}
        of_one, of_other = self.facts
        epochs = {each.plan.epoch if each else 0 for each in self.connections}
        return of_one == of_other and of_one[-1] == both and epochs == {of_one[2]}

    async def whole(self, mode: str = "") -> None:
        """Return when the call is, in that *mode* (empty: in any), and carries all media."""
        await until(lambda: self.is_whole and self.mode in {mode, mode or self.mode}, SECONDS)
        await until(lambda: self.went_on([{}, {}]), SECONDS)


@pytest.fixture(scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    await asyncio.to_thread(encode_test_card)
    async with open_fleet(tmp_path_factory.mktemp("fleet"), release=BEFORE) as fleet:
        await fleet.relays["m1"].start()
        yield fleet


@asynccontextmanager
async def meeting(fleet: Fleet, session: aiohttp.ClientSession) -> AsyncIterator[Meeting]:
    """Let a doctor and a patient have a visit, and be in its call; each is at another node."""
    port = fleet.machines["n1"].port
    edge = Edge(cast("Clinic", fleet), None, EdgeSettings(port=port), session)  # type: ignore[arg-type]
    edge.numbers = fleet.numbers
    visit = await visit_of(edge)
    async with AsyncExitStack() as stack:
        peers = []
        for number, person in enumerate((visit.doctor, visit.patient)):
            way = Way(session, (*fleet.urls[number:], *fleet.urls[:number]), person)
            peers.append(await stack.enter_async_context(at_call(visit.id, way)))
        assert (await peers[0].join(ring=True))["type"] == "acted"
        assert (await peers[1].join())["type"] == "acted"
        yield Meeting(visit, *peers)


async def by_relay(meeting: Meeting) -> None:
    """Have the two talk by a media worker: they find no way to one another."""
    await until(lambda: meeting.doctor.view.get("mode") == "direct" and meeting.doctor.inside)
    view, patient = meeting.doctor.view, meeting.patient.attendance
    words = {"leg": meeting.doctor.attendance.leg, "epoch": view["epoch"], "to": patient.leg}
    said = await meeting.doctor.attendance.act("ReportPath", connected=False, **words)
    assert said["type"] == "acted", said


async def upgraded(fleet: Fleet, machine: Machine, meetings: Sequence[Meeting]) -> None:
    """Have *machine* replaced by one of the next release, while the media flow all the time."""
    connections = [each.connections for each in meetings]
    assert await machine.stop() == 0
    await asyncio.gather(*(each.flows() for each in meetings))
    machine.release = NEXT
    await machine.start()
    await fleet.balanced()
    await asyncio.gather(*(each.flows() for each in meetings))
    assert [each.connections for each in meetings] == connections, "nobody had to connect anew"


async def log_of(fleet: Fleet, visit: Visit) -> list[str]:
    """Return which events the log of the call has, by name."""
    at = call.address_of(CallId(visit.id))
    caller = Caller(visit.doctor.user, Role.DOCTOR)
    log = await fleet.client.ask(at, call.GetLog(), call.CallLog, caller)
    return [type(event).__name__ for event in log.events]


@pytest.mark.timeout(240)
async def test_calls_go_on_while_every_node_and_their_media_worker_are_replaced(
    fleet: Fleet,
) -> None:
    async with (
        aiohttp.ClientSession(headers={"User-Agent": "a test"}) as session,
        meeting(fleet, session) as direct,
        meeting(fleet, session) as relayed,
    ):
        await by_relay(relayed)
        await asyncio.gather(direct.whole("direct"), relayed.whole("relay"))
        before = direct.facts, relayed.facts

        for machine in fleet.machines.values():
            await upgraded(fleet, machine, (direct, relayed))
        await asyncio.gather(direct.whole("direct"), relayed.whole("relay"))
        assert (direct.facts, relayed.facts) == before, "the same calls, of the same epochs"
        pages = [peer.attendance for each in (direct, relayed) for peer in each.peers]
        assert all(cast("ReturningPage", page).lines > 1 for page in pages)

        await media_worker_replaced(fleet, relayed)
        assert direct.facts == before[0]
        await asyncio.gather(direct.flows(), relayed.flows())
        for each in (direct, relayed):
            await left(each)
        logs = [await log_of(fleet, each.visit) for each in (direct, relayed)]
        assert [{name: log.count(name) for name in WANTED} for log in logs] == [WANTED] * 2
        assert ["WorkerLost" in log for log in logs] == [False, True]
    assert await wrong_epochs(fleet.database) == []


async def media_worker_replaced(fleet: Fleet, relayed: Meeting) -> None:
    """Have the media worker of a call replaced by another, of the next release."""
    epoch, clock = relayed.epoch, fleet.clock
    fleet.relays["m2"].release = NEXT
    await fleet.relays["m2"].start()
    begun = clock.monotonic()
    assert await fleet.relays["m1"].stop() == 0
    await until(lambda: relayed.epoch > epoch, SECONDS)
    await relayed.whole()
    print(f"figure call_is_back_after_its_worker_went {clock.monotonic() - begun:.2f} s")  # noqa: T201


async def left(meeting: Meeting) -> None:
    """Have the patient leave, and the doctor end the call."""
    doctor, patient = meeting.doctor.attendance, meeting.patient.attendance
    assert (await patient.act("LeaveCall", leg=patient.leg))["type"] == "acted"
    assert (await doctor.act("EndCall", outcome="completed"))["type"] == "acted"
    await until(lambda: not any(map(is_in_call, meeting.peers)), SECONDS)


def is_in_call(peer: Peer) -> bool:
    """Return whether *peer* sees anybody in the call."""
    return any("in_call" in states for states in present(peer.view).values())
