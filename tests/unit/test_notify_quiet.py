"""Quiet hours: on the person's clock, over midnight, and when clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.caller import Role
from actors.ids import UserId
from actors.notify.messages import (
    Channel,
    Choices,
    LetterQueued,
    NoteMessage,
    NoteThread,
    Notify,
    Outcome,
    Quiet,
    SetChoices,
    SetRecipient,
    SetZone,
    Subscribe,
    Topic,
)
from actors.notify.state.quiet import loud_from
from actors.zones import ZONES
from tests.clock_changes import changes_of
from tests.unit.accounts_support import HOUR, NOW, SECOND
from tests.unit.notify_support import CHART, PERSON, START, Running, notice, phone, talk, thread

MINUTE = timedelta(minutes=1)
NIGHT = Quiet(time(22), time(7))
BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def is_quiet(quiet: Quiet, zone: ZoneInfo, at: datetime) -> bool:
    """Return whether a clock in *zone* shows a quiet time, by the clock alone."""
    wall = at.astimezone(zone).time()
    if quiet.start < quiet.end:
        return quiet.start <= wall < quiet.end
    return wall >= quiet.start or wall < quiet.end


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-03-02 20:59", "2026-03-02 20:59"),
        ("2026-03-02 21:00", "2026-03-03 06:00"),
        ("2026-03-03 03:00", "2026-03-03 06:00"),
        ("2026-03-03 05:59", "2026-03-03 06:00"),
        ("2026-03-03 06:00", "2026-03-03 06:00"),
    ],
)
def test_a_night_goes_over_midnight(at: str, until: str) -> None:
    assert loud_from(NIGHT, BERLIN, utc(at)) == utc(until)


def test_a_break_at_noon_is_within_a_day() -> None:
    noon = Quiet(time(12), time(13, 30))
    assert loud_from(noon, BERLIN, utc("2026-03-02 11:15")) == utc("2026-03-02 12:30")
    assert loud_from(noon, BERLIN, utc("2026-03-02 12:30")) == utc("2026-03-02 12:30")


@pytest.mark.parametrize(
    ("end", "until"),
    [
        (time(7), "2026-03-29 05:00"),  # a night of eight hours
        (time(2, 30), "2026-03-29 01:00"),  # 02:30 is missing: with the jump from 02:00 to 03:00
        (time(2), "2026-03-29 01:00"),
        (time(3), "2026-03-29 01:00"),
        (time(3, 15), "2026-03-29 01:15"),
    ],
)
def test_in_spring_it_ends_with_the_jump_or_on_the_new_clock(end: time, until: str) -> None:
    quiet = Quiet(time(22), end)
    assert loud_from(quiet, BERLIN, utc("2026-03-28 22:00")) == utc(until)


@pytest.mark.parametrize(
    ("at", "end", "until"),
    [
        ("2026-10-24 22:00", time(7), "2026-10-25 06:00"),  # a night of ten hours
        ("2026-10-24 22:00", time(2, 30), "2026-10-25 00:30"),  # the first 02:30
        ("2026-10-25 01:10", time(2, 30), "2026-10-25 01:30"),  # 02:10 again, so quiet again
        ("2026-10-24 22:00", time(3), "2026-10-25 02:00"),  # the clock shows 03:00 but once
    ],
)
def test_in_autumn_an_hour_that_comes_twice_is_quiet_twice(at: str, end: time, until: str) -> None:
    assert loud_from(Quiet(time(22), end), BERLIN, utc(at)) == utc(until)


WALLS = st.times().map(lambda each: each.replace(second=0, microsecond=0))
QUIET = st.builds(Quiet, WALLS, WALLS).filter(lambda each: each.start != each.end)
ZONES_THAT_CHANGE = sorted(name for name in ZONES if changes_of(name))


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(sorted(ZONES)) | st.sampled_from(ZONES_THAT_CHANGE),
    st.integers(0, 23),
    QUIET,
    st.integers(-2 * 24 * 60, 24 * 60),
)
def test_in_every_zone_it_ends_at_the_first_minute_that_no_clock_shows_as_quiet(
    name: str, which: int, quiet: Quiet, minutes: int
) -> None:
    changes = changes_of(name)
    around = changes[which % len(changes)].at if changes else NOW
    at, zone = around + minutes * MINUTE, ZONES[name]
    until = loud_from(quiet, zone, at)
    assert not is_quiet(quiet, zone, until)
    span = int((until - at) / MINUTE)
    assert all(is_quiet(quiet, zone, at + each * MINUTE) for each in range(span))
    assert loud_from(quiet, zone, at + 7 * SECOND) in {until, at + 7 * SECOND}


# --- letters -------------------------------------------------------------------------------------


def asleep(choices: Choices | None = None, *outcomes: Outcome) -> Running:
    """Return Ada's letter box at 23:00 in Paris; she sleeps from ten to seven."""
    running = Running(
        SetRecipient(UserId("ada"), "ada@example.org", "Ada", Role.PATIENT, "Europe/Paris"),
        *outcomes,
    )
    running.tell(Subscribe(phone()), PERSON)
    running.tell(SetChoices(choices or Choices(quiet=NIGHT)), PERSON)
    running.now = utc("2026-03-02 22:00")
    return running


