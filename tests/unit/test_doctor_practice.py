"""A practice: hours, profile, duty, days off, closures, and what another calendar says."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from actors.admin_router import messages as router
from actors.caller import Caller, Role, actor_caller
from actors.directory import messages as directory
from actors.directory.messages import Closure
from actors.doctor import messages as doctor
from actors.doctor.messages import Block, DateHours, Hours, OfferStatus, Profile, WeeklyHours
from actors.ids import AbsenceId, DepartmentId
from actors.refusal import Invalid, NotAllowed, NotFound, Refusal
from tests.rooms import ADMIN, MONDAY, OPERATOR
from tests.unit.doctor_support import (
    ACCOUNT,
    FIRST,
    ITSELF,
    OWNER,
    PAT,
    ROUTER,
    SECOND,
    THIRD,
    Ann,
    at,
    request,
)

DIRECTORY = actor_caller(directory.ADDRESS)
BOB = Caller("bob", Role.DOCTOR)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OTHER = DepartmentId("other")
FEED = "https://calendar.test/secret/ann.ics"


def wall(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """Return a time in March 2026 as clocks in Berlin show it."""
    return datetime(2026, 3, day, hour, minute)  # noqa: DTZ001 - a wall time


def refusal(ann: Ann, command: Any, caller: Caller = OWNER) -> Refusal:  # noqa: ANN401
    with pytest.raises(Refusal) as caught:
        ann.tell(command, caller)
    return caught.value


def member(department: str = "clinic", *, joins: bool = True) -> tuple[Any, Caller]:
    """Return what a department's router says when the doctor joins (or leaves) it."""
    name = DepartmentId(department)
    return doctor.NoteMembership(name, joins), actor_caller(router.address_of(name))


def joined(*departments: str) -> Ann:
    ann = Ann()
    for department in departments or ("clinic",):
        ann.tell(*member(department))
    ann.sent.clear()
    return ann


def told(ann: Ann) -> list[tuple[str, doctor.DoctorFacts]]:
    """Return what departments were told since the last time."""
    said = [(each.to.key, each.command) for each in ann.sent]
    ann.sent.clear()
    return [(key, each.facts) for key, each in said if isinstance(each, router.NoteDoctor)]


# --- hours and profile ---------------------------------------------------------------------------

NINE_TO_TEN = Block(time(9), time(10))


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (Hours("UTC", (), dates=(DateHours(date(2026, 3, 2)),) * 2), "dates"),
        (Hours("UTC", (), dates=(DateHours(date(2026, 3, 2), (NINE_TO_TEN,) * 2),)), "dates"),
        (
            Hours("UTC", (), dates=(DateHours(date(2026, 3, 2), (Block(time(9), time(8)),)),)),
            "dates",
        ),
        (
            Hours(
                "UTC", (), dates=tuple(DateHours(date(2026, 1, 1) + DAY * n) for n in range(401))
            ),
            "dates",
        ),
        (
            Hours(
                "UTC",
                (),
                dates=(
                    DateHours(
                        date(2026, 3, 2), tuple(Block(time(n), time(n + 1)) for n in range(11))
                    ),
                ),
            ),
            "dates",
        ),
        (Hours("UTC", (), notice_minutes=-1), "notice_minutes"),
        (Hours("UTC", (), notice_minutes=30 * 24 * 60 + 1), "notice_minutes"),
        (Hours("UTC", (), window_days=0), "window_days"),
        (Hours("UTC", (), window_days=367), "window_days"),
    ],
)
def test_dates_notice_and_window_that_make_no_sense_are_refused(hours: Hours, field: str) -> None:
    assert set(refusal(Ann(), doctor.SetHours(hours)).fields) == {field}


def test_a_date_may_have_other_hours_and_the_rest_stays() -> None:
    ann = Ann()
    week = (WeeklyHours(0, time(9), time(17)),)
    ann.tell(doctor.SetHours(Hours("UTC", week, dates=(DateHours(date(2026, 3, 9)),))))
    starts = ann.ask(doctor.ListFreeTimes(limit=200)).starts
    days = {each.date() for each in starts}
    assert date(2026, 3, 9) not in days
    assert {date(2026, 3, 2), date(2026, 3, 16)} <= days


