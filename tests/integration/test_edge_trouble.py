"""Real trouble behind the edge: a full store, a full mailbox, a bus that is gone; and after it."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from actors.runtime.limits import Limits
from actors.store.sqlite import SqliteJournal
from actors.store.sqlite.desk import Desk
from tests.clinic import Clinic, open_clinic
from tests.edge import Answer, Edge, Person, Ward, open_edge, open_ward
from tests.integration.pages_support import Tab, once_of, place, tab_of

LONG = "It hurts. " * 100
SMALLEST, LARGEST = 1, 1_073_741_823
"""Pages that the database may have: it never shrinks below those that it has."""


@dataclass
class Trouble:
    """A clinic of its own, to be troubled, and somebody who wants something of it."""

    edge: Edge
    ward: Ward
    pat: Person
    tab: Tab

    @property
    def clinic(self) -> Clinic:
        """What can be broken."""
        return self.edge.clinic

    async def ask(self, **more: str) -> Answer:
        """Ask for an appointment through the API."""
        return await self.pat.post("/appointments", self.ward.wish(reason=LONG), **more)

    async def count(self) -> int:
        """Return how many appointments there are."""
        return len((await self.pat.get("/appointments?limit=100")).json["items"])

    def form(self, once: str) -> dict[str, str]:
        """Return the same wish as a form."""
        category = f"{self.ward.department}/{self.ward.category}"
        wish = {"category": category, "reason": LONG, "urgency": "soon", "when": "first"}
        return {"once": once, **wish}

    async def may_grow_to(self, pages: int) -> None:
        """Let the database have so many pages."""
        sql = f"PRAGMA max_page_count = {pages}"
        await desk_of(self.clinic).do(lambda connection: connection.execute(sql).fetchall())


def desk_of(clinic: Clinic) -> Desk:
    """Return what does the work of the clinic's journal in its thread."""
    assert isinstance(clinic.journal, SqliteJournal)
    return clinic.journal._desk


async def open_trouble(edge: Edge) -> Trouble:
    """Fill the clinic."""
    ward = await open_ward(edge)
    often = {"name": "Visit", "most_per_day": 50}
    path = f"/admin/departments/{ward.department}/visits/visit"
    assert (await ward.admin.call("PUT", path, often)).status == 200
    await edge.clinic.settled()
    pat = await edge.patient()
    return Trouble(edge, ward, pat, await tab_of(edge, pat))


@pytest.fixture
async def trouble(tmp_path: Path) -> AsyncIterator[Trouble]:
    """Open a clinic for one test alone."""
    async with open_clinic(tmp_path) as clinic, open_edge(clinic) as edge:
        yield await open_trouble(edge)


async def fill_the_store(trouble: Trouble) -> tuple[int, Answer]:
    """Ask until nothing more can be kept; return how often that went well, and what came then."""
    await trouble.clinic.settled()
    await trouble.may_grow_to(SMALLEST)
    asked = 0
    while (answer := await trouble.ask()).status == 201:
        asked += 1
    return asked, answer


async def test_a_full_store_says_so_reads_go_on_and_it_recovers(trouble: Trouble) -> None:
    asked, refused = await fill_the_store(trouble)
    assert (refused.status, refused.code) == (503, "store_down")
    assert int(refused.headers["Retry-After"]) > 0
    assert "nothing was done" in refused.json["detail"]
    key = {"Idempotency-Key": "one-and-the-same"}
    assert (await trouble.ask(**key)).status == 503
    assert (await trouble.pat.get("/me")).status == 200
    assert await trouble.count() == asked
    await trouble.may_grow_to(LARGEST)
    answers = [await trouble.ask(**key) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    await trouble.clinic.settled()
    assert await trouble.count() == asked + 1


async def test_a_form_that_a_full_store_refused_can_be_sent_again(trouble: Trouble) -> None:
    once = once_of(await trouble.tab.open("/requests/new"))
    asked, _ = await fill_the_store(trouble)
    page = await trouble.tab.send_fields("/requests", trouble.form(once))
    assert page.status == 503
    assert "Nothing can be kept just now" in page.text
    keeps_what_was_typed(page, once)
    assert (await trouble.tab.open("/home")).status == 200
    await trouble.may_grow_to(LARGEST)
    assert place(await trouble.tab.send_fields("/requests", trouble.form(once)))
    assert await trouble.count() == asked + 1


def keeps_what_was_typed(page: Answer, once: str) -> None:
    assert page.headers["Retry-After"]
    assert f'name="reason" value="{LONG}"' in page.text
    assert f'name="once" value="{once}"' in page.text
    assert "Send it again" in page.text


async def test_a_full_mailbox_is_busy_and_what_is_repeated_is_done_once(tmp_path: Path) -> None:
    narrow = Limits(mailbox=1, uncommitted=1)
    async with (
        open_clinic(tmp_path, limits=narrow) as clinic,
        open_edge(clinic, ask_seconds=1.0) as edge,
    ):
        trouble = await open_trouble(edge)
        await clinic.settled()
        answers = await asked_while_the_disk_is_slow(trouble)
        assert {answer.status for answer in answers} <= {503, 504}
        busy = [answer for answer in answers if answer.code == "busy"]
        assert busy
        assert {answer.status for answer in busy} == {503}
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in busy)
        again = [await trouble.ask(**key_of(number)) for number in range(CROWD)]
        assert {answer.status for answer in again} == {201}
        await clinic.settled()
        assert await trouble.count() == CROWD


CROWD = 8


def key_of(number: int) -> dict[str, str]:
    return {"Idempotency-Key": f"wish-{number}"}


async def asked_while_the_disk_is_slow(trouble: Trouble) -> list[Answer]:
    """Ask many times at once while nothing is written, until each was answered."""
    go_on = threading.Event()
    held = asyncio.ensure_future(desk_of(trouble.clinic).do(lambda _: go_on.wait()))
    try:
        return await asyncio.gather(*(trouble.ask(**key_of(number)) for number in range(CROWD)))
    finally:
        go_on.set()
        await held


async def test_without_the_bus_pages_say_so_keep_what_was_typed_and_go_on_after(
    trouble: Trouble,
) -> None:
    once = once_of(await trouble.tab.open("/requests/new"))
    os.kill(trouble.clinic.server.pid, signal.SIGKILL)
    await trouble.clinic.server.wait()
    page = await trouble.tab.send_fields("/requests", trouble.form(once))
    assert page.status == 503
    assert "be reached just now" in page.text
    keeps_what_was_typed(page, once)
    told = await trouble.pat.get("/me")
    assert (told.status, told.code) == (503, "disconnected")
    await trouble.clinic.server.start()
    with anyio.fail_after(20):
        while (await trouble.pat.get("/me")).status != 200:
            pass
    sent = [await trouble.tab.send_fields("/requests", trouble.form(once)) for _ in range(2)]
    assert place(sent[0]) == place(sent[1])
    assert await trouble.count() == 1
