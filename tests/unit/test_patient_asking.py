"""How a patient asks to be seen: what fits, how often, and whom they saw before."""

from datetime import date, datetime

import pytest
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.appointment import Picked, Stage, Status, Window
from actors.ids import AppointmentId, CategoryId, QuestionId, SeriesId, VisitTypeId
from actors.intake import Answer
from actors.notify.messages import SetZone, Topic, address_of
from actors.patient import messages as patient
from actors.patient.messages import Step
from actors.refusal import Ground
from actors.visit_type import STANDARD, Asking
from tests.unit.patient_support import (
    ANN,
    BOB,
    CLINIC,
    DAY,
    HEART,
    HOUR,
    MINUTE,
    NOON,
    VISIT,
    WISH,
    Person,
    confirmation,
    routing,
)

PICKED = Picked(ANN, NOON + DAY)


def answer(question: str = "q", text: str = "Since when?", value: str = "Today") -> Answer:
    return Answer(QuestionId(question), text, value)


def test_a_request_goes_to_the_department_and_the_patient_is_told() -> None:
    pat = Person()
    facts = patient.Facts("fr", date(1980, 5, 17))
    pat.does(patient.ChangeProfile("Pat", "Europe/Paris", facts))
    appointment = pat.asks(replace(WISH, answers=(answer(),), earlier=True))
    request = pat.view(appointment).request
    assert pat.told_department() == [router.RouteRequest(request)]
    assert (request.patient.language, request.patient.born_on) == ("fr", date(1980, 5, 17))
    assert (request.visit, request.answers) == (VISIT, (answer(),))
    assert request.earlier
    assert pat.view(appointment).earlier
    assert [each.topic for each in pat.letters()] == [Topic.RECEIVED]


@pytest.mark.parametrize(
    "answers",
    [(answer(),) * 31, (answer(value="x" * 1001),), (answer(text="x" * 301),)],
)
def test_answers_are_bounded(answers: tuple[Answer, ...]) -> None:
    said = Person().refused(replace(WISH, answers=answers))
    assert said.code == "invalid"
    assert all(field.startswith("answers") for field in said.fields)


def test_a_kind_of_visit_is_asked_for_so_often_on_one_day_of_the_patients_calendar() -> None:
    """Noon UTC is 21:00 in Tokyo: three hours later a new day begins there."""
    pat = Person("Asia/Tokyo")
    twice = replace(WISH, visit=replace(VISIT, most_per_day=2))
    pat.does(patient.WithdrawRequest(pat.asks(twice)))
    pat.asks(twice)
    said = pat.refused(twice)
    assert (said.code, said.ground) == ("too_many_today", Ground.TOO_MANY)
    pat.asks(replace(twice, visit=replace(twice.visit, id=VisitTypeId("other"))))
    pat.now += 2 * HOUR
    assert pat.refused(twice).code == "too_many_today"
    pat.now += HOUR
    pat.asks(twice)


def test_a_picked_time_is_the_only_window() -> None:
    pat = Person()
    sent = Window(PICKED.start, PICKED.start + 35 * MINUTE)
    as_sent = pat.request_of(pat.asks(replace(WISH, picked=PICKED, windows=(sent,))))
    assert (as_sent.picked, as_sent.windows) == (PICKED, (sent,))
    by_visit = pat.request_of(pat.asks(replace(WISH, picked=PICKED)))
    assert by_visit.windows == (Window(PICKED.start, PICKED.start + 20 * MINUTE),)
    doctors_own = replace(VISIT, minutes=None)
    longest = pat.request_of(pat.asks(replace(WISH, picked=PICKED, visit=doctors_own)))
    assert longest.windows == (Window(PICKED.start, PICKED.start + 8 * HOUR),)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"picked": Picked(ANN, NOON)}, "picked"),
        ({"picked": Picked(ANN, NOON + 400 * DAY)}, "picked"),
        ({"picked": Picked(ANN, datetime(2026, 3, 4, 9))}, "picked"),  # noqa: DTZ001 - on purpose
        ({"picked": PICKED, "visit": replace(VISIT, asking=Asking.REQUEST)}, "picked"),
        ({"picked": PICKED, "windows": (Window(NOON + HOUR, NOON + 2 * HOUR),)}, "windows"),
        (
            {"picked": PICKED, "windows": (Window(PICKED.start, PICKED.start + 9 * HOUR),)},
            "windows",
        ),
    ],
)
def test_a_picked_time_that_makes_no_sense_is_refused(
    change: dict[str, object], field: str
) -> None:
    said = Person().refused(replace(WISH, **change))
    assert (said.code, set(said.fields)) == ("invalid", {field})


