"""Recurring visits keep their wall time; what clashes is listed and not booked."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.doctor import messages as doctor
from actors.doctor.messages import Every, Hours, OfferStatus, Repeat, WeeklyHours
from actors.doctor.state.series import occurrence_day
from actors.ids import AppointmentId
from actors.refusal import Refusal
from actors.zones import ZONES
from tests.unit.doctor_support import ACCOUNT, FIRST, OWNER, SECOND, Ann, at, request

A1 = AppointmentId("a1")
BERLIN = ZONES["Europe/Berlin"]


def standing() -> Ann:
    ann = Ann()
    ann.visit(request(picked=FIRST), FIRST)
    ann.words()
    ann.letters()
    return ann


def refusal(ann: Ann, repeat: Repeat) -> Refusal:
    with pytest.raises(Refusal) as caught:
        ann.tell(doctor.BookSeries(A1, repeat))
    return caught.value


def test_a_weekly_series_keeps_its_wall_time_when_clocks_change() -> None:
    ann = standing()
    [booked] = ann.tell(doctor.BookSeries(A1, Repeat(Every.WEEK, 2, 3)))
    local = [each.span.start.astimezone(BERLIN) for each in booked.booked]
    assert [each.date() for each in local] == [
        date(2026, 3, 16),
        date(2026, 3, 30),
        date(2026, 4, 13),
    ]
    assert {each.time() for each in local} == {FIRST.astimezone(BERLIN).time()}
    assert booked.booked[1].span.start == datetime(2026, 3, 30, 7, 35, tzinfo=UTC)


def test_each_further_visit_goes_to_the_department_and_stands_when_granted() -> None:
    ann = standing()
    [booked] = ann.tell(doctor.BookSeries(A1, Repeat(Every.WEEK, 1, 2)))
    words = ann.words()
    assert all(isinstance(each, router.AdoptVisit) for each in words)
    assert [each.start for each in words] == [each.span.start for each in booked.booked]
    adopted = words[0].request
    assert adopted.series == booked.series
    assert (adopted.windows, adopted.picked, adopted.patient) == ((), None, request().patient)
    assert ann.seen(adopted.appointment).status is OfferStatus.HELD
    ann.route(doctor.GrantClaim(adopted.appointment, 1))
    assert ann.seen(adopted.appointment).status is OfferStatus.CONFIRMED
    assert len({each.request.appointment for each in words}) == 2
    ann.check_replay()


def test_a_time_that_is_not_free_is_listed_as_a_clash() -> None:
    ann = standing()
    ann.visit(request("other"), FIRST + timedelta(weeks=1))
    away = datetime(2026, 3, 16)  # noqa: DTZ001 - wall time of the doctor
    ann.tell(doctor.AddAbsence(away, away + timedelta(days=1)), OWNER)
    repeat = Repeat(Every.WEEK, 1, 3)
    plan = ann.ask(doctor.PreviewSeries(A1, repeat))
    [booked] = ann.tell(doctor.BookSeries(A1, repeat))
    assert [each.start for each in plan.clashes] == [
        FIRST + timedelta(weeks=1),
        FIRST + timedelta(weeks=2),
    ]
    assert booked.clashes == plan.clashes
    assert tuple(each.span for each in booked.booked) == plan.free
    [again] = ann.tell(doctor.BookSeries(A1, repeat))
    assert not again.booked


def test_a_series_off_the_hours_clashes_as_a_whole() -> None:
    ann = standing()
    ann.tell(doctor.SetHours(Hours("Europe/Berlin", ())))
    [booked] = ann.tell(doctor.BookSeries(A1, Repeat(Every.MONTH, 1, 2)))
    assert (len(booked.booked), len(booked.clashes)) == (0, 2)
    assert not ann.words()


def test_a_wall_time_that_is_missing_is_a_clash() -> None:
    ann = Ann()
    whole = (WeeklyHours(6, time(0), time(0)),)
    ann.tell(doctor.SetHours(Hours("Europe/Berlin", whole)))
    sunday = datetime(2026, 3, 22, 1, 30, tzinfo=UTC)
    ann.visit(request(), sunday)
    [booked] = ann.tell(doctor.BookSeries(A1, Repeat(Every.WEEK, 1, 2)))
    assert [each.span.start.astimezone(BERLIN).date() for each in booked.booked] == [
        date(2026, 4, 5)
    ]
    assert len(booked.clashes) == 1


def test_a_finished_visit_may_go_on_as_a_series_and_a_missed_one_not() -> None:
    ann = standing()
    ann.visit(request("missed"), SECOND)
    ann.now = SECOND
    ann.tell(doctor.FinishVisit(A1))
    ann.tell(doctor.MarkNoShow(AppointmentId("missed")))
    [booked] = ann.tell(doctor.BookSeries(A1, Repeat(Every.WEEK)))
    assert booked.booked
    with pytest.raises(Refusal) as caught:
        ann.tell(doctor.BookSeries(AppointmentId("missed"), Repeat(Every.WEEK)))
    assert caught.value.code == "no_visit"


@pytest.mark.parametrize(
    ("repeat", "field"),
    [
        (Repeat(Every.WEEK, 0), "interval"),
        (Repeat(Every.MONTH, 13), "interval"),
        (Repeat(Every.WEEK, 1, 0), "count"),
        (Repeat(Every.WEEK, 1, 53), "count"),
    ],
)
def test_a_series_has_sensible_numbers(repeat: Repeat, field: str) -> None:
    assert set(refusal(standing(), repeat).fields) == {field}


def test_what_is_held_for_a_series_goes_back_when_the_doctor_is_suspended() -> None:
    ann = standing()
    ann.tell(doctor.BookSeries(A1, Repeat(Every.WEEK, 1, 2)))
    ann.words()
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    assert len(ann.words()) == 3
    assert not ann.state.booked(at(0))


@given(st.dates(date(2024, 1, 1), date(2035, 12, 31)), st.integers(1, 12), st.integers(1, 52))
def test_monthly_is_the_same_weekday_of_the_month_or_its_last(
    first: date, interval: int, number: int
) -> None:
    repeat = Repeat(Every.MONTH, interval, number)
    day = occurrence_day(first, repeat, number)
    months = (day.year - first.year) * 12 + day.month - first.month
    assert months == interval * number
    assert day.weekday() == first.weekday()
    which, was = (day.day - 1) // 7, (first.day - 1) // 7
    assert which == was or (was == 4 and which == 3)
    if which < was:
        assert (day + timedelta(weeks=1)).month != day.month


def test_a_series_of_a_series_is_one_series() -> None:
    ann = standing()
    [first] = ann.tell(doctor.BookSeries(A1, Repeat(Every.WEEK)))
    follower = first.booked[0].appointment
    ann.route(doctor.GrantClaim(follower, 1))
    [second] = ann.tell(doctor.BookSeries(follower, Repeat(Every.WEEK)))
    assert second.series == first.series
    assert replace(second.booked[0].request, appointment=A1).series == first.series
