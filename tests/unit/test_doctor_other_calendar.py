"""What is read from a doctor's other calendar, and what it takes from their free times."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from actors.appointment import Span
from actors.asked import Asked
from actors.caller import Caller, Role, actor_caller
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.doctor.actor import room
from actors.doctor.other_calendar import FeedTrouble, no_calendar
from actors.ids import MessageId
from actors.refusal import NotAllowed, NotFound, Refusal
from tests.rooms import ADMIN, MONDAY
from tests.unit.doctor_support import (
    ITSELF,
    OWNER,
    PAT,
    ROUTER,
    Ann,
)

DIRECTORY = actor_caller(directory.ADDRESS)
BOB = Caller("bob", Role.DOCTOR)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = "https://calendar.test/secret/ann.ics"


def refusal(ann: Ann, command: Any, caller: Caller = OWNER) -> Refusal:  # noqa: ANN401
    with pytest.raises(Refusal) as caught:
        ann.tell(command, caller)
    return caught.value


class Feed:
    """Another calendar, which can be in trouble."""

    def __init__(self, *busy: Span) -> None:
        self.busy = busy
        self.trouble = ""
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, url: str, zone: str) -> tuple[Span, ...]:
        """Return what is busy, or be in trouble."""
        self.asked.append((url, zone))
        if self.trouble:
            raise FeedTrouble(self.trouble)
        return self.busy


async def read(ann: Ann, feed: Feed, caller: Caller = ITSELF) -> list[Any]:
    """Let the actor read its other calendar, as the runtime has it done."""
    asked = Asked(caller, ann.now, MessageId("read"))
    prepare = room(feed).prepare
    assert prepare is not None
    command = await prepare(ann.state, doctor.RefreshBusy(), asked)
    return [*ann.tell(command, caller)]


BUSY = Span(MONDAY + HOUR, MONDAY + 2 * HOUR)


async def test_what_the_other_calendar_says_is_not_free() -> None:
    ann, feed = Ann(), Feed(BUSY)
    ann.tell(doctor.SetBusyFeed(FEED))
    assert ann.alarms["busy"].at == ann.now
    await read(ann, feed)
    assert feed.asked == [(FEED, "Europe/Berlin")]
    assert ann.alarms["busy"].at == ann.now + 15 * MINUTE
    starts = ann.ask(doctor.ListFreeTimes()).starts
    assert not [each for each in starts if BUSY.start <= each < BUSY.end]
    shown = ann.ask(doctor.GetPractice()).busy_feed
    assert shown == doctor.BusyFeed("https://calendar.test/...", MONDAY, "", 1)
    ann.check_replay()


async def test_what_did_not_change_is_not_written_down_again() -> None:
    ann, feed = Ann(), Feed(BUSY)
    ann.tell(doctor.SetBusyFeed(FEED))
    await read(ann, feed)
    ann.now += 15 * MINUTE
    [noted] = await read(ann, feed)
    assert (noted.same, noted.busy) == (True, ())
    assert ann.state.other is not None
    assert ann.state.other.busy == (BUSY,)
    ann.check_replay()


async def test_with_trouble_it_is_read_more_and_more_seldom_and_the_times_stay() -> None:
    ann, feed = Ann(), Feed(BUSY)
    ann.tell(doctor.SetBusyFeed(FEED))
    await read(ann, feed)
    feed.trouble = "unreachable"
    pauses = []
    for _ in range(6):
        [noted] = await read(ann, feed)
        pauses.append((noted.again_at - ann.now) // MINUTE)
        ann.now = noted.again_at
    assert pauses == [30, 60, 120, 240, 240, 240]
    shown = ann.ask(doctor.GetPractice()).busy_feed
    assert (shown.trouble, shown.times, shown.read_at) == ("unreachable", 1, MONDAY)
    feed.trouble = ""
    [noted] = await read(ann, feed)
    assert noted.again_at == ann.now + 15 * MINUTE
    assert ann.ask(doctor.GetPractice()).busy_feed.trouble == ""


async def test_only_the_coming_year_is_taken_over_as_one_span_each() -> None:
    ann = Ann()
    long_ago = Span(MONDAY - 30 * DAY, MONDAY - 20 * DAY)
    going_on = Span(MONDAY - 5 * DAY, MONDAY + HOUR)
    some = tuple(Span(MONDAY + HOUR * (n * 3), MONDAY + HOUR * (n * 3 + 1)) for n in range(2500))
    far = Span(MONDAY + 365 * DAY, MONDAY + 400 * DAY)
    ann.tell(doctor.SetBusyFeed(FEED))
    [noted] = await read(ann, Feed(far, *some, going_on, long_ago))
    assert noted.busy[0] == Span(MONDAY - DAY, MONDAY + HOUR)
    assert len(noted.busy) == 2000
    [noted] = await read(ann, Feed(far))
    assert noted.busy == (Span(MONDAY + 365 * DAY, MONDAY + 366 * DAY),)


async def test_a_calendar_that_was_changed_or_ended_meanwhile_says_nothing() -> None:
    ann = Ann()
    ann.tell(doctor.SetBusyFeed(FEED))
    ann.tell(doctor.SetBusyFeed("webcal://other.test/x"))
    late: Any = doctor.RecordBusy(FEED, (BUSY,))
    assert not ann.tell(late, ITSELF)
    ann.tell(doctor.SetBusyFeed(""))
    assert "busy" not in ann.alarms
    assert ann.ask(doctor.GetPractice()).busy_feed is None
    assert not await read(ann, Feed(BUSY))


@pytest.mark.parametrize(
    "url",
    [
        "http://x.test/a",
        "ftp://x.test",
        "https://",
        "x",
        "https://x.test/a b",
        "https://[x",
        "https://x.test/" + "a" * 2000,
    ],
)
def test_another_calendar_is_reached_by_https_or_webcal(url: str) -> None:
    ann = Ann()
    assert set(refusal(ann, doctor.SetBusyFeed(url)).fields) == {"url"}
    assert ann.tell(doctor.SetBusyFeed(FEED))
    assert not ann.tell(doctor.SetBusyFeed(f" {FEED} "))


@pytest.mark.parametrize("caller", [ADMIN, BOB, PAT, ROUTER, DIRECTORY])
async def test_only_the_doctor_and_the_timer_read_the_other_calendar(caller: Caller) -> None:
    ann, feed = Ann(), Feed(BUSY)
    ann.tell(doctor.SetBusyFeed(FEED))
    with pytest.raises(NotFound):
        await read(ann, feed, caller)
    assert not feed.asked
    assert type(refusal(ann, doctor.SetBusyFeed(""), caller)) is NotFound
    assert await read(ann, feed, OWNER)


async def test_a_clinic_that_reaches_no_other_calendar_says_so() -> None:
    with pytest.raises(FeedTrouble) as caught:
        await no_calendar(FEED, "UTC")
    assert caught.value.code == "not_configured"


def test_what_was_read_can_be_said_by_nobody() -> None:
    assert doctor.RecordBusy not in get_args(doctor.Command)
    assert type(refusal(Ann(), doctor.RefreshBusy())) is NotAllowed
