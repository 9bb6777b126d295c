"""A doctor's own calendar: each change has a higher number, and what is gone is struck out."""

import pytest

from actors.doctor import messages as doctor
from actors.doctor.messages import AddAbsence, Closed, GiveBackVisit, SuspendPractice
from actors.ids import AppointmentId
from actors.notify.messages import CalendarEntry, Topic
from actors.refusal import Refusal
from tests.rooms import MONDAY
from tests.unit.doctor_support import ACCOUNT, FIRST, OWNER, SECOND, THIRD, Ann, request

A1 = AppointmentId("a1")
WHOLE_DAY = AddAbsence(
    MONDAY.replace(hour=0, tzinfo=None), MONDAY.replace(hour=23, tzinfo=None), give_back=True
)


def entries(ann: Ann) -> list[CalendarEntry]:
    """Return what Ann's calendar was told since the last time."""
    return [each.calendar for each in ann.letters() if each.calendar]


def standing() -> Ann:
    ann = Ann()
    ann.visit(request(), FIRST)
    return ann


def test_every_change_has_a_higher_number_than_the_one_before() -> None:
    ann = standing()
    ann.tell(doctor.ProposeTimes(A1, (SECOND,)))
    ann.route(doctor.GrantClaim(A1, 1, SECOND))
    assert ann.seen(A1).sequence == 2
    ann.book(request(), THIRD, 2)
    ann.route(doctor.GrantClaim(A1, 2))
    ann.route(doctor.CancelVisit(A1, "Well again."))
    told = entries(ann)
    assert [each.sequence for each in told] == [1, 2, 3, 4]
    assert [each.cancelled for each in told] == [False, False, False, True]
    ann.check_replay()


def test_a_visit_that_the_clinic_cancels_is_struck_out_and_says_so() -> None:
    ann = standing()
    ann.letters()
    ann.route(doctor.CancelVisit(A1, "We are closed.", by_clinic=True))
    [letter] = ann.letters()
    assert letter.topic is Topic.VISIT_CANCELLED
    assert letter.calendar is not None
    assert letter.calendar.cancelled
    seen = ann.seen(A1)
    assert (seen.status, seen.why) == (doctor.OfferStatus.CANCELLED, Closed.DECLINED)
    with pytest.raises(Refusal, match="The clinic has cancelled this visit"):
        ann.tell(doctor.StartVisit(A1))
    ann.check_replay()


def test_a_visit_that_comes_back_goes_on_counting() -> None:
    ann = standing()
    ann.tell(GiveBackVisit(A1, "I am ill."))
    ann.offer(request(), 2)
    ann.route(doctor.CloseOffer(A1, 2, Closed.TOO_LATE))
    ann.visit(request(), SECOND, 3)
    assert [each.sequence for each in entries(ann)] == [1, 2, 3]
    ann.check_replay()


@pytest.mark.parametrize("command", [GiveBackVisit(A1, "I am ill."), WHOLE_DAY, SuspendPractice()])
def test_a_visit_that_goes_back_is_struck_out(command: doctor.Command) -> None:
    ann = standing()
    ann.book(request(), SECOND, 2)
    ann.letters()
    ann.tell(command, ACCOUNT if isinstance(command, SuspendPractice) else OWNER)
    [letter] = ann.letters()
    assert (letter.topic, letter.start, letter.other_zone) == (
        Topic.VISIT_CANCELLED,
        FIRST,
        "Europe/Paris",
    )
    assert letter.calendar
    assert (letter.calendar.sequence, letter.calendar.cancelled) == (2, True)
    ann.check_replay()


def test_of_what_was_never_a_visit_no_calendar_is_told() -> None:
    ann = Ann()
    ann.offer(request())
    ann.book(request("a2"), SECOND)
    ann.letters()
    ann.tell(SuspendPractice(), ACCOUNT)
    assert not ann.letters()
