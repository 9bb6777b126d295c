"""What calendars and clocks are told: one number for each change, and the hour on both walls."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from actors.notify.messages import Topic
from actors.patient import messages as patient
from actors.patient.messages import Step, Walls
from actors.zones import ZONES
from tests.unit.patient_support import (
    ANN,
    BOB,
    DAY,
    HOUR,
    MINUTE,
    NOON,
    WISH,
    Person,
    confirmation,
    moved,
    routing,
)

START = NOON + DAY


def test_each_change_has_a_higher_number_than_the_one_before() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.hears(moved(appointment, START + DAY))
    pat.hears(moved(appointment, START + DAY, doctor=BOB))
    pat.hears(routing(appointment, "returned"))
    pat.hears(confirmation(appointment, START + 2 * DAY))
    pat.does(patient.WithdrawRequest(appointment))
    entries = [each.calendar for each in pat.letters() if each.calendar is not None]
    assert [(each.sequence, each.cancelled) for each in entries] == [
        (0, False),
        (1, False),
        (2, False),
        (3, True),
        (4, False),
        (5, True),
    ]
    assert {each.uid for each in entries} == {appointment}
    assert pat.view(appointment).sequence == 5


def test_a_request_that_never_had_a_time_is_in_no_calendar() -> None:
    pat = Person()
    appointment = pat.asks()
    pat.hears(routing(appointment))
    pat.does(patient.WithdrawRequest(appointment))
    assert [each.topic for each in pat.letters()] == [Topic.RECEIVED, Topic.CANCELLED]
    assert not any(each.calendar for each in pat.letters())


def test_no_letter_says_why_somebody_needs_care() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.hears(patient.AskPatient(appointment, "Is it your heart?"))
    pat.does(patient.WithdrawRequest(appointment, "My heart is well."))
    assert "eart" not in repr(pat.letters())
    assert WISH.category_name == "Heart"


@given(
    st.sampled_from(sorted(ZONES)),
    st.sampled_from(sorted(ZONES)),
    st.datetimes(datetime(2026, 3, 4), datetime(2035, 12, 31)),  # noqa: DTZ001 - made UTC below
)
def test_the_hour_on_both_walls_is_that_of_the_instant(
    doctors: str, patients: str, start: datetime
) -> None:
    start = start.replace(microsecond=0, tzinfo=UTC)
    pat = Person(patients)
    appointment = pat.asks()
    end = start + 20 * MINUTE
    pat.hears(patient.ConfirmAppointment(appointment, ANN, start, end, doctors))
    view = pat.view(appointment)
    assert view.walls == Walls(
        start.astimezone(ZoneInfo(doctors)).replace(tzinfo=None),
        start.astimezone(ZoneInfo(patients)).replace(tzinfo=None),
    )
    assert (view.start, view.doctor_zone) == (start, doctors)
    pat.check()


def test_clocks_that_show_another_hour_are_told_once() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    walls = pat.view(appointment).walls
    assert walls is not None
    said = patient.RecordClocks(appointment, walls.doctor + HOUR, walls.patient)
    pat.hears(said)
    assert not pat.hears(said)
    view = pat.view(appointment)
    assert view.walls == Walls(walls.doctor + HOUR, walls.patient)
    assert (view.start, view.sequence) == (START, 0)
    assert pat.bell()[-1] == Step.CLOCKS
    assert (pat.letters()[-1].topic, pat.letters()[-1].start) == (Topic.CLOCKS, START)
    request = pat.asks()
    assert not pat.hears(patient.RecordClocks(request, walls.doctor, walls.patient))


def test_a_zone_that_is_not_known_any_more_is_shown_as_utc() -> None:
    pat = Person()
    appointment = pat.asks()
    end = START + timedelta(minutes=20)
    pat.hears(patient.ConfirmAppointment(appointment, ANN, START, end, "Mars/Olympus"))
    walls = pat.view(appointment).walls
    assert walls is not None
    assert walls.doctor == START.replace(tzinfo=None)
