"""Reminders: set, rewritten and forgotten with the visit; late ones sent or marked, never lost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from actors.appointment import Status
from actors.caller import actor_caller
from actors.ids import AppointmentId
from actors.notify.messages import Topic
from actors.patient import messages as patient
from actors.patient.messages import ReminderState
from actors.refusal import NotAllowed
from tests.unit.patient_support import (
    CLINICS,
    DAY,
    DESK,
    HOUR,
    ME,
    MINUTE,
    NOON,
    PAT,
    Person,
    confirmation,
    moved,
    routing,
)

START = NOON + 3 * DAY


def states(pat: Person, appointment: AppointmentId) -> list[tuple[int, str, str]]:
    """Return minutes, state and why of each reminder."""
    reminders = pat.view(appointment).reminders
    return [(each.minutes, each.state.value, each.why) for each in reminders]


def choose(pat: Person, *minutes: int) -> None:
    """Let the patient choose their own reminders."""
    facts = patient.Facts(reminder_minutes=minutes)
    pat.does(patient.ChangeProfile("Pat", "Europe/Paris", facts))


def test_a_visit_is_reminded_of_as_the_clinic_does() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    dues = sorted(alarm.at for alarm in pat.alarms.values())
    assert dues == [START - DAY, START - HOUR, START - 10 * MINUTE]
    pat.check()
    pat.wait_until(START)
    assert states(pat, appointment) == [(m, "sent", "") for m in CLINICS]
    reminders = [each for each in pat.letters() if each.topic is Topic.REMINDER]
    assert [each.minutes for each in reminders] == list(CLINICS)
    assert {(each.start, each.with_name) for each in reminders} == {(START, "Dr Ann")}
    assert pat.bell()[1:] == ["reminder"] * 3
    assert pat.view(appointment).reminders[0].at == START - DAY
    pat.check()


def test_those_that_are_past_when_it_is_confirmed_are_skipped() -> None:
    pat = Person()
    appointment = pat.has_visit(NOON + HOUR)
    assert states(pat, appointment) == [
        (1440, "skipped", "past"),
        (60, "skipped", "past"),
        (10, "set", ""),
    ]
    assert list(pat.alarms) == [f"remind:{appointment}:10"]


def test_moving_rewrites_them_in_the_same_step() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.wait_until(START - 2 * HOUR)
    later = START + 3 * DAY
    [event] = pat.hears(moved(appointment, later))
    assert event.dropped == ()
    dues = sorted(alarm.at for alarm in pat.alarms.values())
    assert dues == [later - DAY, later - HOUR, later - 10 * MINUTE]
    soon = pat.now + 30 * MINUTE
    [event] = pat.hears(moved(appointment, soon))
    assert event.dropped == (1440, 60)
    assert [alarm.at for alarm in pat.alarms.values()] == [soon - 10 * MINUTE]
    pat.check()


@pytest.mark.parametrize("end", ["cancel", "return", "decline", "begin"])
def test_a_visit_that_does_not_come_is_not_reminded_of(end: str) -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    match end:
        case "cancel":
            pat.does(patient.WithdrawRequest(appointment))
        case "return":
            pat.hears(routing(appointment, "returned"))
        case "decline":
            pat.hears(patient.DeclineAppointment(appointment, "No."))
        case _:
            pat.hears(patient.RecordProgress(appointment, Status.IN_CALL))
    assert not pat.alarms
    assert not pat.view(appointment).reminders
    pat.check()


def test_an_alarm_of_another_time_rings_in_vain() -> None:
    """It crossed the move: the runtime had taken it out of its list already."""
    pat = Person()
    appointment = pat.has_visit(START)
    pat.hears(moved(appointment, START + DAY))
    pat.now = START - HOUR
    stale = patient.RemindPatient(appointment, 60, START)
    assert not pat.tell(stale, actor_caller(ME))
    unknown = patient.RemindPatient(AppointmentId("forgotten"), 60, START)
    assert not pat.tell(unknown, actor_caller(ME))
    assert not pat.tell(patient.RemindPatient(appointment, 61, START + DAY), actor_caller(ME))


def test_after_downtime_only_the_nearest_that_is_due_is_sent() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.now = START - 30 * MINUTE
    for name in [f"remind:{appointment}:60", f"remind:{appointment}:1440"]:
        pat.ring(name)
    assert states(pat, appointment) == [
        (1440, "skipped", "late"),
        (60, "sent", ""),
        (10, "set", ""),
    ]
    pat.check()


def test_after_the_start_none_is_sent_and_all_are_marked() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.now = START
    for name in list(pat.alarms):
        pat.ring(name)
    assert states(pat, appointment) == [(m, "skipped", "late") for m in CLINICS]
    assert Topic.REMINDER not in [each.topic for each in pat.letters()]


def test_own_choices_go_before_the_clinics() -> None:
    pat = Person()
    choose(pat, 30, 120)
    appointment = pat.has_visit(START)
    assert [minutes for minutes, _, _ in states(pat, appointment)] == [120, 30]
    choose(pat)
    assert not states(pat, appointment)
    assert not pat.alarms
    pat.does(patient.ChangeProfile("Pat", "Europe/Paris", patient.Facts()))
    assert [minutes for minutes, _, _ in states(pat, appointment)] == list(CLINICS)
    pat.check()


def test_a_new_choice_keeps_what_became_of_those_that_stay() -> None:
    pat = Person()
    appointment, other = pat.has_visit(START), pat.asks()
    pat.wait_until(START - 2 * HOUR)
    choose(pat, 1440, 180, 60, 5)
    assert states(pat, appointment) == [
        (1440, "sent", ""),
        (180, "skipped", "past"),
        (60, "set", ""),
        (5, "set", ""),
    ]
    assert not pat.view(other).reminders
    pat.check()
    pat.wait_until(START)
    sent = [each.minutes for each in pat.letters() if each.topic is Topic.REMINDER]
    assert sent == [1440, 60, 5]
    before = pat.view(appointment).reminders
    choose(pat, 15)
    assert pat.view(appointment).reminders == before


def test_a_choice_that_changes_nothing_writes_nothing_of_the_visit() -> None:
    pat = Person()
    pat.has_visit(START)
    facts = patient.Facts(reminder_minutes=CLINICS)
    events = pat.does(patient.ChangeProfile("Pat", "Europe/Paris", facts))
    assert [type(event) for event in events] == [patient.ProfileChanged]


def test_a_day_before_is_24_hours_before_also_when_clocks_change() -> None:
    """24 hours before is not the same wall time then: in Paris, clocks went forward at night.

    A visit at nine on Sunday is reminded of at eight on Saturday.
    """
    paris = ZoneInfo("Europe/Paris")
    start = datetime(2026, 3, 29, 9, 0, tzinfo=paris).astimezone(UTC)
    pat = Person()
    appointment = pat.asks()
    pat.hears(confirmation(appointment, start, minutes=(1440,)))
    [alarm] = pat.alarms.values()
    assert start - alarm.at == timedelta(hours=24)
    assert alarm.at.astimezone(paris).hour == 8
    assert alarm.at.astimezone(paris).day == 28


def test_only_the_own_clock_reminds() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    command = patient.RemindPatient(appointment, 60, START)
    for caller in (PAT, DESK):
        with pytest.raises(NotAllowed):
            pat.tell(command, caller)
    assert pat.view(appointment).reminders[0].state is ReminderState.SET


def test_reminders_of_one_visit_are_few_whatever_the_clinic_says() -> None:
    pat = Person()
    appointment = pat.asks()
    pat.hears(confirmation(appointment, START, minutes=tuple(range(1, 50)) * 2))
    assert len(pat.alarms) == 10
