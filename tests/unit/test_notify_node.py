"""Letters on a running node: wake-ups, failing disks, kills, and a mail server that is down."""

import asyncio

from actors.caller import Caller
from actors.ids import MessageId
from actors.notify.messages import Letters, ListLetters, Notify, Outcome, address_of
from tests.unit.accounts_support import OPERATOR
from tests.unit.notify_support import ACCOUNT, ADA, CHART, Said, boxes, notice
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
