"""Letters on a running node: wake-ups, failing disks, kills, and a mail server that is down."""

import asyncio

import pytest

from actors.caller import Caller
from actors.ids import MessageId
from actors.notify.messages import (
    Bell,
    Choices,
    FoundMessages,
    GetBell,
    GetPreferences,
    Letters,
    ListLetters,
    NoteMessage,
    NoteThread,
    Notify,
    Outcome,
    Preferences,
    SearchThreads,
    SetChoices,
    Settle,
    Subscribe,
    Topic,
    address_of,
)
from actors.runtime.client import RefusedThere
from tests.unit.accounts_support import NOW, OPERATOR
from tests.unit.notify_support import (
    ACCOUNT,
    ADA,
    CHART,
    PERSON,
    Said,
    boxes,
    everywhere,
    notice,
    phone,
    talk,
    thread,
)
from tests.unit.runtime_support import Bench, in_virtual_time

BOX = address_of("ada")
HOUR = 3600


async def started(bench: Bench, carrier: Said) -> None:
    await bench.start(room=boxes(carrier))
    await said(bench, ADA, ACCOUNT)


async def said(bench: Bench, command: object, caller: Caller, name: str = "") -> None:
    message = MessageId(name) if name else None
    await bench.client.tell(BOX, command, caller, id=message)  # type: ignore[arg-type]


async def states(bench: Bench) -> list[str]:
    letters = await bench.client.ask(BOX, ListLetters(), Letters, OPERATOR)
    return [each.state for each in letters.items]


@in_virtual_time
async def test_a_letter_leaves_at_once_and_once(bench: Bench) -> None:
    carrier = Said()
    await started(bench, carrier)
    await said(bench, Notify(notice()), CHART, "n1")
    await said(bench, Notify(notice()), CHART, "n1")
    await asyncio.sleep(1)
    assert await states(bench) == ["carried"]
    await asyncio.sleep(HOUR)
    assert len(carrier.carried) == 1
    assert bench.disk.alarms == {}


@in_virtual_time
async def test_row_33_letters_wait_for_a_mail_server_that_is_down_and_leave_once(
    bench: Bench,
) -> None:
    carrier = Said(*[Outcome.RETRY] * 12)
    await started(bench, carrier)
    for number in range(3):
        await said(bench, Notify(notice()), CHART, f"n{number}")
    await asyncio.sleep(HOUR / 2)
    assert await states(bench) == ["waiting"] * 3
    await asyncio.sleep(3 * HOUR)
    assert await states(bench) == ["carried"] * 3
    assert len(carrier.carried) == 15
    await asyncio.sleep(48 * HOUR)
    assert len(carrier.carried) == 15


@in_virtual_time
async def test_a_letter_whose_outcome_could_not_be_kept_is_not_carried_again(
    bench: Bench,
) -> None:
    carrier = Said()
    await started(bench, carrier)
    await said(bench, Notify(notice()), CHART)
    bench.trouble.failing = 3
    await asyncio.sleep(60)
    assert await states(bench) == ["carried"]
    assert len(carrier.carried) == 1


@in_virtual_time
async def test_a_letter_that_waits_is_carried_after_a_restart(bench: Bench) -> None:
    carrier = Said(Outcome.RETRY)
    await started(bench, carrier)
    await said(bench, Notify(notice()), CHART)
    await asyncio.sleep(1)
    bench.crash()
    await asyncio.sleep(HOUR)
    await bench.start()
    await asyncio.sleep(1)
    assert await states(bench) == ["carried"]
    assert len(carrier.carried) == 2


@in_virtual_time
async def test_a_kill_before_the_commit_may_double_a_letter_under_its_one_id(
    bench: Bench,
) -> None:
    carrier = Said()
    await started(bench, carrier)
    await said(bench, Notify(notice()), CHART)
    bench.trouble.delay = 5.0
    await asyncio.sleep(1)
    assert carrier.carried
    bench.crash()
    bench.trouble.delay = 0.0
    await bench.start(room=boxes(carrier))
    await asyncio.sleep(1)
    assert await states(bench) == ["carried"]
    assert len(carrier.carried) == 2
    assert len(set(carrier.carried)) == 1


# --- pushes, and what rings ----------------------------------------------------------------------


