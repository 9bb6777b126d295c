"""Every state, step and code has its words, and no two places say them."""

from datetime import UTC, datetime

import pytest

from actors.accounts.refusals import WrongPassword
from actors.appointment import PatientRef, Request, Stage, Status, Urgency
from actors.caller import Role
from actors.directory.messages import AccountStatus
from actors.ids import AppointmentId, CategoryId, DepartmentId, PatientId
from actors.patient.messages import (
    AppointmentView,
    CancelReason,
    ReminderState,
    Step,
    TimelineEntry,
)
from actors.refusal import Invalid, NotFound
from actors.visit_type import Asking, Medium
from http_edge.pages import visit_wording, wording
from http_edge.pages.devices import device_of
from http_edge.pages.forms import Form

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
REQUEST = Request(
    appointment=AppointmentId("a"),
    department=DepartmentId("d"),
    patient=PatientRef(PatientId("p"), "Pat", "UTC"),
    category=CategoryId("c"),
    category_name="Palpitations",
    reason="It races.",
    urgency=Urgency.ROUTINE,
    windows=(),
    requested_at=NOW,
)


def test_every_state_has_its_words() -> None:
    assert set(wording.STATUS_BADGE) == set(wording.STATUS_TONE) == set(Status)
    assert set(wording.URGENCY) == set(Urgency)
    assert set(wording.ROLE) == set(Role)
    assert set(wording.ACCOUNT_STATUS) == set(AccountStatus)


@pytest.mark.parametrize("step", Step)
def test_every_step_has_its_words(step: Step) -> None:
    for who in ("Hearts", ""):
        entry = TimelineEntry(step, NOW, stage=Stage.GROUP, who=who)
        words = visit_wording.step_title(entry)
        assert words
        assert "{" not in words


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_headline(status: Status) -> None:
    view = AppointmentView(AppointmentId("a"), status, REQUEST, stage=Stage.TRIAGE)
    assert visit_wording.headline(view)


@pytest.mark.parametrize("stage", [*Stage, None])
def test_every_stage_says_with_whom(stage: Stage | None) -> None:
    assert wording.with_whom(stage, "Hearts")
    assert wording.with_whom(stage, "")


def test_what_a_patient_may_choose_from_has_its_words() -> None:
    assert set(visit_wording.CANCEL_REASON) == set(CancelReason)
    assert set(visit_wording.REMINDER) == set(ReminderState)
    assert set(visit_wording.MEDIUM) == set(Medium)
    assert set(visit_wording.ASKING) == set(Asking)


@pytest.mark.parametrize(
    ("step", "why", "words"),
    [
        (Step.ROUTED, "away", "the doctor is not there at that time"),
        (Step.STAYED, "time_taken", "the new time was taken meanwhile"),
        (Step.MOVED, "earlier", "you took an earlier time"),
        (Step.CANCELLED, "better", "I feel better"),
        (Step.DECLINED, "We are full.", "We are full."),
        (Step.CONFIRMED, "", ""),
    ],
)
def test_why_a_step_happened_is_said_in_words(step: Step, why: str, words: str) -> None:
    assert visit_wording.step_reason(TimelineEntry(step, NOW, why=why)) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min before"),
        (10, "10 min before"),
        (60, "1 h before"),
        (90, "1 h 30 min before"),
        (1440, "1 day before"),
        (2 * 1440 + 60, "2 days 1 h before"),
    ],
)
def test_how_long_before_a_visit_is_said_in_words(minutes: int, words: str) -> None:
    assert visit_wording.ahead(minutes) == words


def test_days_on_which_clocks_change_are_said_in_words() -> None:
    assert "New York go forward" in visit_wording.clock_note("skipped", "America/New_York")
    assert "comes twice" in visit_wording.clock_note("once", "Europe/Berlin")


def test_a_visit_that_the_clinic_cancelled_is_no_declined_request() -> None:
    view = AppointmentView(AppointmentId("a"), Status.DECLINED, REQUEST, start=NOW)
    entry = TimelineEntry(Step.DECLINED, NOW, why="We are closed.", start=NOW)
    assert visit_wording.headline(view) == "Cancelled by the clinic"
    assert visit_wording.step_title(entry) == "Cancelled by the clinic"


def test_a_status_that_nobody_thought_of_is_a_fault_of_ours() -> None:
    assert wording.error_words(418) == wording.FAULT
    assert wording.error_words(404) != wording.FAULT


def test_only_known_codes_are_said() -> None:
    assert wording.said("sent")
    assert wording.said("<script>") == ""


def test_a_refusal_stands_at_the_fields_that_it_names() -> None:
    form = Form({"at": "x"})
    form.refuse(Invalid(fields={"start": "That time is not free."}), start="at")
    assert form.errors == {"at": "That time is not free."}
    assert form.status == 422


def test_a_refusal_without_fields_stands_above_the_form() -> None:
    form = Form()
    form.refuse(NotFound())
    assert list(form.errors) == [""]
    assert form.status == 404
    form.refuse(WrongPassword())
    assert form.status == 422


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("clinic-sync 2.0", "clinic-sync 2.0"),
        ("", "An unknown device"),
    ],
)
def test_a_device_is_called_as_people_call_it(said: str, words: str) -> None:
    assert device_of(said) == words
