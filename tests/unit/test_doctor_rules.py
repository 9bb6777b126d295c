"""What a doctor may do, and what happens to them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from actors.admin_router import messages as router
from actors.appointment import Span, Urgency, Window
from actors.caller import NOBODY, Caller, actor_caller
from actors.doctor import messages as doctor
from actors.doctor.actor import ROOM
from actors.doctor.messages import Closed, Hours, OfferStatus, WeeklyHours
from actors.ids import AppointmentId
from actors.refusal import Invalid, NotAllowed, NotFound, Refusal
from tests.rooms import (
    ACCOUNT,
    ADMIN,
    DESK,
    MONDAY,
    OPERATOR,
    Clinic,
    accept,
    as_doctor,
    as_patient,
    decline,
    doctor_at,
    patient_at,
    request,
    small_clinic,
    suspend,
    withdraw,
)

ANN = doctor_at("ann")
WINDOW = Window(MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=3))


def offered(*windows: Window) -> tuple[Clinic, AppointmentId]:
    """Return a clinic with one request that waits for Ann and Bob."""
    clinic = small_clinic("ann", "bob")
    appointment = request(clinic, windows=windows)
    clinic.settle()
    return clinic, appointment


def offer(clinic: Clinic, appointment: AppointmentId, name: str = "ann") -> doctor.Offer:
    view = clinic.ask(doctor_at(name), doctor.GetOffer(appointment), as_doctor(name))
    assert isinstance(view, doctor.Offer)
    return view


def taken(clinic: Clinic) -> list[Span]:
    """Return the times that Ann has taken."""
    return [each.span for each in clinic.state(ANN).booked(clinic.now)]


def refusal(clinic: Clinic, command: doctor.Command, caller: Caller | None = None) -> Refusal:
    """Return why Ann's actor refuses *command*."""
    with pytest.raises(Refusal) as caught:
        clinic.tell(ANN, command, caller or as_doctor("ann"))
    return caught.value


def test_a_new_practice_is_open_on_weekdays_in_its_own_zone() -> None:
    practice = small_clinic("ann").ask(ANN, doctor.GetPractice(), as_doctor("ann"))
    assert practice.hours.zone == "Europe/Berlin"
    assert [each.weekday for each in practice.hours.weekly] == [0, 1, 2, 3, 4]


def test_an_unknown_zone_does_not_keep_a_practice_from_opening() -> None:
    clinic = small_clinic()
    clinic.tell(ANN, doctor.OpenPractice("Dr ann", "Mars/Olympus"), ACCOUNT)
    assert clinic.ask(ANN, doctor.GetPractice(), ADMIN).hours.zone == "UTC"


def test_opening_a_practice_twice_changes_nothing() -> None:
    clinic = small_clinic("ann")
    assert not clinic.tell(ANN, doctor.OpenPractice("Dr ann", "Asia/Tokyo"), ACCOUNT)


def test_an_offer_proposes_the_first_free_time_that_fits() -> None:
    clinic, appointment = offered(WINDOW)
    assert offer(clinic, appointment).proposed == MONDAY + timedelta(hours=2, minutes=5)


def test_accepting_holds_the_first_free_time_inside_the_windows() -> None:
    clinic, appointment = offered(WINDOW)
    accept(clinic, "ann", appointment)
    seen = offer(clinic, appointment)
    assert seen.status is OfferStatus.HELD
    assert seen.start == MONDAY + timedelta(hours=2, minutes=5)
    assert seen.end == MONDAY + timedelta(hours=2, minutes=25)


def test_the_first_free_time_leaves_the_patient_a_quarter_of_an_hour() -> None:
    clinic, appointment = offered()
    accept(clinic, "ann", appointment)
    assert offer(clinic, appointment).start == MONDAY + timedelta(minutes=25)


def test_a_held_time_is_not_offered_again() -> None:
    clinic, first = offered(WINDOW)
    second = request(clinic, windows=(WINDOW,))
    clinic.settle()
    accept(clinic, "ann", first)
    assert offer(clinic, second).proposed == MONDAY + timedelta(hours=2, minutes=30)


def test_a_doctor_may_pick_a_time_outside_the_hours() -> None:
    clinic, appointment = offered()
    sunday = datetime(2026, 3, 8, 20, 0, tzinfo=UTC)
    accept(clinic, "ann", appointment, sunday)
    assert offer(clinic, appointment).start == sunday


def test_a_picked_time_lies_inside_the_patients_windows() -> None:
    clinic, appointment = offered(WINDOW)
    late = WINDOW.end - timedelta(minutes=10)
    assert refusal(clinic, doctor.AcceptRequest(appointment, late)).code == "outside_windows"


def test_a_picked_time_overlaps_no_other_visit() -> None:
    clinic, first = offered()
    second = request(clinic)
    clinic.settle()
    accept(clinic, "ann", first, WINDOW.start)
    clash = WINDOW.start + timedelta(minutes=10)
    assert refusal(clinic, doctor.AcceptRequest(second, clash)).code == "time_taken"
    accept(clinic, "ann", second, WINDOW.start + timedelta(minutes=20))


