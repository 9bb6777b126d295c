"""A doctor with two thousand visits to come: every page, list and feed of them answers, whole."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, timedelta
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace

from actors.address import Address
from actors.admin_router import actor as admin_router
from actors.admin_router.messages import address_of as desk_of
from actors.admin_router.state.clocks import walls_of
from actors.admin_router.state.kept import Routing, Won
from actors.appointment import DoctorRef, PatientRef, Request, Span, Stage, Status, Urgency
from actors.doctor.actor import ROOM as DOCTOR
from actors.doctor.messages import OfferStatus
from actors.doctor.messages import address_of as doctor_at
from actors.doctor.state.kept import Live
from actors.ids import AppointmentId, CategoryId, DepartmentId, DoctorId, PatientId
from actors.runtime.errors import JournalError
from actors.runtime.journal import Commit, Line
from actors.runtime.room import Room
from actors.runtime.step import snapshot_of
from actors.zones import ZONES
from tests.clinic import open_clinic
from tests.edge import ZONE, Edge, Person, Ward, open_edge, open_ward
from tests.integration.pages_support import Tab, tab_of, text_of

MANY = 2000
EVERY = timedelta(minutes=5)
REASON = "It races at night, and sometimes on the stairs. " * 6
_VISIT = re.compile(r'<li data-key="([^"]+)"><a class="strong" href="/visits/')
_ROW = re.compile(r'<tr data-key="([^"]+)">')


class Crowd:
    """A ward of which one doctor has very many visits, one after the other."""

    def __init__(self, edge: Edge, ward: Ward) -> None:
        self.edge = edge
        self.ward = ward
        self.mia = ward.doctors[0]
        tomorrow = edge.clinic.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        self.first = tomorrow + timedelta(days=2)
        self.ids = [f"{number:08}of{self.mia.user}"[:26] for number in range(MANY)]
        self.desk = f"/admin/departments/{ward.department}"

    @property
    def day(self) -> date:
        """A day on which there is a visit every five minutes."""
        return (self.first + timedelta(days=2)).date()

    def of_the_day(self) -> list[str]:
        """Return the visits of that day on everybody's clock here, by start."""
        zone = ZONES[ZONE]
        return [
            name for name, span in self.spans() if span.start.astimezone(zone).date() == self.day
        ]

    def spans(self) -> Iterator[tuple[AppointmentId, Span]]:
        """Yield each visit and its time."""
        for number, name in enumerate(self.ids):
            start = self.first + number * EVERY
            yield AppointmentId(name), Span(start, start + EVERY)

    def request(self, name: AppointmentId) -> Request:
        """Return what somebody asked for."""
        return Request(
            appointment=name,
            department=DepartmentId(self.ward.department),
            patient=PatientRef(PatientId("pat"), "Pat Ient", "Europe/Paris"),
            category=CategoryId(self.ward.category),
            category_name="Palpitations",
            reason=REASON,
            urgency=Urgency.ROUTINE,
            windows=(),
            requested_at=self.first,
        )

    def live(self, name: AppointmentId, span: Span) -> Live:
        """Return the visit as the doctor's actor keeps it."""
        confirmed = OfferStatus.CONFIRMED
        return Live(self.request(name), 1, span.start, None, confirmed, span, ZONE, sequence=1)

    def routing(self, name: AppointmentId, span: Span) -> Routing:
        """Return the visit as the department keeps it: its patient was told another hour."""
        won = Won(
            doctor=DoctorRef(DoctorId(self.mia.user), "Dr Mia"),
            start=span.start,
            end=span.end,
            round=1,
            doctor_zone=ZONE,
            doctor_wall=walls_of(span.start, ZONE),
            patient_wall=walls_of(span.end, "Europe/Paris"),
        )
        stage, stands = Stage.DOCTOR, Status.CONFIRMED
        return Routing(self.request(name), 1, stage, "Dr Mia", span.start, (), stands, won=won)

    async def come(self) -> None:
        """Let all of them stand, in the doctor's diary and at the department's desk."""
        doctor, desk = (
            doctor_at(DoctorId(self.mia.user)),
            desk_of(DepartmentId(self.ward.department)),
        )
        lives = {name: self.live(name, span) for name, span in self.spans()}
        routings = {name: self.routing(name, span) for name, span in self.spans()}
        await become(self.edge, doctor, DOCTOR, live=lives)
        await become(self.edge, desk, admin_router.ROOM, open=routings)


async def become(edge: Edge, address: Address, room: Room[Any], **changes: Any) -> None:  # noqa: ANN401
    """Let the actor at *address* have another state, by a snapshot in its journal."""
    node = edge.clinic.node
    actor = node.actors[address]
    fence = node.fence_of(actor.shard)
    assert fence is not None
    snapshot = snapshot_of(address, actor.seq, room, replace(actor.state, **changes))
    kept: asyncio.Future[JournalError | None] = asyncio.get_running_loop().create_future()
    commit = Commit(address, fence, snapshot=snapshot)
    edge.clinic.journal.append(Line(), commit, kept.set_result)
    assert await kept is None
    actor.restart()


@pytest.fixture(scope="module")
async def crowd(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Crowd]:
    """Set up a clinic of its own: it is not left in order."""
    directory = tmp_path_factory.mktemp("crowd")
    async with open_clinic(directory) as clinic, open_edge(clinic) as edge:
        crowd = Crowd(edge, await open_ward(edge))
        await crowd.come()
        yield crowd


def link_in(markup: str, start: str) -> str | None:
    """Return the one link of a page that begins like that, if there is one."""
    found = {unescape(each) for each in re.findall(r'href="([^"]+)"', markup)}
    links = [each for each in found if each.startswith(start)]
    assert len(links) <= 1
    return links[0] if links else None


