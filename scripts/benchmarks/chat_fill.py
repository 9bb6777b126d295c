"""A thread with a long past, written into the journal of a clinic that is down."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec

from actors.asked import Asked
from actors.caller import Caller, Role
from actors.conversation import actor as conversation
from actors.conversation.messages import PostMessage, address_of
from actors.conversation.state.kept import Thread as Kept
from actors.ids import MessageId
from actors.runtime.actor import fold
from actors.runtime.clock import SystemClock, from_unix_ms
from actors.runtime.codec import Language, encode
from actors.runtime.envelope import Envelope
from actors.runtime.errors import JournalError
from actors.runtime.journal import Line
from actors.runtime.leases import Fence, Member
from actors.runtime.step import Step, snapshot_of
from actors.runtime.subjects import shard_of
from actors.store.sqlite import SqliteJournal
from scripts.benchmarks.chat_threads import Thread

JOURNAL = Path("store") / "journal.db"
NODE = "bench"
AT_ONCE = 1000
"""Commits that are on their way to disk."""
EVERY_MS = 60_000
"""Between two messages of the past."""
WORDS = (
    "tablets",
    "morning",
    "hands",
    "since",
    "Tuesday",
    "cold",
    "better",
    "worse",
    "evening",
    "sleep",
    "pressure",
    "walk",
    "water",
    "knee",
    "doctor",
    "question",
    "answer",
    "week",
    "pain",
    "dose",
    "breakfast",
    "again",
    "number",
    "result",
    "letter",
    "thanks",
)
OFTEN, SELDOM = "answer", "hippocampus"
SELDOM_EVERY = 1000


async def fill(data: Path, lengths: Iterable[tuple[Thread, int]]) -> float:
    """Write so many messages into each thread; return how many seconds it took."""
    begun = time.perf_counter()
    journal = await SqliteJournal.open(data / JOURNAL)
    await journal.leave_all()
    for thread, length in lengths:
        await Past(journal, thread, length).write()
    await journal.leave(NODE)
    await journal.close()
    return time.perf_counter() - begun


class Past:
    """*length* messages of a thread: decided and kept as its actor would, but nobody is told."""

    def __init__(self, journal: SqliteJournal, thread: Thread, length: int) -> None:
        self._journal = journal
        self._length = length
        self._room = replace(conversation.room(journal), react=lambda _event, _me: [])
        self._address = address_of(thread.id)
        self._callers = (
            Caller(thread.patient.user, Role.PATIENT),
            Caller(thread.doctor.user, Role.DOCTOR),
        )
        self._line = Line()
        self._free = asyncio.Semaphore(AT_ONCE)
        self._failed: JournalError | None = None
        now = SystemClock().now() - timedelta(milliseconds=EVERY_MS * length)
        self._first_ms = round(now.timestamp() * 1000)

    async def write(self) -> None:
        """Write them, with the state after the last one."""
        shard = shard_of(self._address)
        await self._journal.beat(Member(NODE, NODE), timedelta(hours=1).total_seconds())
        fence = (await self._journal.take(NODE, [shard]))[shard]
        loaded = await self._journal.load(self._address, self._room.schema)
        state, seq = fold(self._room, Language(self._room), self._address, loaded)
        for number in range(self._length):
            await self._free.acquire()
            state, seq = self._post(state, seq, number, fence)
        for _ in range(AT_ONCE):
            await self._free.acquire()
        if self._failed is not None:
            raise self._failed

    def _post(self, state: Kept, seq: int, number: int, fence: Fence) -> tuple[Kept, int]:
        """Let the next message be written; return the state and the number after it."""
        at, caller = self._first_ms + EVERY_MS * number, self._callers[number % 2]
        cause = MessageId(f"past-{number}")
        command = PostMessage(text_of(number), key=f"past-{number}")
        body = msgspec.Raw(encode(command))
        envelope = Envelope(cause, self._address, caller, at, body)
        step = Step(self._address, self._room, fence, envelope, "PostMessage", at, seq, None)
        events = self._room.decide(state, command, Asked(caller, from_unix_ms(at), cause))
        for event in events:
            state = self._room.evolve(state, event)
        commit, entry = step.commit(events)
        if number == self._length - 1:
            snapshot = snapshot_of(self._address, entry.last, self._room, state)
            commit = msgspec.structs.replace(commit, snapshot=snapshot)
        self._journal.append(self._line, commit, self._stands)
        return state, entry.last

    def _stands(self, error: JournalError | None) -> None:
        self._failed = self._failed or error
        self._free.release()


def text_of(number: int) -> str:
    """Return a message of a dozen words; seldom ones have a word that others have not."""
    said = [WORDS[(number * 7 + place * (3 + number % 5)) % len(WORDS)] for place in range(12)]
    return " ".join(said if number % SELDOM_EVERY else [*said, SELDOM])
