"""Whoever reads in a conversation, whichever way, is kept in its journal: once an hour."""

import asyncio

from actors.conversation.messages import Event, ThreadEntered, address_of
from actors.runtime.codec import decode_as
from tests.edge import Edge, Person, Ward
from tests.integration.sockets_support import open_live
from tests.integration.threads_support import Pair, pair_of


async def entered(edge: Edge, pair: Pair, person: Person) -> int:
    """Return how often it is kept that *person* has read."""
    await edge.clinic.settled()
    entries = await edge.clinic.journal.entries(address_of(pair.id))
    events = [event for entry in entries for event in decode_as(list[Event], entry.events)]
    return sum(isinstance(each, ThreadEntered) and each.user == person.user for each in events)


async def test_reading_and_finding_is_kept_once_for_each_reader(edge: Edge, ward: Ward) -> None:
    pair = await pair_of(edge, ward, "Ann Dit")
    await pair.says(pair.patient, "The heron stood still.")
    assert await entered(edge, pair, pair.doctor) == 0
    answer = await pair.doctor.post("/conversations/search", {"words": "heron stood"})
    assert [each["conversation"] for each in answer.json["items"]] == [pair.id]
    assert await entered(edge, pair, pair.doctor) == 1
    mia = await pair.tab(pair.doctor)
    await asyncio.gather(mia.open(pair.page), mia.send(f"{pair.page}/search", q="heron"))
    assert await entered(edge, pair, pair.doctor) == 1


async def test_each_way_to_words_is_kept(edge: Edge, ward: Ward) -> None:
    for number, way in enumerate(("page", "search", "all", "api", "socket", "api search")):
        pair = await pair_of(edge, ward, f"Ann Dit {number}")
        await pair.says(pair.patient, f"The heron no. {number} stood still.")
        mia = await pair.tab(pair.doctor)
        match way:
            case "page":
                await mia.open(pair.page)
            case "search":
                await mia.send(f"{pair.page}/search", q="heron")
            case "all":
                await mia.send("/messages/search", q=f"heron {number}")
            case "api":
                await pair.doctor.get(f"{pair.api}/messages")
            case "socket":
                async with open_live(edge, pair.doctor) as live:
                    await live.say({"type": "follow", "conversation": pair.id, "after": 0})
                    await live.hear_until(type="following")
            case _:
                await pair.doctor.post(f"{pair.api}/search", {"words": "heron"})
        assert await entered(edge, pair, pair.doctor) == 1, way


async def test_what_finds_nothing_shows_nothing_and_is_kept_nowhere(edge: Edge, ward: Ward) -> None:
    pair = await pair_of(edge, ward, "Ann Dit")
    await pair.says(pair.patient, "The heron stood still.")
    await pair.doctor.post("/conversations/search", {"words": "zebra"})
    assert await entered(edge, pair, pair.doctor) == 0