@pytest.mark.parametrize(
    "start",
    [MONDAY, MONDAY - timedelta(days=1), MONDAY + timedelta(days=400), datetime(2026, 3, 3, 9)],  # noqa: DTZ001 - without a zone on purpose
)
def test_a_picked_time_is_an_instant_in_the_coming_year(start: datetime) -> None:
    clinic, appointment = offered()
    assert set(refusal(clinic, doctor.AcceptRequest(appointment, start)).fields) == {"start"}


def test_without_a_free_time_the_doctor_has_to_pick_one() -> None:
    clinic, appointment = offered(WINDOW)
    clinic.tell(ANN, doctor.SetHours(Hours("UTC", ())), as_doctor("ann"))
    assert offer(clinic, appointment).proposed is None
    assert refusal(clinic, doctor.AcceptRequest(appointment)).code == "no_free_time"


def test_accepting_twice_is_accepting_once() -> None:
    clinic, appointment = offered()
    accept(clinic, "ann", appointment)
    assert not clinic.tell(ANN, doctor.AcceptRequest(appointment), as_doctor("ann"))
    other = doctor.AcceptRequest(appointment, WINDOW.start)
    assert refusal(clinic, other).code == "already_accepted"
    declining = doctor.DeclineRequest(appointment, "No.")
    assert refusal(clinic, declining).code == "already_accepted"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_declining_needs_a_reason(reason: str) -> None:
    clinic, appointment = offered()
    assert set(refusal(clinic, doctor.DeclineRequest(appointment, reason)).fields) == {"reason"}


def test_who_came_too_late_is_told_who_took_it() -> None:
    clinic, appointment = offered()
    accept(clinic, "bob", appointment)
    clinic.settle()
    seen = offer(clinic, appointment)
    assert (seen.why, seen.by_name) == (Closed.TAKEN, "Dr bob")
    said = refusal(clinic, doctor.AcceptRequest(appointment))
    assert said.sentence == "This request was taken by Dr bob."


def test_once_an_offer_is_over_the_doctor_knows_nothing_of_the_patient() -> None:
    """Z03: the care relation ends with the offer."""
    clinic, appointment = offered()
    assert offer(clinic, appointment).patient is not None
    withdraw(clinic, "pat", appointment)
    clinic.settle()
    assert offer(clinic, appointment).patient is None
    assert b"beats fast" not in repr(clinic.state(ANN)).encode()
    assert "Pat" not in repr(clinic.state(ANN))


def test_a_cancelled_visit_frees_its_time() -> None:
    clinic, appointment = offered(WINDOW)
    accept(clinic, "ann", appointment)
    clinic.settle()
    assert taken(clinic)
    withdraw(clinic, "pat", appointment)
    clinic.settle()
    assert not taken(clinic)
    assert offer(clinic, appointment).status is OfferStatus.CANCELLED


def test_the_inbox_shows_the_last_thirty_offers_that_are_over_and_more_are_known() -> None:
    clinic = small_clinic("ann", "bob", patients=[f"p{n}" for n in range(40)])
    appointments = []
    for number in range(40):
        appointments.append(request(clinic, f"p{number}"))
        clinic.settle()
        decline(clinic, "ann", appointments[-1])
    inbox = clinic.ask(ANN, doctor.GetInbox(), as_doctor("ann"))
    assert [one.id for one in inbox.recent] == appointments[:9:-1]
    assert offer(clinic, appointments[0]).status is OfferStatus.DECLINED


def test_a_suspended_doctor_declines_what_still_comes() -> None:
    clinic = small_clinic("ann")
    appointment = request(clinic)
    clinic.deliver((patient_at("pat"), DESK))
    suspend(clinic, "ann")
    clinic.settle()
    declined = clinic.ask(DESK, router.GetRequest(appointment), ADMIN).declined
    assert [(each.doctor.id, each.reason) for each in declined] == [("ann", "unavailable")]


def test_a_visit_that_has_begun_is_not_given_back() -> None:
    clinic, appointment = offered()
    accept(clinic, "ann", appointment)
    clinic.settle()
    clinic.now = MONDAY + timedelta(minutes=30)
    suspended, *_ = clinic.tell(ANN, doctor.SuspendPractice(), ACCOUNT)
    assert suspended.returned == ()
    assert taken(clinic)


def test_a_suspension_is_about_all_that_went_back() -> None:
    clinic, appointment = offered()
    suspended, *_ = clinic.tell(ANN, doctor.SuspendPractice(), ACCOUNT)
    assert tuple(ROOM.about(suspended)) == (appointment,)
    assert not clinic.tell(ANN, doctor.SuspendPractice(), ACCOUNT)
    assert clinic.tell(ANN, doctor.ResumePractice(), ACCOUNT)
    assert not clinic.tell(ANN, doctor.ResumePractice(), ACCOUNT)