class Away:
    """What happens to a browser's pushes while a clinic has trouble."""

    def __init__(self, bench: Bench, *outcomes: Outcome) -> None:
        self.bench = bench
        self.carrier = Said(*outcomes)

    async def start(self) -> None:
        """Start the clinic, with Ada's browser and a thread of hers."""
        await self.bench.start(room=everywhere(self.carrier))
        await said(self.bench, ADA, ACCOUNT)
        await said(self.bench, Subscribe(phone()), PERSON)
        choices = Choices(email=frozenset(), webhook=frozenset())
        await said(self.bench, SetChoices(choices), PERSON)
        await said(self.bench, NoteThread(thread(), member=True), talk())

    async def message(self, number: int = 1) -> None:
        """Let somebody write to her."""
        await said(self.bench, NoteMessage(thread().id, number, NOW), talk())

    async def fail(self) -> None:
        """Kill the node and start another."""
        self.bench.crash()
        self.bench.trouble.delay = 0.0
        await self.bench.start(room=everywhere(self.carrier))


@in_virtual_time
async def test_a_push_leaves_once_when_its_outcome_could_not_be_kept(bench: Bench) -> None:
    away = Away(bench)
    await away.start()
    await away.message()
    await asyncio.sleep(19)
    bench.trouble.failing = 3
    await asyncio.sleep(60)
    assert await states(bench) == ["carried"]
    assert len(away.carrier.carried) == 1
    assert not [each for each in bench.disk.alarms if "letter" in str(each)]


@in_virtual_time
async def test_a_message_is_pushed_though_the_node_dies_in_the_moment_before(bench: Bench) -> None:
    away = Away(bench)
    await away.start()
    await away.message()
    await asyncio.sleep(5)
    await away.fail()
    await asyncio.sleep(30)
    assert await states(bench) == ["carried"]
    await away.message(2)
    await asyncio.sleep(HOUR)
    assert len(away.carrier.carried) == 1


@in_virtual_time
async def test_a_kill_before_the_commit_may_double_a_push_under_its_one_id(bench: Bench) -> None:
    away = Away(bench)
    await away.start()
    await away.message()
    await asyncio.sleep(19)
    bench.trouble.delay = 5.0
    await asyncio.sleep(20)
    assert away.carrier.carried
    await away.fail()
    await asyncio.sleep(30)
    assert await states(bench) == ["carried"]
    assert len(set(away.carrier.carried)) == 1
    assert len(away.carrier.carried) <= 2


@in_virtual_time
async def test_a_browser_that_is_gone_is_forgotten_over_a_restart(bench: Bench) -> None:
    away = Away(bench, Outcome.GONE)
    await away.start()
    await away.message()
    await asyncio.sleep(30)
    await away.fail()
    view = await bench.client.ask(BOX, GetPreferences(), Preferences, PERSON)
    assert view.subscriptions == ()
    assert await states(bench) == ["gave_up"]


@in_virtual_time
async def test_what_rings_is_stepped_once_each_over_a_restart(bench: Bench) -> None:
    carrier = Said()
    await bench.start(room=everywhere(carrier))
    await said(bench, ADA, ACCOUNT)
    await said(bench, Subscribe(phone()), PERSON)
    await said(bench, Notify(notice(Topic.ASKED), alert=True), CHART)
    await asyncio.sleep(10)
    bench.crash()
    await asyncio.sleep(60)
    await bench.start(room=everywhere(carrier))
    await asyncio.sleep(2)
    assert len(carrier.carried) == 1
    bench.trouble.failing = 2
    await asyncio.sleep(HOUR)
    assert len(carrier.carried) == 3
    assert len(set(carrier.carried)) == 3
    await said(bench, Settle(Topic.ASKED, notice().appointment), CHART)
    assert bench.disk.alarms == {}
    bell = await bench.client.ask(BOX, GetBell(), Bell, PERSON)
    assert bell.alerts == ()


@in_virtual_time
async def test_messages_are_searched_beside_the_mailbox(bench: Bench) -> None:
    await bench.start(room=everywhere(Said()))
    await said(bench, ADA, ACCOUNT)
    found = await bench.client.ask(BOX, SearchThreads("pill"), FoundMessages, PERSON)
    assert found.items == ()
    with pytest.raises(RefusedThere):
        await bench.client.ask(BOX, SearchThreads("pill"), FoundMessages, OPERATOR)
