"""The operator's desk: what it shows, what it masks, and what it does about dead letters."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec

from actors.address import Address
from actors.caller import Caller, Role
from actors.runtime.codec import encode
from actors.runtime.desk import Desk
from actors.runtime.errors import DeliveryFailed, Fault
from actors.runtime.operations import (
    Accepted,
    ActorList,
    AlarmList,
    Answer,
    DeadLetterList,
    Drain,
    DropDeadLetter,
    Explain,
    Explanation,
    GetStatus,
    Inspect,
    Inspection,
    ListActors,
    ListAlarms,
    ListDeadLetters,
    ListPresent,
    NodeStatus,
    OperationRefused,
    PresentList,
    Question,
    RestartActor,
    RetryDeadLetter,
)
from actors.runtime.presence import Present, present
from actors.runtime.revealing import MASKED, mask
from actors.runtime.subjects import EDGE_HERE, node_subject
from tests.unit.runtime_support import ROOM, Add, Bench, Mislead, in_virtual_time


class Office:
    """A desk on a bench, an operator in front of it, and what was audited."""

    def __init__(self, bench: Bench) -> None:
        self.audited: list[tuple[Caller, Address]] = []
        self.audit_fails = False
        self.stops = 0
        self._bus = bench.bus.transport("operator")

    async def open(self, bench: Bench) -> "Office":
        """Start a node whose amounts are personal, with this desk."""
        room = replace(ROOM, personal=frozenset({"amount", "total"}), about=lambda _: ("sums",))
        node = await bench.start(room=room)
        await Desk(node, self._audit, "1.2.3", self._stop).open()
        return self

    def _stop(self) -> None:
        self.stops += 1

    async def _audit(self, who: Caller, what: Address) -> None:
        if self.audit_fails:
            raise DeliveryFailed(Fault.STORE_DOWN)
        self.audited.append((who, what))

    async def ask(self, question: Question | str) -> Answer:
        """Put a question to the node."""
        raw = await self._bus.ask(node_subject("any"), encode(question), 5.0)
        answer: Answer = msgspec.msgpack.decode(raw, type=Answer)
        return answer


@in_virtual_time
async def test_who_is_there_without_shards_is_asked(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    assert await office.ask(ListPresent()) == PresentList(())
    here = Present("front", "edge", "1.2.3", 1, sockets=2)
    async with present(bench.bus.transport("front"), EDGE_HERE, lambda: here):
        assert await office.ask(ListPresent()) == PresentList((here,))


@in_virtual_time
async def test_the_status_counts_what_runs(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Add(1, ring=100.0))
    status = await office.ask(GetStatus())
    assert isinstance(status, NodeStatus)
    assert (status.version, status.state, status.connected) == ("1.2.3", "running", True)
    assert (status.actors, status.alarms, status.dead_letters) == ({"tally": 1}, 1, 0)
    assert status.journal["entries"] == 1


@in_virtual_time
async def test_active_actors_are_listed(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Add(1))
    await bench.tell(Add(1), to="two")
    rows = await office.ask(ListActors(limit=1))
    assert isinstance(rows, ActorList)
    assert (len(rows.items), rows.total) == (1, 2)
    assert await office.ask(ListActors(kind="nobody")) == ActorList((), 0)


@in_virtual_time
async def test_personal_fields_are_masked(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Add(7))
    seen = await office.ask(Inspect("tally/one"))
    assert isinstance(seen, Inspection)
    assert (seen.seq, seen.active, seen.state["total"]) == (1, True, MASKED)
    assert seen.entries[0].events[0]["amount"] == MASKED
    assert seen.entries[0].by == "patient:anna"
    assert office.audited == []


@in_virtual_time
async def test_what_is_revealed_is_audited_first(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Add(7))
    seen = await office.ask(Inspect("tally/one", reveal=True, operator="root"))
    assert isinstance(seen, Inspection)
    assert seen.state["total"] == 7
    assert office.audited == [(Caller("root", Role.OPERATOR), Address("tally", "one"))]


@in_virtual_time
async def test_nothing_is_revealed_when_the_audit_fails(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Add(7))
    office.audit_fails = True
    for question in (Inspect("tally/one", reveal=True), Explain("sums", reveal=True)):
        answer = await office.ask(question)
        assert isinstance(answer, OperationRefused)
        assert answer.code == "unavailable"


@in_virtual_time
async def test_a_subject_is_explained_over_all_actors_in_order(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Add(1, tell=("two",)))
    await asyncio.sleep(1)
    told = await office.ask(Explain("sums"))
    assert isinstance(told, Explanation)
    assert [row.actor for row in told.entries] == ["tally/one", "tally/two"]
    assert told.entries[1].by == "actor:tally/one for anna"
    assert [row.epoch for row in told.entries] == [1, 1]


@in_virtual_time
async def test_a_dead_letter_is_retried_and_dies_again_while_its_reason_stands(
    bench: Bench,
) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Mislead("two"))
    await asyncio.sleep(1)
    (letter,) = await letters(office)
    assert (letter.source, letter.to, letter.message, letter.code) == (
        "tally/one",
        "tally/two",
        "Add",
        "negative",
    )
    assert isinstance(await office.ask(RetryDeadLetter(letter.id)), Accepted)
    assert await letters(office) == ()
    await asyncio.sleep(1)
    assert [each.id for each in await letters(office)] == [letter.id]


@in_virtual_time
async def test_a_dropped_dead_letter_is_gone(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Mislead("two"))
    await asyncio.sleep(1)
    (letter,) = await letters(office)
    assert isinstance(await office.ask(DropDeadLetter(letter.id)), Accepted)
    assert await letters(office) == ()
    again = await office.ask(DropDeadLetter(letter.id))
    assert isinstance(again, OperationRefused)
    assert again.code == "not_found"


async def letters(office: Office) -> tuple[Any, ...]:
    answer = await office.ask(ListDeadLetters())
    assert isinstance(answer, DeadLetterList)
    return answer.items


@in_virtual_time
async def test_a_restarted_actor_knows_what_it_knew(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Add(7))
    assert isinstance(await office.ask(RestartActor("tally/one")), Accepted)
    assert (await bench.total()).total == 7
    assert isinstance(await office.ask(RestartActor("tally/nobody")), Accepted)


@in_virtual_time
async def test_drain_stops_the_node_once_asked(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    assert isinstance(await office.ask(Drain()), Accepted)
    assert office.stops == 1


@in_virtual_time
async def test_questions_that_make_no_sense_are_refused(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    questions: dict[Question | str, str] = {
        "what?": "unreadable",
        Inspect("no address"): "invalid",
        Inspect("wizard/merlin"): "no_such_kind",
        RestartActor("one"): "invalid",
    }
    for question, code in questions.items():
        answer = await office.ask(question)
        assert isinstance(answer, OperationRefused)
        assert answer.code == code


def test_masking_reaches_as_deep_as_the_data() -> None:
    data = {"a": [{"name": "Pat", "n": 1}], "name": "", "b": {"name": ["x"]}}
    masked = mask(data, frozenset({"name"}))
    assert masked == {"a": [{"name": MASKED, "n": 1}], "name": "", "b": {"name": MASKED}}


@in_virtual_time
async def test_the_alarms_are_listed_by_kind_and_name(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    await bench.tell(Add(1, ring=100.0))
    found = await office.ask(ListAlarms())
    assert isinstance(found, AlarmList)
    [row] = found.items
    assert (found.total, row.actor.split("/")[0]) == (1, "tally")
    for nothing in (ListAlarms(kind="patient"), ListAlarms(name="remind:")):
        assert await office.ask(nothing) == AlarmList((), 0)
    assert await office.ask(ListAlarms("tally", row.name, limit=0)) == AlarmList((), 1)
