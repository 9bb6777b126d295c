"""A robot's connection may be closed at any step of connecting, and leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import aioice  # noqa: TID251  the peer's own side
import aiortc  # noqa: TID251  the peer's own side
import msgspec
import pytest

from scripts.robots.line import Seen
from scripts.robots.peer.attendance import Attendance
from scripts.robots.peer.direct import Direct
from scripts.robots.peer.legs import Plan
from tests.waiting import until

SOURCES = ("microphone", "camera")
EPOCH = 1
STEPS = {
    "gathering": (aioice.Connection, "gather_candidates"),
    "starting the path": (aiortc.RTCIceTransport, "start"),
    "checking": (aioice.Connection, "connect"),
    "starting DTLS": (aiortc.RTCDtlsTransport, "start"),
    "shaking hands": (aiortc.RTCDtlsTransport, "_write_ssl"),
    "sending": (aiortc.RTCRtpSender, "send"),
    "receiving": (aiortc.RTCRtpReceiver, "receive"),
}
"""What aiortc does until it is connected, in order; both sides go through it."""


class Line:
    """Attends for one leg: what it tells comes to *other*, and every act is acted."""

    def __init__(self, leg: str) -> None:
        self.leg = leg
        self.other: Direct | None = None
        self.acts: list[str] = []
        self._coming = set[asyncio.Task[None]]()

    async def act(self, act: str, **_: object) -> Seen:
        """Remember it."""
        self.acts.append(act)
        return {"type": "acted"}

    async def tell(self, _to: str, signal: str, body: str) -> None:
        """Let the other side hear it soon."""
        assert self.other is not None
        coming = asyncio.create_task(self.other.hear(signal, msgspec.json.decode(body)))
        self._coming.add(coming)
        coming.add_done_callback(self._coming.discard)


def side(line: Line, other: str, *, newer: bool) -> Direct:
    """Return one side of a connection that has not begun."""
    plan = Plan("direct", "direct", EPOCH, ({"id": other, "sends": SOURCES},), newer)
    return Direct(cast("Attendance", line), plan, SOURCES)


@asynccontextmanager
async def sides() -> AsyncIterator[tuple[Direct, Direct]]:
    """Let two sides be there, of which the first offers; close both."""
    lines = Line("a"), Line("b")
    first, second = side(lines[0], "b", newer=True), side(lines[1], "a", newer=False)
    lines[0].other, lines[1].other = second, first
    try:
        yield first, second
    finally:
        await first.close()
        await second.close()


@contextmanager
def faults() -> Iterator[list[dict[str, Any]]]:
    """Collect what fails with nobody there to hear it."""
    heard: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: heard.append(context))
    try:
        yield heard
    finally:
        loop.set_exception_handler(before)


def at_call(patch: pytest.MonkeyPatch, step: str, number: int, then: Callable[[], None]) -> None:
    """Call *then* when *step* begins for the *number*th time."""
    owner, name = STEPS[step]
    original, counted = getattr(owner, name), iter(range(1, 1000))

    async def stepped(*given: object) -> object:
        if next(counted) == number:
            then()
        return await original(*given)

    patch.setattr(owner, name, stepped)


@pytest.mark.parametrize("closed", ["who offers", "who answers", "both"])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("step", STEPS)
async def test_closing_is_clean_at_each_step(
    monkeypatch: pytest.MonkeyPatch, step: str, number: int, closed: str
) -> None:
    before, closing = asyncio.all_tasks(), list[asyncio.Task[None]]()
    with faults() as heard:
        async with sides() as (first, second):
            goes = {"who offers": [first], "who answers": [second], "both": [first, second]}[closed]
            at_call(
                monkeypatch,
                step,
                number,
                lambda: closing.extend(asyncio.create_task(each.close()) for each in goes),
            )
            await first.start()
            await until(lambda: bool(closing))
            await asyncio.gather(*closing)
        await until(lambda: asyncio.all_tasks() == before)
    assert not heard


async def test_one_that_was_closed_does_nothing_more() -> None:
    async with sides() as (first, second):
        await first.close()
        await first.start()
        await first.hear("description", {"type": "offer", "sdp": "", "neg": 1})
        assert not second.ears


async def test_one_that_is_left_alone_connects_and_says_so() -> None:
    async with sides() as (first, second):
        await first.start()
        await until(lambda: first.connected and second.connected)
        acts = [cast("Line", each._attendance).acts for each in (first, second)]
        await until(lambda: acts == [["ReportPath"], ["ReportPath"]])
