"""Calls of a real clinic whose processes are killed."""

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.calling import open_caller, until
from tests.browser.measures import say
from tests.browser.namespaces import own_network
from tests.browser.visits import ARE_IN_CALL, PORTS, TALLY, Talk, Visit, prepare, shows
from tests.house import House, open_house

WORKER = b"actors.relay.process"
TELL_MORE = "() => { for (let told = 0; told < 20; told += 1) tally.tell(); }"
IS_LATER = "(epoch) => carewire.call.session.view.epoch > epoch"


@dataclass
class Site:
    """A clinic that is up, on a port that it keeps."""

    data: Path
    visits: list[Visit]
    browser: Browser
    stack: AsyncExitStack
    house: House = field(init=False)
    port: str = "0"

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.house.url

    async def open(self) -> None:
        """Start the clinic, with two media workers."""
        settings = {
            "CAREWIRE_LOG_LEVEL": "error",
            "CAREWIRE_EDGE_PORT": self.port,
            "CAREWIRE_MEDIA_WORKERS": "2",
        }
        self.house = await self.stack.enter_async_context(open_house(self.data, **settings))
        self.port = self.url.rpartition(":")[2]

    async def kill(self) -> None:
        """Kill the process of the edge and the actors, as the power's end does."""
        self.house.process.kill()
        await self.house.process.communicate()

    def workers(self) -> list[int]:
        """Return the process ids of the media workers."""
        pid = self.house.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children if is_worker(child)]


def is_worker(pid: str) -> bool:
    """Tell whether it is a media worker."""
    with suppress(OSError):
        return WORKER in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def ports_of(pid: int) -> set[int]:
    """Return the UDP ports of a process."""
    proc = Path(f"/proc/{pid}")
    held = {str(each.readlink()) for each in (proc / "fd").iterdir()}
    lines = [line.split() for line in (proc / "net/udp").read_text().splitlines()[1:]]
    return {int(line[1].partition(":")[2], 16) for line in lines if f"socket:[{line[9]}]" in held}


@pytest.fixture(scope="module", autouse=True)
def network() -> Iterator[None]:
    """Enter a network of our own, where that is possible."""
    with own_network():
        yield


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Run a clinic."""
    data = tmp_path_factory.mktemp("site") / "data"
    visits = await prepare(data, 2)
    async with open_caller() as browser, AsyncExitStack() as stack:
        site = Site(data, visits, browser, stack)
        await site.open()
        yield site


@pytest.fixture
async def talk(site: Site) -> AsyncIterator[Talk]:
    """Let two people talk directly."""
    async with site.visits.pop().call(site.browser, site.url) as talk:
        yield talk


async def test_7_another_media_worker_takes_over_from_one_that_is_killed(
    site: Site, talk: Talk
) -> None:
    await talk.relay()
    _, port = await talk.patient.page.evaluate(PORTS)
    (carries,) = [pid for pid in site.workers() if port in ports_of(pid)]
    epoch = (await talk.patient.figures())["epoch"]
    await talk.goes_on(30)
    assert (await talk.patient.figures())["epoch"] == epoch, "nobody was killed yet"
    await talk.gap()
    os.kill(carries, signal.SIGKILL)
    await talk.are(IS_LATER, epoch)
    await talk.goes_on()
    say("picture_gap_after_a_killed_worker", await talk.gap(), "ms")
    _, other = await talk.patient.page.evaluate(PORTS)
    assert other != port
    await until(talk.doctor.page, ARE_IN_CALL)
    for seat in talk.seats:
        assert not await seat.page.evaluate("seen.fell")


async def test_8_a_direct_call_outlives_the_clinic_and_goes_on_in_the_next(
    site: Site, talk: Talk
) -> None:
    await talk.are(TALLY)
    await talk.heard_all()
    made = [(await seat.figures())["made"] for seat in talk.seats]
    await talk.gap()
    await site.kill()
    await talk.goes_on(60)
    await site.open()
    opened = time.monotonic()
    await talk.are("() => tally.resumed.length > 0")
    await talk.are(ARE_IN_CALL)
    say("line_back_after_a_killed_clinic", 1000 * (time.monotonic() - opened), "ms")
    say("picture_gap_without_a_clinic", await talk.gap(), "ms")
    assert [(await seat.figures())["made"] for seat in talk.seats] == made
    for seat in talk.seats:
        await seat.page.evaluate(TELL_MORE)
    await talk.heard_all()

    await talk.patient.page.reload()
    await shows(talk.patient.page, "call")
    await talk.goes_on()
