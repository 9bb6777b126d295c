"""Being told of an actor's events over the real bus: once, in order, from a number on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest

from actors.accounts import messages as accounts
from actors.address import Address
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.ids import AccountKey, PatientId
from actors.patient import messages as patient
from actors.refusal import Refusal
from actors.runtime.codec import decode_told
from actors.runtime.envelope import TOLD_GONE, TOLD_TAKEN, Told, Watched
from actors.runtime.limits import Limits
from actors.runtime.subjects import edge_subject
from actors.runtime.transport import Respond
from tests.clinic import Clinic, open_clinic
from tests.waiting import until

PAT = PatientId("pat")
ADDRESS = patient.address_of(PAT)
ME = Caller(PAT, Role.PATIENT)
CHANGES = 120

Entry: TypeAlias = tuple[int, int, bytes]
"""Number of the first event, how many, and the events as they travelled."""


@dataclass
class Watcher:
    """A socket, as far as an actor knows one."""

    clinic: Clinic
    subject: str
    answer: bytes = TOLD_TAKEN
    told: asyncio.Queue[Told] = field(default_factory=asyncio.Queue)
    unanswered: list[Respond] | None = None
    """Where it is slow: what it has not answered yet."""

    def take(self, _subject: str, payload: bytes, respond: Respond) -> None:
        """Take what the actor tells."""
        self.told.put_nowait(decode_told(payload))
        if self.unanswered is None:
            respond(self.answer)
        else:
            self.unanswered.append(respond)

    def catch_up(self) -> None:
        """Answer what waits, and everything that comes at once from now on."""
        waiting, self.unanswered = self.unanswered or [], None
        for respond in waiting:
            respond(self.answer)

    async def watch(self, after: int, caller: Caller = ME) -> Watched:
        """Ask to be told of what comes after number *after*."""
        return await self.clinic.client.watch(ADDRESS, self.subject, after, caller)

    async def hear(self) -> Told:
        """Return what the actor tells next."""
        async with asyncio.timeout(30):
            return await self.told.get()


@asynccontextmanager
async def watcher(clinic: Clinic, answer: bytes = TOLD_TAKEN) -> AsyncIterator[Watcher]:
    """Connect a socket of its own; at the end it is gone without a word."""
    one = Watcher(clinic, edge_subject("watching", clinic.mint.message_id()), answer)
    service = await clinic.edge_transport.serve(one.subject, one.take)
    try:
        yield one
    finally:
        await service.stop()


async def register(clinic: Clinic) -> None:
    account = actor_caller(accounts.address_of(AccountKey("of-pat")))
    await clinic.client.tell(ADDRESS, patient.RegisterPatient("Pat", "UTC"), account)


async def change(clinic: Clinic, times: int, first: int = 0) -> int:
    """Change the patient's name so often; return the number of the last event."""
    seq = 0
    for number in range(first, first + times):
        command = patient.ChangeProfile(f"Pat the {number}th", "UTC")
        seq = (await clinic.client.tell(ADDRESS, command, ME)).seq
    return seq


def watching(clinic: Clinic, at: Address = ADDRESS) -> int:
    """Return how many watch the actor."""
    actor = clinic.node.actors.get(at)
    return len(actor.watchers or ()) if actor else 0


def entry_of(told: Told) -> Entry:
    return told.seq, told.count, bytes(told.events)


async def follow(clinic: Clinic, last: int, patience: int) -> list[Entry]:
    """Follow the actor until event number *last*, vanishing whenever *patience* things are heard.

    Each socket after the first resumes at the number that the one before has seen.
    """
    seen: list[Entry] = []
    after = 0
    while after < last:
        async with watcher(clinic) as socket:
            watched = await socket.watch(after)
            assert not watched.resync
            heard = list(watched.missed)
            while len(heard) < patience and (not heard or heard[-1].seq < last):
                heard.append(await socket.hear())
        while not socket.told.empty():
            heard.append(socket.told.get_nowait())
        seen += [entry_of(told) for told in heard]
        after = heard[-1].seq + heard[-1].count - 1
    return seen


