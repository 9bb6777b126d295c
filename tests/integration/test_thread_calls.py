"""Calls between the messages, on pages, over the API and live; and the way to call back."""

import itertools
import re

import pytest

from actors.call_session import messages as call_session
from actors.caller import actor_caller
from actors.conversation.messages import RecordCall, address_of
from actors.ids import UserId
from tests.edge import Edge, Person, Ward
from tests.integration.pages_support import text_of
from tests.integration.sockets_support import open_live
from tests.integration.threads_support import Pair, pair_of

NAMES = (f"Caller Number{number}" for number in itertools.count())


@pytest.fixture
async def pair(edge: Edge, ward: Ward) -> Pair:
    """Return two people who may call one another; the patient's name is nobody else's."""
    return await pair_of(edge, ward, next(NAMES))


async def called(pair: Pair, by: Person, seconds: int = 0) -> None:
    """Let the session of their thread say that there was a call, or that one was missed."""
    session = call_session.address_of(call_session.of_thread(pair.id))
    command = RecordCall(None, UserId(by.user), pair.edge.clinic.clock.now(), seconds)
    await pair.edge.clinic.client.tell(address_of(pair.id), command, actor_caller(session))
    await pair.edge.clinic.settled()


def calls_in(page: str) -> list[str]:
    """Return the items of calls on a page of a thread, without the script's templates."""
    shown = page.split("<template", 1)[0]
    return re.findall(r'<li class="item event call".*?</li>', shown, re.DOTALL)


async def test_who_was_missed_can_call_back_and_who_rang_again(pair: Pair) -> None:
    await called(pair, pair.doctor)
    [missed] = calls_in((await (await pair.tab(pair.patient)).open(pair.page)).text)
    [unanswered] = calls_in((await (await pair.tab(pair.doctor)).open(pair.page)).text)
    link = f'href="/calls/t-{pair.id}"'
    assert "Missed call" in missed
    assert "Call back" in missed
    assert link in missed
    assert "Nobody answered your call" in unanswered
    assert "Call again" in unanswered
    assert link in unanswered


async def test_a_call_is_told_with_its_length_on_pages_and_in_the_api(pair: Pair) -> None:
    await called(pair, pair.patient, 754)
    page = await (await pair.tab(pair.doctor)).open(pair.page)
    [item] = calls_in(page.text)
    assert "12 min" in item
    assert "/calls/" not in item
    [said] = [
        each
        for each in (await pair.patient.get(f"{pair.api}/messages")).json["items"]
        if each["type"] == "call"
    ]
    assert (said["by"], said["seconds"]) == (pair.patient.user, 754)
    listed = await (await pair.tab(pair.patient)).open("/messages")
    assert "Call, 12 min" in text_of(listed)


async def test_an_open_thread_has_a_way_to_call_and_a_closed_one_has_none(pair: Pair) -> None:
    await called(pair, pair.doctor)
    pat = await pair.tab(pair.patient)
    head = re.compile(rf'<a class="[^"]*call[^"]*" href="/calls/t-{pair.id}">Call</a>')
    assert head.search((await pat.open(pair.page)).text)
    cancelled = await pair.patient.post(f"/appointments/{pair.appointment}/cancel", {})
    assert cancelled.status == 200, cancelled.text
    await pair.edge.clinic.settled()
    page = (await pat.open(pair.page)).text
    [item] = calls_in(page)
    assert not head.search(page)
    assert "/calls/" not in item


async def test_a_call_is_told_live(pair: Pair) -> None:
    async with open_live(pair.edge, pair.patient) as live:
        await live.say({"type": "follow", "conversation": pair.id, "after": 0})
        await live.hear_until(type="following")
        await called(pair, pair.doctor, 61)
        told = await live.hear_until(type="called")
    assert (told["by"], told["seconds"]) == (pair.doctor.user, 61)
