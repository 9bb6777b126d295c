"""The day itself: a patient arrives, a visit begins, takes place, or does not."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.appointment import Status, Urgency
from actors.caller import Caller, Role
from actors.doctor import messages as doctor
from actors.doctor.messages import OfferStatus
from actors.ids import AppointmentId
from actors.notify.messages import Topic
from actors.refusal import NotAllowed, NotFound, Refusal
from tests.unit.doctor_support import FIRST, OWNER, PAT, ROUTER, SECOND, THIRD, Ann, at, request

A1 = AppointmentId("a1")
ADMIN = Caller("root", Role.ADMIN)


def standing() -> Ann:
    ann = Ann()
    ann.visit(request(), THIRD)
    ann.words()
    ann.letters()
    return ann


def refusal(ann: Ann, command: doctor.Command, caller: Caller = OWNER) -> Refusal:
    with pytest.raises(Refusal) as caught:
        ann.tell(command, caller)
    return caught.value


def test_who_arrives_waits() -> None:
    ann = standing()
    assert not ann.route(doctor.RecordArrival(A1, 2, at(100)))
    assert ann.route(doctor.RecordArrival(A1, 1, at(100)))
    assert not ann.route(doctor.RecordArrival(A1, 1, at(101)))
    seen = ann.seen(A1)
    assert (seen.status, seen.arrived_at) == (OfferStatus.WAITING, at(100))


def test_a_visit_begins_at_the_earliest_half_an_hour_before_its_time() -> None:
    ann = standing()
    ann.now = THIRD - timedelta(minutes=31)
    assert refusal(ann, doctor.StartVisit(A1)).code == "too_early"
    ann.now = THIRD - timedelta(minutes=30)
    assert ann.tell(doctor.StartVisit(A1))
    assert not ann.tell(doctor.StartVisit(A1))
    [word] = ann.words()
    assert isinstance(word, router.RecordProgress)
    assert (word.round, word.status) == (1, Status.IN_CALL)
    seen = ann.seen(A1)
    assert (seen.status, seen.started_at) == (OfferStatus.IN_CALL, ann.now)


def test_a_visit_that_has_begun_is_finished_and_then_over() -> None:
    ann = standing()
    assert refusal(ann, doctor.FinishVisit(A1)).code == "too_early"
    ann.now = THIRD - timedelta(minutes=10)
    ann.tell(doctor.StartVisit(A1))
    assert refusal(ann, doctor.MarkNoShow(A1)).code == "visit_begun"
    assert ann.tell(doctor.FinishVisit(A1))
    assert not ann.tell(doctor.FinishVisit(A1))
    assert ann.seen(A1).status is OfferStatus.FULFILLED
    for command in (
        doctor.StartVisit(A1),
        doctor.MarkNoShow(A1),
        doctor.GiveBackVisit(A1, "No."),
    ):
        assert refusal(ann, command).code == "visit_over"


def test_a_patient_who_did_not_come_is_noted_once_it_was_time() -> None:
    ann = standing()
    assert refusal(ann, doctor.MarkNoShow(A1)).code == "too_early"
    ann.now = THIRD
    assert ann.tell(doctor.MarkNoShow(A1))
    assert not ann.tell(doctor.MarkNoShow(A1))
    [word] = ann.words()
    assert word.status is Status.NOSHOW
    assert refusal(ann, doctor.FinishVisit(A1)).code == "visit_over"


def test_a_visit_without_a_call_may_be_finished_once_its_time_has_come() -> None:
    ann = standing()
    ann.route(doctor.RecordArrival(A1, 1, at(100)))
    ann.now = THIRD
    assert ann.tell(doctor.FinishVisit(A1))


def test_what_is_over_stays_for_a_week_and_takes_its_time() -> None:
    ann = standing()
    ann.now = THIRD
    ann.tell(doctor.FinishVisit(A1))
    ann.now = THIRD + timedelta(days=7)
    ann.offer(request("next"))
    assert A1 in ann.state.live
    ann.now += timedelta(hours=1)
    ann.offer(request("later"))
    assert A1 not in ann.state.live


def test_the_patients_withdrawal_is_the_last_word() -> None:
    ann = standing()
    ann.now = THIRD
    ann.tell(doctor.FinishVisit(A1))
    ann.route(doctor.CancelVisit(A1, "Well again."))
    assert ann.seen(A1).status is OfferStatus.CANCELLED


def test_giving_a_visit_back_needs_a_reason_and_a_patient_who_is_not_in_the_call() -> None:
    ann = standing()
    assert set(refusal(ann, doctor.GiveBackVisit(A1, " ")).fields) == {"reason"}
    ann.now = THIRD
    ann.tell(doctor.StartVisit(A1))
    assert refusal(ann, doctor.GiveBackVisit(A1, "Ill.")).code == "visit_begun"


def test_a_visit_whose_time_has_passed_is_not_given_back() -> None:
    ann = standing()
    ann.now = THIRD + timedelta(minutes=30)
    assert refusal(ann, doctor.GiveBackVisit(A1, "Ill.")).code == "visit_over"


BY_THE_DOCTOR = (
    doctor.GiveBackVisit(A1, "Ill."),
    doctor.StartVisit(A1),
    doctor.FinishVisit(A1),
    doctor.MarkNoShow(A1),
    doctor.BookSeries(A1, doctor.Repeat(doctor.Every.WEEK)),
)
BY_THE_ROUTER = (
    doctor.BookVisit(request(), 1, FIRST),
    doctor.CancelVisit(A1, ""),
    doctor.RecordWish(A1, 1, ()),
    doctor.RecordArrival(A1, 1, FIRST),
)


@pytest.mark.parametrize("command", BY_THE_DOCTOR)
def test_the_day_is_the_doctors_alone(command: doctor.Command) -> None:
    ann = standing()
    for caller in (PAT, ADMIN, ROUTER, Caller("bob", Role.DOCTOR)):
        assert type(refusal(ann, command, caller)) is NotFound
    ann.offer(request("open"))
    not_yet = replace(command, appointment=AppointmentId("open"))
    assert refusal(ann, not_yet).code == "no_visit"


@pytest.mark.parametrize("command", BY_THE_ROUTER)
def test_what_the_router_says_no_person_can_say(command: doctor.Command) -> None:
    for caller in (OWNER, PAT, ADMIN):
        assert type(refusal(standing(), command, caller)) is NotAllowed


# --- what the doctor sees and is told ------------------------------------------------------------


def test_a_red_flag_comes_before_urgency_and_that_before_the_deadline() -> None:
    ann = Ann()
    ann.offer(request("routine"))
    ann.offer(request("urgent", urgency=Urgency.URGENT))
    ann.offer(replace(request("red"), red_flags=("Chest pain: yes",)))
    ann.route(doctor.OfferRequest(request("sooner"), 1, at(60)))
    inbox = ann.ask(doctor.GetInbox())
    assert [each.id for each in inbox.open] == ["red", "urgent", "sooner", "routine"]


def test_a_visit_that_goes_on_stays_in_the_inbox_past_its_end() -> None:
    ann = standing()
    ann.visit(request("other"), SECOND)
    ann.now = THIRD
    ann.tell(doctor.StartVisit(A1))
    ann.now = THIRD + timedelta(hours=1)
    inbox = ann.ask(doctor.GetInbox())
    assert [each.id for each in inbox.visits] == [A1]


def test_a_letter_says_when_and_until_when_and_never_who() -> None:
    ann = Ann()
    ann.offer(request(picked=SECOND))
    [letter] = ann.letters()
    assert (letter.topic, letter.start, letter.answer_round) == (Topic.REQUEST, SECOND, 1)
    assert (letter.until, letter.other_zone) == (at(24 * 60), "Europe/Paris")
    ann.tell(doctor.AcceptRequest(A1))
    assert not ann.letters()
    ann.route(doctor.GrantClaim(A1, 1))
    [letter] = ann.letters()
    assert (letter.topic, letter.start, letter.with_name) == (Topic.VISIT, SECOND, "")
    assert letter.calendar
    assert not letter.calendar.cancelled