MORNING = utc("2026-03-03 06:00")


def test_what_is_not_urgent_leaves_in_the_morning_by_every_channel() -> None:
    running = asleep()
    queued = running.tell(Notify(notice()), CHART)
    assert {each.due for each in queued if isinstance(each, LetterQueued)} == {MORNING}
    running.wait(24 * HOUR)
    assert [(each.channel, each.at) for each in running.carrier.left] == [
        (channel, MORNING) for channel in Channel
    ]


@pytest.mark.parametrize(
    ("topic", "minutes", "waits"),
    [
        (Topic.ARRIVED, 0, False),
        (Topic.ON_CALL, 0, False),
        (Topic.REMINDER, 60, False),
        (Topic.REMINDER, 61, True),
        (Topic.TRIAGE, 0, True),
        (Topic.REQUEST, 0, True),
    ],
)
def test_what_is_urgent_leaves_at_night(topic: Topic, minutes: int, waits: bool) -> None:
    running = asleep()
    running.tell(Notify(notice(topic, start=START + HOUR * 24, minutes=minutes)), CHART)
    running.wait(MINUTE)
    assert (running.carrier.left == []) is waits


def test_another_try_waits_for_the_morning_too() -> None:
    running = asleep(None, Outcome.RETRY)
    evening = running.now = utc("2026-03-02 20:59") + 45 * SECOND
    running.tell(Notify(notice()), CHART)
    running.wait(24 * HOUR)
    again = [each.at for each in running.carrier.left if each.channel is Channel.EMAIL]
    assert again == [evening, MORNING]


def test_quiet_hours_that_are_chosen_later_hold_for_what_waits() -> None:
    running = asleep(Choices(), Outcome.RETRY, Outcome.NOT_TRIED, Outcome.RETRY)
    running.tell(Notify(notice()), CHART)
    running.wait(SECOND)
    running.tell(SetChoices(Choices(quiet=NIGHT)), PERSON)
    running.wait(24 * HOUR)
    assert sorted(each.at for each in running.carrier.left[3:]) == [MORNING] * 3


def test_the_night_is_where_the_person_is() -> None:
    running = asleep()
    running.tell(SetZone("America/New_York"), CHART)
    running.tell(Notify(notice()), CHART)
    running.wait(MINUTE)
    assert len(running.carrier.left) == 3


def test_messages_of_the_night_are_one_letter_in_the_morning() -> None:
    running = asleep()
    running.tell(NoteThread(thread(), member=True), talk())
    for number in range(1, 5):
        running.tell(NoteMessage(thread().id, number, running.now), talk())
        running.wait(HOUR)
    running.wait(24 * HOUR)
    assert sorted((each.channel, each.at) for each in running.carrier.left) == [
        (Channel.EMAIL, MORNING),
        (Channel.PUSH, MORNING),
        (Channel.WEBHOOK, MORNING),
    ]
    [letter] = running.carrier.by(Channel.EMAIL)
    assert b"You have 4 unread messages" in letter.letter


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(ZONES_THAT_CHANGE),
    st.integers(0, 23),
    QUIET,
    st.lists(st.tuples(st.sampled_from(list(Topic)), st.integers(0, 600)), max_size=8),
    st.lists(st.sampled_from([Outcome.RETRY, Outcome.NOT_TRIED, Outcome.CARRIED]), max_size=8),
)
def test_nothing_that_can_wait_leaves_in_quiet_hours_of_any_zone_on_any_change_day(
    name: str,
    which: int,
    quiet: Quiet,
    told: list[tuple[Topic, int]],
    outcomes: list[Outcome],
) -> None:
    running = asleep(Choices(quiet=quiet), *outcomes)
    running.tell(SetZone(name), CHART)
    changes = changes_of(name)
    running.now = changes[which % len(changes)].at - 20 * HOUR
    urgent = {Topic.ARRIVED, Topic.ON_CALL, Topic.REMINDER, Topic.CALLING}
    ids = set()
    for topic, minutes in told:
        running.wait(minutes * MINUTE)
        events = running.tell(Notify(notice(topic)), CHART)
        letters = [each for each in events if isinstance(each, LetterQueued)]
        ids |= {each.message_id for each in letters if topic not in urgent}
    running.wait(72 * HOUR)
    waited = [each.at for each in running.carrier.left if each.message_id in ids]
    assert not any(is_quiet(quiet, ZONES[name], each) for each in waited)
    assert not any(each.waits for each in running.state.letters.values())
