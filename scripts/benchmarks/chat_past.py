"""Opening a thread with a long past against one of ten messages, and finding words in it."""

import itertools
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from scripts.benchmarks.chat_fill import OFTEN, SELDOM
from scripts.benchmarks.chat_threads import Thread
from scripts.benchmarks.figures import Figures, Load, load_of
from scripts.benchmarks.people import Person

One: TypeAlias = Callable[[int], Awaitable[None]]

PAGE = 50
THOUSAND = 1000
PARTS = ("page", "page_middle", "api", "api_middle", "search_often", "search_seldom")


async def measure(
    figures: Figures, url: str, long: tuple[Thread, int], short: tuple[Thread, int], seconds: float
) -> None:
    """Read both threads, given with the number of their messages, in turns again and again."""
    readers = [(_name(length), length, Reader(thread, url)) for thread, length in (long, short)]
    for name, _, reader in readers:
        await reader.begin()
        figures.note(f"thread_{name}_first_page", await reader.timed_page() * 1000, "ms, put away")
    for part in PARTS:
        ones = [reader.loads(length // 2)[part] for _, length, reader in readers]
        for (name, _, _), load in zip(readers, await _in_turns(ones, seconds), strict=True):
            figures.note(f"thread_{name}_{part}_p50", load.p50_ms, "ms")
            figures.note(f"thread_{name}_{part}_p99", load.p99_ms, "ms")
    _ratios(figures, *(name for name, _, _ in readers))


def _name(length: int) -> str:
    return f"{length / THOUSAND:g}k" if length >= THOUSAND else str(length)


async def _in_turns(ones: list[One], seconds: float) -> list[Load]:
    """Call one after the other for *seconds* each; a busy machine is as busy for all of them."""
    taken: list[list[float]] = [[] for _ in ones]
    clock = time.perf_counter
    start = clock()
    while clock() < start + seconds * len(ones):
        for one, times in zip(ones, taken, strict=True):
            begun = clock()
            await one(0)
            times.append(clock() - begun)
    return [load_of(times, sum(times)) for times in taken]


def _ratios(figures: Figures, long: str, short: str) -> None:
    for part, cut in itertools.product(PARTS, ("p50", "p99")):
        ratio = figures[f"thread_{long}_{part}_{cut}"] / figures[f"thread_{short}_{part}_{cut}"]
        figures.note(f"thread_{part}_{cut}_long_to_short", ratio, "times")


class Reader:
    """The patient of a thread, with a browser and a program."""

    def __init__(self, thread: Thread, url: str) -> None:
        self._thread = thread.id
        known = thread.patient.person
        self._person = Person(known.session, url, known.email)
        self._cookie: dict[str, str] = {}

    async def begin(self) -> None:
        """Sign in, both ways."""
        await self._person.sign_in()
        self._cookie = await self._person.session_cookie()

    def loads(self, middle: int) -> dict[str, One]:
        """Return what is measured; *middle* is the number of a message in the middle."""
        return {
            "page": partial(self.page, ""),
            "page_middle": partial(self.page, f"?before={middle}"),
            "api": self.newest,
            "api_middle": partial(self.before, middle),
            "search_often": partial(self.search, OFTEN),
            "search_seldom": partial(self.search, SELDOM),
        }

    async def timed_page(self) -> float:
        """Return how many seconds the page takes."""
        begun = time.perf_counter()
        await self.page("", 0)
        return time.perf_counter() - begun

    async def page(self, query: str, _number: int) -> None:
        """Open the thread in the browser, at its end or at an older part."""
        url = f"{self._person.url}/messages/{self._thread}{query}"
        async with self._person.session.get(url, headers=self._cookie) as reply:
            reply.raise_for_status()
            await reply.read()

    async def newest(self, _number: int) -> None:
        """Read the thread's head and its newest messages."""
        await self._person.call("GET", f"/conversations/{self._thread}")
        await self._person.call("GET", f"/conversations/{self._thread}/messages?limit={PAGE}")

    async def before(self, number: int, _number: int) -> None:
        """Read the messages before *number*."""
        path = f"/conversations/{self._thread}/messages?limit={PAGE}&cursor={number}"
        await self._person.call("GET", path)

    async def search(self, words: str, _number: int) -> None:
        """Find *words* in the thread."""
        path = f"/conversations/{self._thread}/search"
        await self._person.call("POST", path, {"words": words})