async def test_who_vanishes_and_resumes_is_told_each_event_once_and_in_order(
    tmp_path: Path,
) -> None:
    async with open_clinic(tmp_path) as clinic:
        await register(clinic)
        async with asyncio.TaskGroup() as group:
            followers = [
                group.create_task(follow(clinic, 1 + CHANGES, patience))
                for patience in (1, 2, 5, 13, 1000)
            ]
            assert await change(clinic, CHANGES) == 1 + CHANGES
        kept = await clinic.journal.entries(ADDRESS, 0, 1000)
        expected = [(entry.seq, entry.count, entry.events) for entry in kept]
        assert [seq for seq, _, _ in expected] == list(range(1, CHANGES + 2))
        for follower in followers:
            assert follower.result() == expected


async def test_a_gap_that_is_too_long_is_read_anew_and_followed_from_there(
    tmp_path: Path,
) -> None:
    async with open_clinic(tmp_path, limits=Limits(watch_replay=8)) as clinic:
        await register(clinic)
        last = await change(clinic, 9)
        async with watcher(clinic) as socket:
            assert await socket.watch(1) == Watched(last, (), resync=True)
            view, seq = await clinic.client.ask_numbered(
                ADDRESS, patient.GetProfile(), patient.Profile, ME
            )
            assert (view.name, seq) == ("Pat the 8th", last)
            await change(clinic, 1, first=9)
            assert (await socket.hear()).seq == last + 1
        async with watcher(clinic) as socket:
            missed = (await socket.watch(3)).missed
            assert [told.seq for told in missed] == list(range(4, last + 2)), "just not too long"


async def test_numbers_of_another_journal_are_read_anew(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic, watcher(clinic) as socket:
        await register(clinic)
        assert await socket.watch(1000) == Watched(1, (), resync=True)


async def test_a_slow_watcher_is_bounded_and_told_to_read_anew(tmp_path: Path) -> None:
    async with (
        open_clinic(tmp_path, limits=Limits(watch_backlog=4)) as clinic,
        watcher(clinic) as socket,
    ):
        await register(clinic)
        socket.unanswered = []
        await socket.watch(1)
        last = await change(clinic, 12)
        first = await socket.hear()
        assert (first.seq, first.count) == (2, 1)
        assert socket.told.empty()
        socket.catch_up()
        heard = [await socket.hear()]
        while heard[-1].seq < last:
            heard.append(await socket.hear())
        assert heard[0].count == 0, "it says to read anew"
        numbers = [told.seq for told in heard]
        assert numbers == list(range(numbers[0], last + 1))
        assert len(heard) <= 4


@pytest.mark.parametrize(
    "stranger",
    [
        NOBODY,
        Caller("other", Role.PATIENT),
        Caller("mia", Role.DOCTOR),
        Caller("ada", Role.ADMIN),
        Caller(PAT, Role.DOCTOR),
    ],
    ids=lambda caller: f"{caller.role}-{caller.user or 'nobody'}",
)
async def test_who_may_not_watch_is_refused_and_told_nothing(
    tmp_path: Path, stranger: Caller
) -> None:
    async with (
        open_clinic(tmp_path) as clinic,
        watcher(clinic) as curious,
        watcher(clinic) as mine,
    ):
        await register(clinic)
        with pytest.raises(Refusal) as refused:
            await curious.watch(0, stranger)
        assert refused.value.code == "not_found"
        await mine.watch(1)
        await change(clinic, 3)
        assert [(await mine.hear()).seq for _ in range(3)] == [2, 3, 4]
        assert watching(clinic) == 1
        assert curious.told.empty()


async def test_a_watcher_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic:
        await register(clinic)
        async with watcher(clinic) as socket:
            await socket.watch(1)
        assert watching(clinic) == 1, "the actor does not know yet"
        await change(clinic, 1)
        await until(lambda: watching(clinic) == 0)


async def test_a_watcher_that_says_it_is_gone_is_forgotten(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic, watcher(clinic, answer=TOLD_GONE) as socket:
        await register(clinic)
        await socket.watch(1)
        await change(clinic, 5)
        await until(lambda: watching(clinic) == 0)
        assert (await socket.hear()).seq == 2


async def test_who_watches_no_more_or_twice_is_told_so_often(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic, watcher(clinic) as socket:
        await register(clinic)
        await socket.watch(1)
        await socket.watch(1)
        await change(clinic, 2)
        assert [(await socket.hear()).seq for _ in range(2)] == [2, 3]
        await clinic.client.unwatch(ADDRESS, socket.subject, ME)
        assert watching(clinic) == 0
        await change(clinic, 1, first=2)
        await socket.watch(4)
        await change(clinic, 1, first=3)
        assert (await socket.hear()).seq == 5
        assert socket.told.empty()
