"""When a doctor answers messages, what patients are told otherwise, and what waits for a doctor."""

from datetime import UTC, datetime, time, timedelta

import pytest

from actors.caller import NOBODY, actor_caller
from actors.conversation import messages as conversation
from actors.correspondence import Answering, AnsweringBlock, CannedReply
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.effects import Send
from actors.ids import DoctorId, PatientId
from actors.notify.messages import Notice, Notify, Settle, Topic, address_of
from actors.refusal import Invalid, NotAllowed, NotFound
from tests.rooms import MONDAY
from tests.unit.doctor_support import ACCOUNT, FIRST, OWNER, PAT, ROUTER, Ann, request

THREAD = conversation.between(PatientId("pat"), DoctorId("ann"))
BY_THREAD = actor_caller(conversation.address_of(THREAD))
OFFICE = Answering(
    "Europe/Berlin", tuple(AnsweringBlock(day, time(9), time(17)) for day in range(5)), "Later."
)
EVENING = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
"""At nine in Berlin."""


def wrote(ann: Ann, at: datetime) -> list[Send]:
    """Return what is sent when a patient has written at *at*."""
    ann.sent.clear()
    ann.tell(doctor.PatientWrote(THREAD, 7, at), BY_THREAD)
    return ann.sent


def replied(text: str, opens_at: datetime) -> list[Send]:
    """Return the reply that the thread is told."""
    reply = conversation.ReplyAutomatically(7, text, opens_at)
    return [Send(conversation.address_of(THREAD), reply)]


def test_outside_of_the_hours_the_patient_is_told_when_somebody_answers() -> None:
    ann = Ann()
    ann.tell(doctor.SetAnswering(OFFICE))
    assert wrote(ann, MONDAY + timedelta(hours=1)) == []
    assert wrote(ann, EVENING) == replied("Later.", TUESDAY)


def test_a_doctor_who_said_no_hours_follows_the_clinic() -> None:
    told = directory.PatientWrote(THREAD, 7, EVENING)
    assert wrote(Ann(), EVENING) == [Send(directory.ADDRESS, told)]


def test_whoever_is_away_answers_when_they_are_back() -> None:
    ann = Ann()
    days = (datetime(2026, 3, 3), datetime(2026, 3, 5))  # noqa: DTZ001  wall times
    ann.tell(doctor.AddAbsence(*days))
    back = datetime(2026, 3, 4, 23, 0, tzinfo=UTC)
    assert wrote(ann, TUESDAY) == replied("", back)
    ann.tell(doctor.SetAnswering(OFFICE))
    assert wrote(ann, TUESDAY) == replied("Later.", back + timedelta(hours=9))
    ann.now = TUESDAY
    seen = ann.ask(doctor.GetAnswering(), PAT)
    assert (seen.open, seen.opens_at) == (False, back + timedelta(hours=9))


def test_the_hours_are_for_everybody_to_see_who_is_signed_in() -> None:
    ann = Ann()
    ann.tell(doctor.SetAnswering(OFFICE))
    assert ann.tell(doctor.SetAnswering(OFFICE)) == []
    assert ann.ask(doctor.GetAnswering(), PAT).open
    ann.now = EVENING
    seen = ann.ask(doctor.GetAnswering(), PAT)
    assert (seen.answering, seen.open, seen.opens_at) == (OFFICE, False, TUESDAY)
    with pytest.raises(NotFound):
        ann.ask(doctor.GetAnswering(), NOBODY)


def test_only_the_doctor_keeps_hours_and_replies_and_only_a_thread_asks() -> None:
    ann, replies = Ann(), (CannedReply("Hello", "Hello {patient}."),)
    ann.tell(doctor.SetReplies(replies))
    assert ann.tell(doctor.SetReplies(replies)) == []
    assert ann.ask(doctor.GetReplies()).items == replies
    with pytest.raises(NotFound):
        ann.ask(doctor.GetReplies(), PAT)
    for command in (doctor.SetAnswering(OFFICE), doctor.SetReplies(())):
        with pytest.raises(NotAllowed):
            ann.tell(command, PAT)
    with pytest.raises(Invalid):
        ann.tell(doctor.SetAnswering(Answering("Nowhere")))
    with pytest.raises(NotAllowed):
        ann.tell(doctor.PatientWrote(THREAD, 7, EVENING), OWNER)


def to_box(ann: Ann) -> list[object]:
    """Return what the doctor's letter box was told of alerts since the last time."""
    box = [send.command for send in ann.sent if send.to == address_of("ann")]
    ann.sent.clear()
    return [each for each in box if isinstance(each, Settle) or getattr(each, "alert", False)]


def test_a_request_alerts_the_doctor_until_it_is_answered() -> None:
    ann = Ann()
    ann.offer(request())
    [alert] = to_box(ann)
    assert isinstance(alert, Notify)
    assert alert.notice.topic is Topic.REQUEST
    ann.tell(doctor.DeclineRequest(request().appointment, "Not now."))
    assert to_box(ann) == [Settle(Topic.REQUEST, request().appointment)]


def test_an_offer_that_is_closed_and_one_that_is_accepted_wait_no_more() -> None:
    ann = Ann()
    for name in ("a1", "a2"):
        ann.offer(request(name))
    to_box(ann)
    ann.route(doctor.CloseOffer(request("a1").appointment, 1, doctor.Closed.TAKEN, "Dr Bob"))
    assert to_box(ann) == [Settle(Topic.REQUEST, request("a1").appointment)]
    ann.tell(doctor.AcceptRequest(request("a2").appointment, FIRST))
    assert to_box(ann) == [Settle(Topic.REQUEST, request("a2").appointment)]


def test_who_has_arrived_waits_until_the_visit_begins() -> None:
    ann = Ann()
    visit = ann.visit(request(), FIRST)
    to_box(ann)
    ann.now = FIRST - timedelta(minutes=5)
    ann.tell(doctor.RecordArrival(visit, 1, ann.now), ROUTER)
    assert to_box(ann) == [Notify(Notice(Topic.ARRIVED, visit), alert=True)]
    ann.tell(doctor.StartVisit(visit))
    assert Settle(Topic.ARRIVED, visit) in to_box(ann)


def test_what_goes_back_to_routing_waits_no_more() -> None:
    ann = Ann()
    ann.offer(request())
    to_box(ann)
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    topics = (Topic.REQUEST, Topic.ARRIVED)
    assert to_box(ann) == [Settle(topic, request().appointment) for topic in topics]
