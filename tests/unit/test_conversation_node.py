"""A conversation on a running node, with its journal in SQLite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from actors.caller import Caller
from actors.conversation import messages as conversation
from actors.conversation.actor import room
from actors.conversation.messages import (
    Changes,
    DeleteMessage,
    EditMessage,
    Found,
    GetThread,
    Items,
    ListChanges,
    ListItems,
    MarkMessages,
    MessageItem,
    MessagePosted,
    PostMessage,
    RecordVisit,
    SayTyping,
    SearchThread,
    ThreadView,
    VisitStep,
)
from actors.ids import MessageId
from actors.refusal import Refusal
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.limits import Limits
from actors.runtime.memory_transport import MemoryBus
from actors.runtime.mint import SeededMint
from actors.runtime.node import Node
from actors.store.sqlite import SqliteJournal
from tests.unit.conversation_support import A1, ANN, BY_PATIENT, DR_ANN, PAIR, PAT, QUIN

HERE = conversation.address_of(PAIR)
SHARDS = 4


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Client]:
    """Run a node on the journal in *folder*; snapshots are written often."""
    bus, clock = MemoryBus(), SystemClock()
    journal = await SqliteJournal.open(folder / "journal.db", clock=clock)
    await journal.leave_all()
    node = Node(
        name="node",
        transport=bus.transport("node"),
        journal=journal,
        rooms=[room(journal)],
        clock=clock,
        mint=SeededMint(1),
        limits=Limits(snapshot_every=5),
        shards=SHARDS,
    )
    await node.start()
    try:
        yield Client(bus.transport("edge"), clock, SeededMint(2), shards=SHARDS)
    finally:
        node.kill()
        await journal.close()


async def opened(client: Client) -> None:
    """Let a visit open the thread of Pat and Dr Ann."""
    visit = RecordVisit(A1, VisitStep.CONFIRMED, DR_ANN, "Pat")
    await client.tell(HERE, visit, BY_PATIENT, id=MessageId("visit"))


async def post(client: Client, text: str, caller: Caller, name: str, to: int = 0) -> int:
    """Return the number under which *caller* wrote, in a message of that *name*."""
    happened = await client.tell(
        HERE, PostMessage(text, name, to), caller, id=MessageId(f"{caller.user}.{name}")
    )
    posted = happened.first(MessagePosted)
    assert posted is not None
    return posted.number


async def seen(client: Client, caller: Caller) -> tuple[Items, Changes, Found, ThreadView]:
    """Return all that *caller* can see."""
    return (
        await client.ask(HERE, ListItems(limit=3), Items, caller),
        await client.ask(HERE, ListChanges(0), Changes, caller),
        await client.ask(HERE, SearchThread("knee"), Found, caller),
        await client.ask(HERE, GetThread(), ThreadView, caller),
    )


async def test_a_thread_is_the_same_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as client:
        await opened(client)
        first = await post(client, "My knee hurts", PAT, "one")
        assert await post(client, "My knee hurts", PAT, "one") == first
        answer = await post(client, "Which knee?", ANN, "two", first)
        third = await post(client, "My left elbow", PAT, "three", answer)
        await client.tell(HERE, EditMessage(third, "My left knee"), PAT)
        gone = await post(client, "My knee, a secret", PAT, "four")
        await client.tell(HERE, DeleteMessage(gone), PAT)
        await client.tell(HERE, MarkMessages(read=third), ANN)
        before = [await seen(client, caller) for caller in (PAT, ANN)]
    items, changes, found, thread = before[0]
    texts = [each.text for each in items.items if isinstance(each, MessageItem)]
    assert (texts, items.more) == (["Which knee?", "My left knee", ""], True)
    assert [each.number for each in found.items] == [third, answer, first]
    assert (changes.last, changes.more, thread.last) == (9, False, 9)
    assert "secret" not in str(before)
    async with running(tmp_path) as client:
        assert [await seen(client, caller) for caller in (PAT, ANN)] == before
        assert await post(client, "My knee hurts", PAT, "one") == first
        assert await post(client, "On it goes", PAT, "five") == 10


@pytest.mark.parametrize(
    "message", [PostMessage("Hello"), SayTyping(), EditMessage(3, "Hello"), MarkMessages(1, 1)]
)
async def test_a_stranger_is_told_that_nothing_is_there(
    tmp_path: Path, message: conversation.Message
) -> None:
    async with running(tmp_path) as client:
        await opened(client)
        await post(client, "My knee hurts", PAT, "one")
        with pytest.raises(Refusal) as told:
            await client.tell(HERE, message, QUIN)
        assert told.value.code == "not_found"
        with pytest.raises(Refusal) as asked:
            await client.ask(HERE, ListItems(), Items, QUIN)
        assert asked.value.code == "not_found"
        with pytest.raises(Refusal):
            await client.watch(HERE, "edge.test.quin", 0, QUIN)
