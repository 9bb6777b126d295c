"""What a doctor, staff and patients see of a practice: free times, days, what is affected."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from msgspec.structs import replace

from actors.appointment import Because, Reason, Span, Window
from actors.caller import NOBODY, Caller, Role
from actors.directory.messages import Closure
from actors.doctor import messages as doctor
from actors.doctor.messages import ClockNote, Hours, OfferStatus, WeeklyHours
from actors.doctor.state.kept import OtherCalendar
from actors.ids import AppointmentId, VisitTypeId
from actors.refusal import Invalid, NotFound
from actors.visit_type import STANDARD, VisitType
from tests.rooms import ADMIN, MONDAY
from tests.unit.doctor_support import (
    ACCOUNT,
    COURSE,
    FIRST,
    OWNER,
    PAT,
    QUIN,
    ROUTER,
    SECOND,
    SHOWN,
    THIRD,
    Ann,
    request,
)

BOB = Caller("bob", Role.DOCTOR)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = MONDAY.date()
NIGHTS = tuple(WeeklyHours(day, time(0), time(6)) for day in range(7))


def wall(hour: int, day: int = 2) -> datetime:
    """Return a time in March 2026 as clocks in Berlin show it."""
    return datetime(2026, 3, day, hour)  # noqa: DTZ001 - a wall time


def open_times(  # what a patient asks, with everything that matters to a test
    ann: Ann,
    caller: Caller = PAT,
    visit: VisitType = SHOWN,
    start: datetime = MONDAY,
    end: datetime = MONDAY + DAY,
    *,
    limit: int = 50,
    moving: AppointmentId | None = None,
) -> tuple[datetime, ...]:
    view = ann.ask(doctor.ListOpenTimes(visit, start, end, limit, moving), caller)
    assert isinstance(view, doctor.FreeTimes)
    return view.starts


# --- what patients may pick ----------------------------------------------------------------------


@pytest.mark.parametrize("caller", [PAT, QUIN, OWNER, ADMIN])
def test_patients_the_doctor_and_staff_see_what_may_be_picked(caller: Caller) -> None:
    assert open_times(Ann(), caller)[:3] == (FIRST, SECOND, THIRD)


@pytest.mark.parametrize("caller", [NOBODY, BOB, ROUTER])
def test_nobody_else_sees_a_doctors_times(caller: Caller) -> None:
    with pytest.raises(NotFound):
        open_times(Ann(), caller)


def test_a_time_is_shown_inside_notice_and_window_only() -> None:
    ann = Ann()
    soon = replace(SHOWN, notice_minutes=60, window_days=1)
    shown = open_times(ann, visit=soon, start=MONDAY - DAY, end=MONDAY + 30 * DAY, limit=200)
    assert min(shown) >= MONDAY + HOUR
    assert max(shown) < MONDAY + DAY
    assert open_times(ann, start=SECOND, end=THIRD) == (SECOND,)
    assert open_times(ann, start=THIRD, end=FIRST) == ()
    assert len(open_times(ann, limit=2)) == 2


def test_a_time_far_away_is_not_shown_and_breaks_nothing() -> None:
    far = datetime.max.replace(tzinfo=UTC)
    long_ago = datetime.min.replace(tzinfo=UTC)
    assert open_times(Ann(), start=far, end=far) == ()
    assert open_times(Ann(), start=long_ago, end=far)[0] == FIRST


def test_a_time_needs_to_say_its_zone() -> None:
    with pytest.raises(Invalid) as caught:
        open_times(Ann(), start=wall(9))
    assert set(caught.value.fields) == {"start"}
    with pytest.raises(Invalid):
        Ann().ask(doctor.ListFreeTimes(start=wall(9)))


def test_a_held_time_is_free_for_its_holder_alone() -> None:
    ann = Ann()
    ann.tell(doctor.HoldTime(SHOWN, FIRST), PAT)
    assert open_times(ann)[0] == FIRST
    assert open_times(ann, QUIN)[0] == SECOND
    assert open_times(ann, OWNER)[0] == SECOND
    hold = ann.ask(doctor.GetHold(), PAT)
    assert (hold.start, hold.zone) == (FIRST, "Europe/Berlin")
    with pytest.raises(NotFound):
        ann.ask(doctor.GetHold(), QUIN)


def test_the_visit_that_moves_is_in_nobodys_way_but_the_others() -> None:
    ann = Ann()
    moving = ann.visit(request("a1", "pat"), FIRST)
    assert open_times(ann, PAT, moving=moving)[0] == FIRST
    assert open_times(ann, QUIN, moving=moving)[0] == SECOND
    assert open_times(ann, PAT)[0] == SECOND


def test_a_course_is_shown_until_it_is_full() -> None:
    ann = Ann()
    ann.visit(request("a1", "pat", visit=COURSE), FIRST)
    assert open_times(ann, visit=COURSE)[0] == FIRST
    assert open_times(ann, visit=SHOWN)[0] == SECOND
    ann.visit(request("a2", "quin", visit=COURSE), FIRST)
    assert open_times(ann, visit=COURSE)[0] == SECOND


def test_a_doctor_who_does_not_receive_has_nothing_to_pick() -> None:
    ann = Ann()
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    assert open_times(ann) == ()


# --- what the doctor may offer -------------------------------------------------------------------


def test_free_times_for_a_request_have_its_own_length_and_windows() -> None:
    ann = Ann()
    ann.offer(request("a1", windows=(Window(SECOND, SECOND + HOUR),)))
    found = ann.ask(doctor.ListFreeTimes(AppointmentId("a1")))
    assert found.starts == (SECOND,)
    assert found.visit_minutes == 30
    with pytest.raises(NotFound):
        ann.ask(doctor.ListFreeTimes(AppointmentId("none")))


def test_free_times_for_a_visit_that_stands_do_not_mind_what_was_asked_for_once() -> None:
    ann = Ann()
    wanted = request("a1", windows=(Window(FIRST, FIRST + 30 * MINUTE),))
    ann.visit(wanted, FIRST)
    assert ann.ask(doctor.ListFreeTimes(wanted.appointment)).starts[:2] == (FIRST, SECOND)
    ann.route(doctor.RecordWish(wanted.appointment, 1, (Window(THIRD, THIRD + HOUR),)))
    assert ann.ask(doctor.ListFreeTimes(wanted.appointment)).starts == (THIRD,)


def test_a_doctor_may_look_beyond_the_booking_window() -> None:
    ann, later = Ann(), MONDAY + 100 * DAY
    assert ann.ask(doctor.ListFreeTimes(start=later, limit=1)).starts[0] >= later
    with pytest.raises(Invalid):
        ann.ask(doctor.ListFreeTimes(start=MONDAY + 400 * DAY))


def test_the_page_is_told_on_which_days_clocks_change() -> None:
    ann = Ann()
    ann.tell(doctor.SetHours(Hours("Europe/Berlin", NIGHTS)))
    change = date(2026, 3, 29)
    found = ann.ask(doctor.ListFreeTimes(start=datetime(2026, 3, 28, 12, tzinfo=UTC), limit=20))
    assert found.notes == (ClockNote(change, "skipped"),)
    assert ann.ask(doctor.ListFreeTimes(limit=20)).notes == ()
    days = {each.day: each.note for each in ann.ask(doctor.GetWeek(change)).days}
    assert {day: note for day, note in days.items() if note} == {change: "skipped"}


# --- days ----------------------------------------------------------------------------------------


def test_a_week_begins_on_monday_and_has_what_lies_in_it() -> None:
    ann = Ann()
    ann.visit(request("a1"), FIRST)
    ann.book(request("a2"), THIRD + DAY)
    ann.tell(doctor.AddAbsence(wall(9, 4), wall(12, 4)))
    busy = Span(MONDAY + 3 * DAY, MONDAY + 3 * DAY + HOUR)
    ann.state = replace(
        ann.state,
        other=OtherCalendar("https://x.test", (busy,)),
        closures=(Closure(date(2026, 3, 6), date(2026, 3, 6), "Carnival"),),
    )
    week = ann.ask(doctor.GetWeek(TODAY + 3 * DAY), ADMIN)
    assert week.zone == "Europe/Berlin"
    assert [each.day for each in week.days] == [TODAY + DAY * number for number in range(7)]
    assert [[offer.id for offer in each.visits] for each in week.days[:3]] == [["a1"], ["a2"], []]
    assert week.days[0].hours == (Span(MONDAY, MONDAY + 8 * HOUR),)
    assert week.days[2].off == (Span(MONDAY + 2 * DAY, MONDAY + 2 * DAY + 3 * HOUR),)
    assert week.days[3].busy == (busy,)
    assert [each.free for each in week.days[4:]] == [0, 0, 0]
    assert week.days[5].hours == ()
    assert all(each.free > 10 for each in week.days[:2])


def test_what_still_fits_into_a_day_becomes_less_while_it_goes_by() -> None:
    ann = Ann()
    before = ann.ask(doctor.GetWeek(TODAY)).days[0].free
    ann.now += 4 * HOUR
    assert 0 < ann.ask(doctor.GetWeek(TODAY)).days[0].free < before
    ann.now += 4 * HOUR
    assert ann.ask(doctor.GetWeek(TODAY)).days[0].free == 0
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    assert {each.free for each in ann.ask(doctor.GetWeek(TODAY)).days} == {0}


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_week_is_not_too_far_away(day: date) -> None:
    with pytest.raises(Invalid) as caught:
        Ann().ask(doctor.GetWeek(day))
    assert set(caught.value.fields) == {"day"}


def test_an_absence_is_tried_out_before_it_is_added() -> None:
    ann = Ann()
    ann.visit(request("a2"), SECOND)
    ann.visit(request("a1"), FIRST)
    ann.visit(request("a3"), MONDAY + 6 * HOUR)
    view = ann.ask(doctor.PreviewAbsence(wall(9), wall(12)))
    assert [each.id for each in view.visits] == ["a1", "a2"]
    assert view.span == Span(MONDAY, MONDAY + 3 * HOUR)
    [added] = ann.tell(doctor.AddAbsence(wall(9), wall(12), give_back=True))
    assert {each.appointment for each in added.returned} == {"a1", "a2"}
    with pytest.raises(Invalid):
        ann.ask(doctor.PreviewAbsence(wall(12), wall(9)))


# --- who may see ---------------------------------------------------------------------------------

PRIVATE = [
    doctor.GetPractice(),
    doctor.GetInbox(),
    doctor.ListFreeTimes(),
    doctor.GetWeek(TODAY),
    doctor.PreviewAbsence(wall(9), wall(12)),
    doctor.PreviewSeries(AppointmentId("a1"), doctor.Repeat(doctor.Every.WEEK)),
    doctor.GetOffer(AppointmentId("a1")),
]


@pytest.mark.parametrize("query", PRIVATE)
@pytest.mark.parametrize("caller", [PAT, BOB, NOBODY, ROUTER, Caller("ann", Role.PATIENT)])
def test_what_is_private_is_for_the_doctor_and_for_staff(
    query: doctor.Query, caller: Caller
) -> None:
    ann = Ann()
    ann.visit(request("a1"), FIRST)
    with pytest.raises(NotFound):
        ann.ask(query, caller)
    assert ann.ask(query)
    assert ann.ask(query, ADMIN)


@pytest.mark.parametrize("query", [*PRIVATE, doctor.GetHold()])
def test_a_practice_that_is_not_open_has_nothing_to_see(query: doctor.Query) -> None:
    ann = Ann()
    ann.state = type(ann.state)(ann.state.id)
    with pytest.raises(NotFound):
        ann.ask(query, PAT)
    with pytest.raises(NotFound):
        ann.ask(query)


def test_the_address_of_the_other_calendar_is_not_shown() -> None:
    ann = Ann()
    ann.tell(doctor.SetBusyFeed("webcal://user:word@calendar.test/private-token/ann.ics"))
    feed = ann.ask(doctor.GetPractice(), ADMIN).busy_feed
    assert feed == doctor.BusyFeed("https://calendar.test/...")


def test_a_visit_of_the_doctors_own_length_is_asked_for_without_a_kind() -> None:
    ann = Ann()
    assert ann.ask(doctor.ListFreeTimes()).visit_minutes == 20
    long = VisitType(VisitTypeId("long"), "Long", minutes=90)
    assert ann.ask(doctor.ListFreeTimes(visit=long)).visit_minutes == 90
    assert ann.ask(doctor.ListFreeTimes(visit=STANDARD)).visit_minutes == 20


def test_a_held_booking_is_shown_on_its_day() -> None:
    ann = Ann()
    ann.book(request("a1"), FIRST)
    [offer] = ann.ask(doctor.GetWeek(TODAY)).days[0].visits
    assert (offer.id, offer.status) == ("a1", OfferStatus.HELD)


def test_why_it_is_this_doctor_stays_with_the_offer_and_its_visit() -> None:
    ann, why = Ann(), Because(Reason.BALANCED, load=2)
    ann.route(doctor.OfferRequest(request(), 1, FIRST, because=why))
    assert ann.ask(doctor.GetOffer(AppointmentId("a1"))).because == why
    ann.tell(doctor.AcceptRequest(AppointmentId("a1"), FIRST))
    ann.route(doctor.GrantClaim(AppointmentId("a1"), 1))
    assert ann.ask(doctor.GetOffer(AppointmentId("a1"))).because == why