def test_the_inbox_has_the_most_pressing_request_first() -> None:
    clinic = small_clinic("ann")
    routine = request(clinic)
    clinic.settle()
    urgent = request(clinic, urgency=Urgency.URGENT)
    clinic.settle()
    inbox = clinic.ask(ANN, doctor.GetInbox(), as_doctor("ann"))
    assert [each.id for each in inbox.open] == [urgent, routine]


def test_free_times_are_listed_for_a_request_or_from_a_day_on() -> None:
    clinic, appointment = offered(WINDOW)
    fitting = clinic.ask(ANN, doctor.ListFreeTimes(appointment), as_doctor("ann"))
    assert all(WINDOW.start <= each < WINDOW.end for each in fitting.starts)
    tuesday = MONDAY + timedelta(days=1)
    later = clinic.ask(ANN, doctor.ListFreeTimes(start=tuesday, limit=3), as_doctor("ann"))
    assert len(later.starts) == 3
    assert later.starts[0] >= tuesday


DAY = (time(9), time(17))


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (Hours("Mars/Olympus", ()), "zone"),
        (Hours("../../etc/passwd", ()), "zone"),
        (Hours("UTC", (WeeklyHours(7, *DAY),)), "weekly"),
        (Hours("UTC", (WeeklyHours(0, time(9), time(9)),)), "weekly"),
        (Hours("UTC", (WeeklyHours(0, time(17), time(9)),)), "weekly"),
        (Hours("UTC", (WeeklyHours(0, *DAY), WeeklyHours(0, time(16), time(0)))), "weekly"),
        (Hours("UTC", (WeeklyHours(0, time(9, tzinfo=UTC), time(17)),)), "weekly"),
        (Hours("UTC", (WeeklyHours(0, *DAY),) * 71), "weekly"),
        (Hours("UTC", (), visit_minutes=4), "visit_minutes"),
        (Hours("UTC", (), visit_minutes=241), "visit_minutes"),
        (Hours("UTC", (), buffer_before_minutes=-1), "buffer_before_minutes"),
        (Hours("UTC", (), buffer_after_minutes=121), "buffer_after_minutes"),
    ],
)
def test_hours_that_make_no_sense_are_refused_and_the_field_is_named(
    hours: Hours, field: str
) -> None:
    clinic = small_clinic("ann")
    with pytest.raises(Invalid) as caught:
        clinic.tell(ANN, doctor.SetHours(hours), as_doctor("ann"))
    assert set(caught.value.fields) == {field}


def test_what_is_confirmed_stays_when_the_hours_change() -> None:
    clinic, appointment = offered()
    accept(clinic, "ann", appointment)
    clinic.settle()
    before = taken(clinic)
    clinic.tell(ANN, doctor.SetHours(Hours("Asia/Tokyo", ())), ADMIN)
    assert taken(clinic) == before


BY_THE_DOCTOR = (
    doctor.AcceptRequest(AppointmentId("none")),
    doctor.DeclineRequest(AppointmentId("none"), "No."),
    doctor.SetHours(Hours("UTC", ())),
)


@pytest.mark.parametrize("command", BY_THE_DOCTOR)
@pytest.mark.parametrize("caller", [as_doctor("bob"), as_patient("ann"), NOBODY])
def test_not_yours_and_not_there_answer_the_same(command: doctor.Command, caller: Caller) -> None:
    """Z04."""
    clinic, appointment = offered()
    assert type(refusal(clinic, command, caller)) is NotFound
    mine = doctor.AcceptRequest(appointment)
    assert type(refusal(clinic, mine, caller)) is NotFound


@pytest.mark.parametrize(
    "command",
    [
        doctor.OpenPractice("Dr ann", "UTC"),
        doctor.SuspendPractice(),
        doctor.CancelVisit(AppointmentId("x"), ""),
        doctor.GrantClaim(AppointmentId("x"), 1),
        doctor.CloseOffer(AppointmentId("x"), 1, Closed.TAKEN),
    ],
)
@pytest.mark.parametrize(
    "caller", [as_doctor("ann"), ADMIN, OPERATOR, NOBODY, actor_caller(doctor_at("bob"))]
)
def test_what_other_actors_say_no_person_can_say(command: doctor.Command, caller: Caller) -> None:
    assert type(refusal(small_clinic("ann"), command, caller)) is NotAllowed


@pytest.mark.parametrize("caller", [as_doctor("bob"), as_patient("pat"), NOBODY, ACCOUNT])
def test_a_doctors_views_are_for_the_doctor_and_for_staff(caller: Caller) -> None:
    clinic, appointment = offered()
    for query in (doctor.GetInbox(), doctor.GetPractice(), doctor.GetOffer(appointment)):
        with pytest.raises(NotFound):
            clinic.ask(ANN, query, caller)
        assert clinic.ask(ANN, query, ADMIN)
    assert not ROOM.may_watch(clinic.state(ANN), caller)
    assert ROOM.may_watch(clinic.state(ANN), as_doctor("ann"))
