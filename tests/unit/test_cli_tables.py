"""What the operator reads of reminders and of clocks that show another hour."""

from datetime import UTC, datetime, timedelta

from actors.admin_router.messages import MovedClock
from actors.ids import AppointmentId
from actors.operations.arguments import parse
from actors.operations.reminders import ReminderList, ReminderRow, ReminderStory
from actors.operations.tables import render
from actors.operations.zones import ClockCheck
from actors.patient.messages import Reminder, ReminderState

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MOVED = MovedClock(
    appointment=AppointmentId("a1"),
    start=START,
    doctor_zone="Europe/Berlin",
    doctor_wall=datetime(2026, 11, 2, 10, 0),  # noqa: DTZ001  a clock on the wall
    doctor_wall_now=datetime(2026, 11, 2, 11, 0),  # noqa: DTZ001
    patient_zone="UTC",
    patient_wall=datetime(2026, 11, 2, 9, 0),  # noqa: DTZ001
    patient_wall_now=datetime(2026, 11, 2, 9, 0),  # noqa: DTZ001
)


def test_reminders_that_are_set_are_listed() -> None:
    row = ReminderRow("a1", 60, int(START.timestamp() * 1000))
    told = render(ReminderList((row,), 7))
    assert "2026-11-02 09:00:00Z  a1     1 h" in told
    assert told.endswith("1 of 7 reminders")
    assert render(ReminderList((), 0)) == "No reminder is set."


def test_the_story_of_a_reminder_says_why_it_was_skipped() -> None:
    day = Reminder(1440, START - timedelta(days=1), ReminderState.SKIPPED, START, "late")
    soon = Reminder(10, START - timedelta(minutes=10))
    told = render(ReminderStory("a1", "confirmed", START, (day, soon), (10,))).splitlines()
    assert told[0] == "a1: confirmed, 2026-11-02 09:00:00Z"
    assert told[2].split() == [
        "24", "h", "2026-11-01", "09:00:00Z", "skipped", "2026-11-02", "09:00:00Z", "late", "none",
    ]  # fmt: skip
    assert told[3].split()[-1] == "set"


def test_a_clock_that_shows_another_hour_is_told_beside_the_one_of_before() -> None:
    told = render(ClockCheck((MOVED,), 0))
    assert "10:00 -> 11:00 Europe/Berlin" in told
    assert "09:00 UTC, as before" in told
    assert told.endswith("Nobody is told yet.")
    assert render(ClockCheck((MOVED,), 1)).endswith("1 patient is told.")
    assert "at the hour that was confirmed" in render(ClockCheck((), 0))


def test_the_verbs_are_read() -> None:
    assert parse(["reminders", "why", "a1"]).subject == "a1"
    assert parse(["reminders", "list", "--limit", "3"]).limit == 3
    assert parse(["zones", "check", "--notify"]).notify
    assert not parse(["zones", "check"]).notify
