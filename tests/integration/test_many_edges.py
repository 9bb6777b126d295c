"""Edges hold no state: what began at one goes on at another, also when the first one is killed."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from actors.ids import PatientId
from actors.patient import messages as patient
from actors.runtime.limits import Limits
from http_edge.sockets import watches
from tests.clinic import Sibling, open_clinic, sibling
from tests.edge import Edge, Person, open_edge, open_ward
from tests.integration.calls_support import Caller, at_page, line_of, visit_of
from tests.integration.sockets_support import open_live, page_cookie
from tests.integration.test_files_api import LARGE, Uploader
from tests.integration.threads_support import pair_of
from tests.killing import Mortal
from tests.killing_edge import edge_settings
from tests.waiting import until

SHORT = Limits(lease=3.0)


@dataclass
class Edges:
    """Two edges of one clinic, each a process, which people know by one address."""

    one: Edge
    other: Edge
    first: Mortal

    def there(self, person: Person) -> Person:
        """Return the same person with the same token, at the other edge."""
        return Person(self.other, person.email, person.user, person.token, person.refresh_token)


@asynccontextmanager
async def two_edges(directory: Path) -> AsyncIterator[Edges]:
    async with AsyncExitStack() as stack:
        clinic = await stack.enter_async_context(open_clinic(directory))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        )
        ports = free_ports()
        processes = [
            await stack.enter_async_context(
                Mortal(directory, f"{port}@{ports[0]}", module="tests.killing_edge")
            )
            for port in ports
        ]
        one, other = (
            Edge(clinic, web.Application(), edge_settings(port, ports[0]), session)
            for port in ports
        )
        yield Edges(one, other, processes[0])


def free_ports() -> tuple[int, int]:
    """Return two ports that nobody listens on."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        return one.getsockname()[1], other.getsockname()[1]


async def test_who_is_known_at_one_edge_is_known_at_the_other(tmp_path: Path) -> None:
    async with two_edges(tmp_path) as edges:
        ward = await open_ward(edges.one)
        pat = await edges.one.patient()
        again = edges.there(pat)
        assert (await again.get("/me")).json["id"] == pat.user
        cookie = await page_cookie(edges.one, pat)
        page = await edges.other.send("GET", "/", headers={"Cookie": cookie})
        assert page.status in {200, 303}
        assert page.headers.get("Location") != "/sign-in"
        key = {"Idempotency-Key": "once"}
        here = await pat.post("/appointments", ward.wish(), **key)
        there = await again.post("/appointments", ward.wish(), **key)
        assert (here.status, there.status) == (201, 201)
        assert here.json["id"] == there.json["id"]


async def test_what_began_at_an_edge_that_is_killed_goes_on_at_another(tmp_path: Path) -> None:
    async with two_edges(tmp_path) as edges:
        pair = await pair_of(edges.one, await open_ward(edges.one))
        thread = pair.api.rpartition("/")[2]
        pat = Uploader(pair, pair.patient)
        path = (await pat.announce("letter.pdf", len(LARGE))).headers["Location"]
        assert (await pat.append(path, 0, LARGE[:1000])).status == 204
        async with open_live(edges.one, pair.patient) as live:
            await live.say({"type": "follow", "conversation": thread, "after": 0})
            seen = (await live.hear_until(type="following"))["last"]
            await edges.first.kill()
            await live.closing()
        doctor = edges.there(pair.doctor)
        for text in ("While", "you were", "away"):
            assert (await doctor.post(f"{pair.api}/messages", {"text": text})).status == 201
        pat.person = edges.there(pair.patient)
        async with open_live(edges.other, pat.person) as live:
            await live.say({"type": "follow", "conversation": thread, "after": seen})
            heard = [(await live.hear_until(type="message"))["text"] for _ in range(3)]
            assert heard == ["While", "you were", "away"]
        assert (await pat.append(path, 1000, LARGE[1000:])).status == 204
        assert (await pat.final(path))["stage"] == "ready"


async def test_of_two_windows_at_two_edges_the_newest_is_in_the_call(tmp_path: Path) -> None:
    async with two_edges(tmp_path) as edges:
        visit = await visit_of(edges.one)
        doctor = visit.doctor
        async with (
            at_page(visit.id, line_of(edges.one, doctor)) as older,
            at_page(visit.id, line_of(edges.other, edges.there(doctor))) as newer,
        ):
            await older.join()
            await newer.join()
            await older.until(lambda me: me.state_of(newer.leg) == "in_call")
            assert older.state_of(older.leg) == ""


async def test_of_two_lines_of_one_page_at_two_edges_the_newest_speaks(tmp_path: Path) -> None:
    async with two_edges(tmp_path) as edges:
        visit = await visit_of(edges.one)
        doctor, call = visit.doctor, visit.id
        async with at_page(call, line_of(edges.one, doctor)) as older:
            await older.join()
            again = Caller(call, older.leg)
            there = line_of(edges.other, edges.there(doctor))
            async with at_page(call, there, again):
                await older.until(lambda me: bool(me.refused))
                assert [each["code"] for each in older.refused] == ["attended_elsewhere"]
                await older.cut()
                async with at_page(call, line_of(edges.one, visit.patient)) as patient:
                    await patient.join()
                    await again.until(lambda me: me.state_of(patient.leg) == "in_call")
                assert again.state_of(older.leg) == "in_call"
                assert not again.refused


# --- nodes that come and go ----------------------------------------------------------------------


@pytest.fixture
def no_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have watches never renewed by time alone."""
    monkeypatch.setattr(watches, "RENEW_SECONDS", 1_000.0)
    monkeypatch.setattr("http_edge.sockets.presence.RENEW_SECONDS", 1_000.0)
    monkeypatch.setattr("http_edge.sockets.presence.CHECK_SECONDS", 1_000.0)


@pytest.mark.usefixtures("no_fallback")
async def test_pages_hear_of_what_changes_at_the_node_that_took_over(tmp_path: Path) -> None:
    async with open_clinic(tmp_path, limits=SHORT) as clinic, open_edge(clinic) as edge:
        ward = await open_ward(edge)
        async with sibling(clinic) as other:
            await until(lambda: len(other.node.shards.fences) == len(clinic.node.shards.fences))
            watched = await watched_at(other, edge)
            async with open_live(edge, watched) as live:
                address = f"patient/{watched.user}"
                await live.watch(address)
                standing = (await live.hear_until(type="watching"))["seq"]
                await other.die()
                answer = await watched.post("/appointments", ward.wish())
                assert answer.status == 201, answer.text
                while (await live.hear_until(type="changed"))["seq"] <= standing:
                    pass


async def watched_at(other: Sibling, edge: Edge) -> Person:
    """Return a patient whose actor lives at *other*."""
    while True:
        person = await edge.signed_up("patient", "Pat Ient")
        await person.sign_in()
        if other.owns(patient.address_of(PatientId(person.user))):
            return person
