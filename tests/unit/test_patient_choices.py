"""Times that are held for a patient: taken, refused, and gone."""

from datetime import timedelta

import pytest

from actors.admin_router import messages as router
from actors.appointment import Stage, Status, Window
from actors.ids import AppointmentId
from actors.notify.messages import Topic
from actors.patient import messages as patient
from actors.patient.messages import Step
from tests.unit.patient_support import (
    DAY,
    HOUR,
    NOON,
    Person,
    confirmation,
    moved,
    offer,
    routing,
)

ONE, TWO = NOON + DAY, NOON + 2 * DAY


def with_offer(*, until: timedelta = DAY) -> tuple[Person, AppointmentId]:
    """Return a patient for whose request two times are held."""
    pat = Person()
    appointment = pat.asks()
    pat.hears(routing(appointment))
    pat.hears(offer(appointment, TWO, ONE, until=NOON + until))
    return pat, appointment


def test_held_times_are_shown_in_order_with_until_when() -> None:
    pat, appointment = with_offer()
    view = pat.view(appointment)
    assert (view.status, view.stage, view.answer_by) == (Status.OFFERED, Stage.PATIENT, ONE)
    assert view.choices is not None
    assert [each.start for each in view.choices.spans] == [ONE, TWO]
    assert not pat.hears(offer(appointment, ONE, TWO, until=NOON + DAY))
    assert pat.bell() == [Step.OFFERED]
    letter = pat.letters()[-1]
    assert (letter.topic, letter.choices, letter.until) == (Topic.OFFERED, (ONE, TWO), ONE)
    assert (letter.with_name, letter.other_zone) == ("Dr Ann", "Europe/Berlin")


def test_one_is_taken_with_one_tap_and_stands_once_the_diary_has_it() -> None:
    pat, appointment = with_offer()
    taking = patient.TakeTime(appointment, TWO)
    pat.does(taking)
    assert not pat.does(taking)
    assert pat.refused(patient.TakeTime(appointment, ONE)).code == "choice_gone"
    assert pat.refused(patient.RefuseTimes(appointment)).code == "choice_gone"
    assert pat.view(appointment).chosen == TWO
    assert pat.told_department()[-1] == router.RecordChoice(appointment, 1, TWO)
    pat.hears(confirmation(appointment, TWO))
    view = pat.view(appointment)
    assert (view.status, view.start, view.choices, view.chosen) == (
        Status.CONFIRMED,
        TWO,
        None,
        None,
    )
    assert not pat.does(taking)
    pat.check()


def test_only_a_held_time_can_be_taken_and_not_for_ever() -> None:
    pat, appointment = with_offer(until=2 * DAY)
    other = patient.TakeTime(appointment, ONE + HOUR)
    assert pat.refused(other).code == "choice_gone"
    pat.now = ONE
    assert pat.refused(patient.TakeTime(appointment, ONE)).code == "choice_gone"
    pat.now = TWO
    assert pat.refused(patient.TakeTime(appointment, TWO)).code == "choice_gone"
    nothing = pat.asks()
    assert pat.refused(patient.TakeTime(nothing, TWO)).code == "choice_gone"
    pat.does(patient.WithdrawRequest(appointment))
    assert pat.refused(patient.TakeTime(appointment, TWO)).code == "appointment_over"


def test_who_takes_none_says_what_would_suit() -> None:
    pat, appointment = with_offer()
    later = Window(TWO + HOUR, TWO + 3 * HOUR)
    wrong = patient.RefuseTimes(appointment, (Window(later.end, later.start),))
    assert set(pat.refused(wrong).fields) == {"windows"}
    long = patient.RefuseTimes(appointment, (), "x" * 501)
    assert set(pat.refused(long).fields) == {"note"}
    pat.does(patient.RefuseTimes(appointment, (later,), " After work. "))
    view = pat.view(appointment)
    assert (view.status, view.choices, view.request.windows) == (Status.ROUTED, None, (later,))
    said = router.RecordRefusal(appointment, 1, (later,), "After work.")
    assert pat.told_department()[-1] == said
    pat.hears(routing(appointment, "refused", Stage.DOCTOR))
    assert pat.bell() == [Step.OFFERED]


@pytest.mark.parametrize("taken", [False, True])
def test_an_offer_that_lapses_is_told_once(taken: bool) -> None:
    pat, appointment = with_offer()
    if taken:
        pat.does(patient.TakeTime(appointment, ONE))
    assert not pat.hears(patient.CloseChoices(appointment, 7, "lapsed"))
    pat.hears(patient.CloseChoices(appointment, 1, "lapsed"))
    pat.hears(routing(appointment, "lapsed", Stage.TRIAGE))
    view = pat.view(appointment)
    assert (view.status, view.choices, view.chosen) == (Status.ROUTED, None, None)
    assert pat.bell() == [Step.OFFERED, Step.LAPSED]
    assert [each.topic for each in pat.letters()][-1] is Topic.LAPSED
    assert pat.refused(patient.TakeTime(appointment, ONE)).code == "choice_gone"
    pat.check()


def test_a_routing_ends_what_was_offered() -> None:
    pat, appointment = with_offer()
    pat.does(patient.TakeTime(appointment, ONE))
    pat.hears(routing(appointment, "returned"))
    view = pat.view(appointment)
    assert (view.status, view.choices, view.chosen) == (Status.ROUTED, None, None)
    assert pat.bell() == [Step.OFFERED]


def test_a_visit_keeps_its_time_while_others_are_offered() -> None:
    pat = Person()
    appointment = pat.has_visit(TWO)
    pat.hears(offer(appointment, ONE, earlier=True))
    view = pat.view(appointment)
    assert (view.status, view.start) == (Status.CONFIRMED, TWO)
    assert pat.letters()[-1].topic is Topic.EARLIER
    pat.does(patient.TakeTime(appointment, ONE))
    assert pat.view(appointment).start == TWO
    elsewhere = patient.MoveAppointment(appointment, TWO + HOUR)
    assert pat.refused(elsewhere).code == "move_under_way"
    pat.hears(moved(appointment, ONE, cause=router.MoveCause.EARLIER))
    view = pat.view(appointment)
    assert (view.status, view.start, view.choices, view.chosen) == (
        Status.CONFIRMED,
        ONE,
        None,
        None,
    )
    assert pat.bell() == [Step.CONFIRMED, Step.EARLIER, Step.MOVED]
    pat.check()


@pytest.mark.parametrize(("why", "step"), [("lapsed", Step.LAPSED), ("time_taken", Step.STAYED)])
def test_a_visit_stays_when_what_was_offered_is_gone(why: str, step: Step) -> None:
    pat = Person()
    appointment = pat.has_visit(TWO)
    pat.hears(offer(appointment, ONE, earlier=True))
    pat.hears(patient.CloseChoices(appointment, 1, why))
    assert not pat.hears(patient.RecordMoveEnd(appointment, why))
    view = pat.view(appointment)
    assert (view.status, view.start, view.choices) == (Status.CONFIRMED, TWO, None)
    assert pat.bell()[-1] == step
    assert pat.letters()[-1].start == TWO
    pat.check()


def test_who_refuses_an_earlier_time_keeps_the_visit_and_is_told_nothing() -> None:
    pat = Person()
    appointment = pat.has_visit(TWO)
    pat.hears(offer(appointment, ONE, earlier=True))
    pat.does(patient.RefuseTimes(appointment))
    assert not pat.hears(patient.RecordMoveEnd(appointment, "refused"))
    assert pat.view(appointment).status is Status.CONFIRMED
    assert pat.bell() == [Step.CONFIRMED, Step.EARLIER]