async def listed(person: Person, path: str | None, name: str = "items") -> list[Any]:
    """Return everything of a collection, page after page."""
    found: list[Any] = []
    while path:
        answer = await person.get(path)
        assert answer.status == 200, answer.text
        found += answer.json[name]
        path = answer.json["next"]
    return found


async def turned(tab: Tab, path: str | None, item: re.Pattern[str], more: str) -> list[str]:
    """Return the keys of all items of a page and of those that its links lead on to."""
    found: list[str] = []
    while path:
        page = await tab.open(path)
        assert page.status == 200, page.text
        found += item.findall(page.text)
        path = link_in(page.text, more)
    return found


async def test_the_inbox_shows_how_many_and_leads_on_to_all_of_them(crowd: Crowd) -> None:
    tab = await tab_of(crowd.edge, crowd.mia)
    words = text_of(await tab.open("/inbox"))
    assert f"Visits {MANY}" in words
    assert f"{MANY - 50} more visits" in words
    assert await turned(tab, "/inbox", _VISIT, "/inbox?part=visits&after=") == crowd.ids
    last = await tab.open("/inbox?part=visits&after=9999-01-01T00:00:00Z,")
    assert "No visits after that." in text_of(last)
    assert (await tab.open("/inbox?part=visits&after=anything")).status == 200


async def test_the_api_lists_all_of_them_page_by_page(crowd: Crowd) -> None:
    visits = await listed(crowd.mia, "/doctor/visits?limit=100")
    assert [each["id"] for each in visits] == crowd.ids
    inbox = (await crowd.mia.get("/doctor/requests")).json
    assert inbox["counts"] == {"open": 0, "visits": MANY}
    assert [each["id"] for each in inbox["visits"]] == crowd.ids[:50]
    bad = await crowd.mia.get("/doctor/visits?cursor=yesterday")
    assert (bad.status, bad.code) == (422, "invalid")


async def test_the_calendar_feed_has_all_of_them(crowd: Crowd) -> None:
    made = await crowd.mia.post("/me/calendar-feed", {})
    feed = await crowd.edge.send(
        "GET", made.json["address"].removeprefix(crowd.edge.settings.public_url)
    )
    assert feed.status == 200
    assert feed.text.count("BEGIN:VEVENT") == MANY


async def test_the_week_has_every_visit_of_its_days(crowd: Crowd) -> None:
    tab = await tab_of(crowd.edge, crowd.mia)
    day = crowd.day
    week = (await crowd.mia.get(f"/doctor/week?day={day}")).json
    assert len(week["days"]) == 7
    [found] = [each for each in week["days"] if each["day"] == f"{day}"]
    expected = crowd.of_the_day()
    assert len(found["visits"]) + found["more"] == len(expected)
    assert [each["id"] for each in found["visits"]] == expected[: len(found["visits"])]
    assert len(found["visits"]) > len(expected) / 2
    page = await tab.open(f"/week?day={day}")
    assert page.status == 200
    assert page.text.count('class="day-column') == 7
    shown = sum(len(each["visits"]) for each in week["days"])
    assert len(set(re.findall(r'href="/visits/([^"]+)"', page.text))) == shown


async def test_the_day_of_the_department_has_all_of_it_page_by_page(crowd: Crowd) -> None:
    day = crowd.day
    expected = crowd.of_the_day()
    path = f"{crowd.desk}/day?date={day}&zone={ZONE}&limit=100"
    visits = await listed(crowd.ward.admin, path, "visits")
    assert [each["request"]["appointment"] for each in visits] == expected
    first = (await crowd.ward.admin.get(path)).json
    assert first["counts"] == {"confirmed": len(expected)}
    tab = await tab_of(crowd.edge, crowd.ward.admin)
    start = f"/day?date={day}&department={crowd.ward.department}"
    assert await turned(tab, start, _ROW, f"{start}&from=") == expected


async def test_the_board_and_the_changed_clocks_answer(crowd: Crowd) -> None:
    tab = await tab_of(crowd.edge, crowd.ward.admin)
    board = await tab.open(f"/board?department={crowd.ward.department}")
    assert f"Confirmed {MANY}" in text_of(board)
    more = link_in(board.text, f"/board?department={crowd.ward.department}&lane=confirmed")
    assert more
    assert (await tab.open(more)).status == 200
    queue = (await crowd.ward.admin.get(f"{crowd.desk}/queue?limit=100")).json
    assert queue["counts"]["confirmed"] == MANY
    assert queue["confirmed"]
    clocks = text_of(await tab.open("/clocks"))
    assert f"100 of {MANY} are shown" in clocks
    moved = await listed(crowd.ward.admin, f"{crowd.desk}/moved-clocks?limit=100")
    assert [each["appointment"] for each in moved] == crowd.ids


async def test_an_absence_says_how_many_it_touches(crowd: Crowd) -> None:
    first = crowd.first.astimezone(UTC).replace(tzinfo=None)
    walls = {"start": (first - timedelta(days=1)).isoformat()}
    walls["end"] = (first + timedelta(days=30)).isoformat()
    touched = (await crowd.mia.post("/doctor/absences/preview", walls)).json
    assert touched["count"] == MANY
    assert [each["id"] for each in touched["visits"]] == crowd.ids[: len(touched["visits"])]
    tab = await tab_of(crowd.edge, crowd.mia)
    query = f"first={walls['start'][:10]}&last={walls['end'][:10]}"
    words = text_of(await tab.open(f"/absences/preview?{query}"))
    assert f"{MANY} visits in that time" in words
    assert f"of {MANY} are shown" in words