def test_a_profile_is_tidied() -> None:
    ann = Ann()
    ann.tell(
        doctor.SetProfile(Profile((" Heart  and lung ", "", "heart and lung"), ("de ", "pt-BR")))
    )
    profile = ann.ask(doctor.GetPractice()).profile
    assert profile == Profile(("Heart and lung",), ("de", "pt-BR"))
    assert not ann.tell(doctor.SetProfile(profile), ADMIN)


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        (Profile(tuple(f"s{n}" for n in range(21))), "specialties"),
        (Profile(("x" * 81,)), "specialties"),
        (Profile(("a\x07",)), "specialties"),
        (Profile((), ("german",)), "languages"),
        (Profile((), ("d",)), "languages"),
        (Profile((), tuple(f"d{chr(97 + n)}" for n in range(21))), "languages"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(profile: Profile, field: str) -> None:
    assert set(refusal(Ann(), doctor.SetProfile(profile)).fields) == {field}


# --- duty ----------------------------------------------------------------------------------------


def test_duty_ends_by_itself_when_it_was_said_so() -> None:
    ann = joined()
    ann.tell(doctor.GoOnDuty(at(60)))
    assert ann.ask(doctor.GetPractice()).duty_until == at(60)
    assert not ann.tell(doctor.GoOnDuty(at(60)))
    [(_, facts)] = told(ann)
    assert facts.on_duty
    ann.ring("duty")
    assert not ann.ask(doctor.GetPractice()).on_duty
    [(_, facts)] = told(ann)
    assert not facts.on_duty
    ann.check_replay()


def test_an_end_of_duty_that_is_put_off_does_not_come() -> None:
    ann = Ann()
    ann.tell(doctor.GoOnDuty(at(60)))
    ann.tell(doctor.GoOnDuty(at(120)), ADMIN)
    assert ann.alarms["duty"].at == at(120)
    assert not ann.tell(doctor.DutyOver(at(60)), ITSELF)
    ann.tell(doctor.GoOnDuty())
    assert "duty" not in ann.alarms
    assert ann.tell(doctor.GoOffDuty())
    assert not ann.tell(doctor.GoOffDuty())
    assert not ann.tell(doctor.DutyOver(at(120)), ITSELF)


@pytest.mark.parametrize(
    "until", [MONDAY, MONDAY + 367 * DAY, wall(20), datetime.max.replace(tzinfo=UTC)]
)
def test_duty_ends_in_the_future(until: datetime) -> None:
    assert set(refusal(Ann(), doctor.GoOnDuty(until)).fields) == {"until"}


# --- days off ------------------------------------------------------------------------------------


def test_nothing_is_free_while_the_doctor_is_away_until_they_are_not() -> None:
    ann = Ann()
    [added] = ann.tell(doctor.AddAbsence(wall(9), wall(12), " Dentist "))
    assert added.absence.note == "Dentist"
    assert ann.ask(doctor.ListFreeTimes()).starts[0] == MONDAY + 3 * HOUR + 20 * MINUTE
    ann.tell(doctor.RemoveAbsence(added.absence.id), ADMIN)
    assert ann.ask(doctor.ListFreeTimes()).starts[0] == at(25)
    assert type(refusal(ann, doctor.RemoveAbsence(added.absence.id))) is NotFound
    ann.check_replay()


@pytest.mark.parametrize(
    ("start", "end", "fields"),
    [
        (wall(12), wall(12), {"end"}),
        (wall(12), wall(11), {"end"}),
        (wall(7), wall(8, 59), {"end"}),
        (wall(9), wall(9) + 401 * DAY, {"end"}),
        (wall(9).replace(tzinfo=UTC), wall(10), {"start"}),
        (datetime.min, wall(10), {"start"}),  # noqa: DTZ901 - a wall time
        (wall(9), datetime.max, {"end"}),  # noqa: DTZ901 - a wall time
    ],
)
def test_an_absence_ends_after_its_start_and_is_not_over(
    start: datetime, end: datetime, fields: set[str]
) -> None:
    assert set(refusal(Ann(), doctor.AddAbsence(start, end)).fields) == fields


def test_absences_that_are_over_are_forgotten_when_new_ones_come() -> None:
    ann = Ann()
    ann.tell(doctor.AddAbsence(wall(10), wall(11)))
    ann.tell(doctor.AddAbsence(wall(15), wall(16)))
    ann.now = MONDAY + 3 * HOUR
    assert [each.start for each in ann.ask(doctor.GetPractice()).absences] == [wall(15)]
    ann.tell(doctor.AddAbsence(wall(13), wall(14)))
    assert [each.start for each in ann.state.absences.values()] == [wall(15), wall(13)]


def test_visits_stay_while_the_doctor_is_away_unless_they_are_given_back() -> None:
    ann = Ann()
    ann.visit(request("a1"), FIRST)
    [added] = ann.tell(doctor.AddAbsence(wall(9), wall(12)))
    assert added.returned == ()
    assert ann.seen(request("a1").appointment).status is OfferStatus.CONFIRMED


def test_what_lies_in_an_absence_is_given_back_and_the_rest_stays() -> None:
    ann = Ann()
    ann.visit(request("a1"), FIRST)
    ann.book(request("a2"), SECOND)
    ann.visit(request("a3"), MONDAY + 5 * HOUR)
    ann.offer(request("a4"))
    ann.words()
    [added] = ann.tell(doctor.AddAbsence(wall(9), wall(12), give_back=True))
    assert [each.appointment for each in added.returned] == ["a1", "a2"]
    assert [(each.appointment, each.round, each.away) for each in ann.words()] == [
        ("a1", 1, True),
        ("a2", 1, True),
    ]
    assert set(ann.state.live) == {"a3", "a4"}
    assert ann.seen(request("a1").appointment).status is OfferStatus.DECLINED
    ann.check_replay()


def test_a_visit_that_has_begun_stays_with_a_doctor_who_goes_away() -> None:
    ann = Ann()
    ann.visit(request("a1"), FIRST)
    ann.now = FIRST + MINUTE
    [added] = ann.tell(doctor.AddAbsence(wall(9), wall(12), give_back=True))
    assert added.returned == ()


def test_a_move_into_an_absence_ends_and_the_visit_stays() -> None:
    ann = Ann()
    ann.visit(request("a1"), MONDAY + 5 * HOUR)
    ann.book(request("a1"), THIRD, 2)
    [added] = ann.tell(doctor.AddAbsence(wall(9), wall(12), give_back=True))
    assert [each.round for each in added.returned] == [2]
    live = ann.state.live[request("a1").appointment]
    assert (live.round, live.move, live.status) == (1, None, OfferStatus.CONFIRMED)
    ann.check_replay()


def test_a_suspended_doctor_gives_back_a_move_before_its_visit() -> None:
    ann = Ann()
    ann.visit(request("a1"), FIRST)
    ann.book(request("a1"), THIRD, 2)
    ann.words()
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    assert [(each.round, each.away) for each in ann.words()] == [(2, False), (1, False)]
    assert not ann.state.live
    assert ann.state.past[request("a1").appointment].round == 2
    ann.check_replay()


def test_a_suspended_doctor_has_no_times_for_anybody() -> None:
    ann = Ann()
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    assert ann.ask(doctor.ListFreeTimes()).starts == ()


# --- closures ------------------------------------------------------------------------------------


def test_the_directory_says_when_the_clinic_is_closed() -> None:
    ann = Ann()
    closed = (Closure(date(2026, 3, 2), date(2026, 3, 3), "Carnival"),)
    ann.tell(doctor.NoteClosures(closed), DIRECTORY)
    assert not ann.tell(doctor.NoteClosures(closed), DIRECTORY)
    assert ann.ask(doctor.GetPractice()).closures == closed
    assert ann.ask(doctor.ListFreeTimes()).starts[0] == MONDAY + 2 * DAY
    ann.check_replay()


def test_closures_reach_no_farther_than_a_calendar_can_count() -> None:
    ann = Ann()
    forever = Closure(date.min, date.max, "Closed down")
    over = Closure(date.min, date(1900, 1, 1), "Long ago")
    ann.tell(doctor.NoteClosures((forever, over)), DIRECTORY)
    assert len(ann.ask(doctor.GetPractice()).closures) == 1
    assert ann.ask(doctor.ListFreeTimes()).starts == ()


# --- who may -------------------------------------------------------------------------------------

BY_THE_DOCTOR = [
    doctor.SetHours(Hours("UTC", ())),
    doctor.SetProfile(Profile(("Heart",))),
    doctor.GoOnDuty(),
    doctor.GoOffDuty(),
    doctor.AddAbsence(wall(10), wall(11)),
    doctor.RemoveAbsence(AbsenceId("x")),
]


@pytest.mark.parametrize("command", BY_THE_DOCTOR)
@pytest.mark.parametrize("caller", [BOB, PAT, ROUTER, ACCOUNT, Caller("ann", Role.PATIENT)])
def test_a_practice_is_changed_by_its_doctor_or_by_staff(
    command: doctor.Command, caller: Caller
) -> None:
    assert type(refusal(Ann(), command, caller)) is NotFound


@pytest.mark.parametrize(
    "command",
    [
        doctor.NoteClosures(()),
        doctor.NoteMembership(OTHER, member=True),
        doctor.DutyOver(MONDAY),
        doctor.OpenPractice("Dr ann", "UTC"),
    ],
)
@pytest.mark.parametrize("caller", [OWNER, ADMIN, OPERATOR, PAT, ROUTER])
def test_what_other_actors_note_no_person_and_no_other_actor_can(
    command: doctor.Command, caller: Caller
) -> None:
    assert type(refusal(Ann(), command, caller)) is NotAllowed


def test_before_the_practice_is_open_nobody_has_one() -> None:
    ann = Ann()
    ann.state = type(ann.state)(ann.state.id)
    for command in (*BY_THE_DOCTOR, doctor.SetBusyFeed(FEED)):
        assert type(refusal(ann, command)) is NotFound
    assert not ann.tell(doctor.SuspendPractice(), ACCOUNT)


def test_invalid_absences_name_all_that_is_wrong() -> None:
    ann = Ann()
    zoned = wall(9).replace(tzinfo=UTC)
    wrong = refusal(ann, doctor.AddAbsence(zoned, zoned))
    assert type(wrong) is Invalid
    assert set(wrong.fields) == {"start", "end"}
