"""Who gets a live socket, how many, and for how long (SECURITY W01-W07)."""

from contextlib import AsyncExitStack

import anyio
import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from http_edge.sockets import flow
from http_edge.sockets.hub import HUB
from tests.edge import Edge, Ward, open_edge
from tests.integration.sockets_support import Live, open_live, page_cookie, post_form
from tests.waiting import until


async def refused(edge: Edge, headers: dict[str, str]) -> int:
    with pytest.raises(WSServerHandshakeError) as caught:
        async with open_live(edge, edge.visitor, headers):
            pass
    return caught.value.status


async def test_w01_a_browser_must_come_from_our_own_origin(edge: Edge) -> None:
    cookie = await page_cookie(edge, await edge.patient())
    port = edge.settings.port
    strangers = (
        "http://evil.example",
        "null",
        f"https://localhost:{port}",
        f"http://localhost:{port}.evil.example",
        f"http://localhost:{port + 1}",
        f"http://127.0.0.1:{port}",
        f"http://localhost:{port}/",
        "",
    )
    for origin in strangers:
        assert await refused(edge, {"Cookie": cookie, "Origin": origin}) == 403
    async with open_live(edge, edge.visitor, {"Cookie": cookie, "Origin": edge.url}) as live:
        await live.watch("patient/nobody")
        assert (await live.hear())["type"] == "refused"


async def test_w01_only_a_bearer_may_come_without_an_origin(edge: Edge) -> None:
    person = await edge.patient()
    assert await refused(edge, {"Cookie": await page_cookie(edge, person)}) == 403
    bearer = {"Authorization": f"Bearer {person.token}"}
    assert await refused(edge, {**bearer, "Origin": "http://evil.example"}) == 403
    async with open_live(edge, person, bearer) as live:
        assert not live.socket.closed


async def test_w02_who_is_not_signed_in_gets_no_upgrade(edge: Edge) -> None:
    for headers in (
        {"Origin": edge.url},
        {"Origin": edge.url, "Cookie": "__Host-sid=nonsense"},
        {"Authorization": "Bearer nonsense"},
    ):
        assert await refused(edge, headers) == 401


async def test_w03_a_message_is_at_most_64_kib_and_never_packed(edge: Edge) -> None:
    async with open_live(edge, await edge.patient(), compress=15) as live:
        assert not live.socket.compress
        await live.socket.send_str("x" * 65_600)
        assert await live.closing() == 1009


async def flood(live: Live) -> int | None:
    for _ in range(1000):
        if live.socket.closed:
            break
        await live.watch("patient/nobody")
    return await live.closing()


async def test_w04_who_floods_is_closed_and_others_are_told_all_the_same(
    edge: Edge, ward: Ward
) -> None:
    quiet, loud = await edge.patient(), await edge.patient()
    async with open_live(edge, quiet) as calm, open_live(edge, loud) as live:
        await calm.watch(f"patient/{quiet.user}")
        await calm.hear_until(type="watching")
        assert await flood(live) == 1008
        await quiet.post("/appointments", ward.wish())
        await calm.hear_until(type="changed")


async def test_w04_a_person_with_many_sockets_is_bounded_too(edge: Edge) -> None:
    loud = await edge.patient()
    codes: list[int | None] = []
    async with AsyncExitStack() as stack:
        lives = [await stack.enter_async_context(open_live(edge, loud)) for _ in range(5)]
        async with anyio.create_task_group() as tasks:
            for live in lives:
                tasks.start_soon(part_of_a_flood, live, codes)
    assert 1008 in codes


async def test_w04_who_has_sent_too_much_opens_no_further_socket(edge: Edge) -> None:
    loud, hub = await edge.patient(), edge.app[HUB]
    hub._bucket(loud.user).left = -1000.0
    assert await refused(edge, {"Authorization": f"Bearer {loud.token}"}) == 429
    async with open_live(edge, await edge.patient()) as live:
        assert not live.socket.closed


async def part_of_a_flood(live: Live, codes: list[int | None]) -> None:
    for _ in range(flow.BURST - 10):
        if live.socket.closed:
            break
        await live.say({"type": "unwatch", "address": "patient/nobody"})
    await live.watch("patient/nobody")
    while not live.socket.closed:
        message = await live.socket.receive()
        if message.type is WSMsgType.TEXT:
            break
    codes.append(live.socket.close_code)


async def test_w05_the_oldest_of_too_many_sockets_gives_way_and_says_why(edge: Edge) -> None:
    async with open_edge(edge.clinic, sockets_per_user=2) as small:
        person, other = await small.patient(), await small.patient()
        async with (
            open_live(small, other) as untouched,
            open_live(small, person) as first,
            open_live(small, person) as second,
            open_live(small, person),
        ):
            assert await first.closing() == 4409
            assert not second.socket.closed
            assert not untouched.socket.closed


async def test_w06_a_peer_that_does_not_answer_pings_is_dropped(edge: Edge) -> None:
    assert edge.settings.heartbeat_seconds == 20
    async with open_edge(edge.clinic, heartbeat_seconds=0.1) as quick:
        person = await quick.patient()
        async with open_live(quick, person, autoping=False):
            await until(lambda: len(quick.app[HUB]) == 0)


async def test_w07_signing_out_closes_sockets_on_every_edge(edge: Edge) -> None:
    async with open_edge(edge.clinic) as far:
        cookie = await page_cookie(edge, await edge.patient())
        here = {"Cookie": cookie, "Origin": edge.url}
        there = {"Cookie": cookie, "Origin": far.url}
        async with (
            open_live(edge, edge.visitor, here) as near,
            open_live(far, far.visitor, there) as distant,
        ):
            status, onward, _ = await post_form(edge, "/sign-out", {}, cookie)
            assert (status, onward) == (303, "/sign-in?said=signed-out")
            assert await near.closing(5) == 4401
            assert await distant.closing(5) == 4401


async def test_w07_disabling_an_account_closes_its_sockets(edge: Edge, ward: Ward) -> None:
    person = await edge.patient()
    async with open_live(edge, person) as live:
        answer = await ward.admin.post(f"/admin/accounts/{person.user}/disable", {})
        assert answer.status == 200, answer.text
        assert await live.closing(5) == 4401
