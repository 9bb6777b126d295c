"""What stands in the way of a shown time: another calendar, and clocks that change."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actors.doctor.other_calendar import FeedTrouble
from actors.runtime.clock import SystemClock
from http_edge.fetching import BusyFetcher, GuardedFetch
from tests.clinic import open_clinic
from tests.edge import Edge, open_edge
from tests.integration.pages_support import place, tab_of, text_of
from tests.integration.visits_support import Practice, open_practice, picks_in

LOOPBACK = (ip_network("127.0.0.0/8"),)
TODAY = datetime(2027, 3, 23, 9, tzinfo=UTC)
"""A few days before clocks go forward in Berlin, where everybody of these tests is."""
CHANGE = date(2027, 3, 28)
BUSY = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:x\r
BEGIN:VEVENT\r
UID:1\r
DTSTAMP:20270101T000000Z\r
DTSTART:20270325T100000Z\r
DTEND:20270325T120000Z\r
END:VEVENT\r
END:VCALENDAR\r
"""


class LaterClock(SystemClock):
    """The machine's clock, set to another day."""

    def __init__(self) -> None:
        self._ahead = TODAY - super().now()

    def now(self) -> datetime:
        """Return the wall time, UTC."""
        return super().now() + self._ahead

    def unix_ms(self) -> int:
        """Return the wall time in Unix milliseconds."""
        return super().unix_ms() + self._ahead // timedelta(milliseconds=1)


@dataclass(frozen=True)
class Place:
    """A clinic that reads other calendars, and where one is."""

    edge: Edge
    practice: Practice
    calendar: str


@pytest.fixture(scope="module")
async def there(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async def busy(_request: web.Request) -> web.Response:
        return web.Response(text=BUSY, content_type="text/calendar")

    app = web.Application()
    app.router.add_get("/mia.ics", busy)
    async with TestServer(app) as server:
        clock, guarded = LaterClock(), GuardedFetch(allowed=LOOPBACK)

        async def without_tls(url: str) -> bytes:
            return await guarded(urlsplit(url)._replace(scheme="http").geturl())

        fetch = BusyFetcher(clock, trouble=FeedTrouble, get=without_tls)
        directory = tmp_path_factory.mktemp("clinic")
        async with (
            open_clinic(directory, clock=clock, fetch=fetch) as clinic,
            open_edge(clinic) as edge,
        ):
            address = f"https://127.0.0.1:{server.port}/mia.ics"
            yield Place(edge, await open_practice(edge), address)


async def test_what_another_calendar_holds_is_not_offered(there: Place) -> None:
    edge, practice = there.edge, there.practice
    mia = practice.ward.doctors[0]
    patient, doctor = await tab_of(edge, await edge.patient()), await tab_of(edge, mia)
    day = practice.form("times", day="2027-03-25")
    taken = f"{mia.user}|2027-03-25T10:30:00+00:00"
    before = picks_in(await patient.send_fields("/requests/times", day))
    assert taken in before
    kept = await doctor.send("/practice/calendar", once="1", url=there.calendar)
    assert place(kept) == "/practice?said=calendar"
    await edge.clinic.settled()
    feed = (await mia.get("/doctor/busy-feed")).json
    assert feed["feed"]["trouble"] == ""
    assert feed["feed"]["times"] == 1
    after = picks_in(await patient.send_fields("/requests/times", day))
    assert sorted(set(before) - set(after)) == [
        f"{mia.user}|2027-03-25T{start}:00+00:00" for start in ("10:00", "10:30", "11:00", "11:30")
    ]
    held = await patient.send_fields("/requests/hold", {**day, "pick": taken})
    assert "That time is not free any more." in text_of(held)
    assert "It races &amp; stops." in held.text


async def test_a_page_of_times_says_that_clocks_change(there: Place) -> None:
    edge, practice = there.edge, there.practice
    patient = await tab_of(edge, await edge.patient())
    shown = await patient.send_fields("/requests/times", practice.form("times", day=f"{CHANGE}"))
    note = "On Sunday 28 March 2027 the clocks in Europe/Berlin go forward"
    assert text_of(shown).count(note) == 1
    assert "02:30" not in text_of(shown)
    path = "/requests/times"
    calm = await patient.send_fields(path, practice.form("times", day="2027-03-25"))
    assert "go forward" not in text_of(calm)
