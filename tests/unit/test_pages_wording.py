"""Every state, step and code has its words, and no two places say them."""

from datetime import UTC, datetime

import pytest

from actors.accounts.refusals import WrongPassword
from actors.appointment import Stage, Status, Urgency
from actors.caller import Role
from actors.directory.messages import AccountStatus
from actors.doctor.messages import Closed, Offer, OfferStatus
from actors.ids import AppointmentId
from actors.patient.messages import Notice, Step, TimelineEntry
from actors.refusal import Invalid, NotFound
from http_edge.pages import wording
from http_edge.pages.devices import device_of
from http_edge.pages.forms import Form

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_every_state_has_its_words() -> None:
    assert set(wording.STATUS_BADGE) == set(wording.STATUS_TONE) == set(Status)
    assert set(wording.URGENCY) == set(Urgency)
    assert set(wording.ROLE) == set(Role)
    assert set(wording.ACCOUNT_STATUS) == set(AccountStatus)
    assert set(wording.CLOSED) == set(Closed)


@pytest.mark.parametrize("step", Step)
def test_every_step_has_its_words(step: Step) -> None:
    assert wording.step_title(TimelineEntry(step, NOW, stage=Stage.GROUP, who="Hearts"))
    assert wording.notice_title(Notice(1, step, AppointmentId("a"), NOW, read=False))


@pytest.mark.parametrize("status", OfferStatus)
def test_every_end_of_an_offer_has_its_words(status: OfferStatus) -> None:
    offer = Offer(AppointmentId("a"), status, None, None, None, why=Closed.TAKEN, by_name="Dr B")
    assert wording.offer_outcome(offer)


def test_a_lost_race_names_the_colleague() -> None:
    offer = Offer(
        AppointmentId("a"), OfferStatus.CLOSED, None, None, None, why=Closed.TAKEN, by_name="Dr B"
    )
    assert wording.offer_outcome(offer) == "Taken by Dr B"


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