def test_the_doctor_of_the_last_visit_for_the_same_category_is_asked_first() -> None:
    pat = Person()
    first, second = pat.asks(), pat.asks()
    pat.hears(confirmation(first, NOON + DAY, ANN))
    pat.hears(confirmation(second, NOON + 2 * DAY, BOB))
    other = replace(WISH, category=CategoryId("skin"))
    assert pat.request_of(pat.asks(other)).preferred is None
    assert pat.request_of(pat.asks(replace(WISH, same_doctor=False))).preferred is None
    assert pat.request_of(pat.asks()).preferred == BOB
    pat.does(patient.WithdrawRequest(second))
    assert pat.request_of(pat.asks()).preferred == ANN


def test_a_further_visit_of_a_series_is_taken_over_and_not_asked_for() -> None:
    pat = Person()
    request = replace(
        pat.request_of(pat.asks()), appointment=AppointmentId("next"), series=SeriesId("s")
    )
    sent = len(pat.sent)
    [adopted] = pat.hears(patient.AdoptAppointment(request))
    assert adopted.adopted
    assert len(pat.sent) == sent
    assert not pat.hears(patient.AdoptAppointment(request))
    pat.hears(confirmation(request.appointment, NOON + DAY))
    assert pat.view(request.appointment).status is Status.CONFIRMED


def test_what_the_clinic_asks_is_answered_once() -> None:
    pat = Person()
    appointment = pat.asks()
    answering = patient.AnswerClinic(appointment, " Since Monday. ")
    assert pat.refused(answering).code == "nothing_asked"
    pat.hears(patient.AskPatient(appointment, "Since when?"))
    assert pat.bell() == [Step.ASKED]
    assert pat.letters()[-1].topic is Topic.ASKED
    assert set(pat.refused(replace(answering, text=" ")).fields) == {"text"}
    pat.does(answering)
    assert not pat.does(answering)
    assert pat.refused(replace(answering, text="Other")).code == "nothing_asked"
    assert pat.view(appointment).asked[-1].answer == "Since Monday."
    said = router.RecordPatientAnswer(appointment, "Since Monday.")
    assert pat.told_department()[-1] == said


def test_deadlines_that_pass_one_after_another_are_told_once_for_each_stage() -> None:
    pat = Person()
    appointment = pat.asks()
    pat.hears(routing(appointment))
    for _ in range(300):
        pat.hears(routing(appointment, "deadline", Stage.TRIAGE))
        pat.hears(routing(appointment, "deadline", Stage.ON_CALL))
    assert len(pat.view(appointment).timeline) == 4
    assert pat.bell() == []


def test_a_timeline_has_an_end() -> None:
    pat = Person()
    appointment = pat.asks()
    for _ in range(150):
        pat.hears(routing(appointment, "declined"))
    assert len(pat.view(appointment).timeline) == 100
    pat.check()


FACTS = patient.Facts("en-GB", date(1980, 5, 17), (10, 60, 10))


def test_a_profile_holds_facts_in_order() -> None:
    pat = Person()
    pat.does(patient.ChangeProfile("Pat", "Europe/Paris", FACTS))
    assert pat.state.facts.reminder_minutes == (60, 10)
    kept = pat.state.facts
    pat.does(patient.ChangeProfile("Patricia", "UTC"))
    assert pat.state.facts == kept
    assert not pat.does(patient.ChangeProfile("Patricia", "UTC", FACTS))
    assert pat.sent[-1] == (address_of("pat"), SetZone("UTC", "Patricia"))
    pat.check()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (patient.Facts("english please"), "language"),
        (patient.Facts("e"), "language"),
        (patient.Facts(born_on=date(1899, 12, 31)), "born_on"),
        (patient.Facts(born_on=date(2026, 3, 3)), "born_on"),
        (patient.Facts(reminder_minutes=(4,)), "reminder_minutes"),
        (patient.Facts(reminder_minutes=(14 * 24 * 60 + 1,)), "reminder_minutes"),
        (patient.Facts(reminder_minutes=(5, 6, 7, 8, 9, 10)), "reminder_minutes"),
    ],
)
def test_facts_that_make_no_sense_are_refused(facts: patient.Facts, field: str) -> None:
    said = Person().refused(patient.ChangeProfile("Pat", "Europe/Paris", facts))
    assert (said.code, set(said.fields)) == ("invalid", {field})


def test_the_usual_visit_may_be_asked_for_five_times_a_day() -> None:
    pat = Person()
    wish = patient.RequestAppointment(CLINIC, HEART, "Heart", "Again.")
    for _ in range(STANDARD.most_per_day):
        pat.asks(wish)
    assert pat.refused(wish).code == "too_many_today"
