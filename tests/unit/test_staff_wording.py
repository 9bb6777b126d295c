"""What staff read has words for every state, step and reason."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from actors.admin_router.messages import Because, GroupMode, Hop, HopKind, MoveCause, Reason
from actors.appointment import GroupRef, Stage, Status
from actors.caller import By, Role
from actors.doctor.messages import Closed, Offer, OfferStatus, SeriesPlan
from actors.ids import AppointmentId, GroupId
from actors.notify.messages import Topic
from actors.visit_type import Asking, Medium
from http_edge.pages import staff_wording, times, visit_wording, wording
from http_edge.pages.languages import language, tag_of

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)

TEMPLATES = Path(__file__).parents[2] / "http_edge" / "templates"


def test_every_state_has_its_words() -> None:
    assert set(staff_wording.STATUS) == set(Status)
    assert set(staff_wording.OFFER) == set(OfferStatus)
    assert set(staff_wording.CLOSED) == set(Closed)
    assert set(staff_wording.ASKING) == set(Asking)
    assert set(staff_wording.MEDIUM) == set(Medium)
    assert set(staff_wording.GROUP_MODE) == set(GroupMode)
    assert set(staff_wording.CAUSE) == set(MoveCause)
    assert set(staff_wording.REASON) == set(Reason)
    assert set(staff_wording.TOPIC) == set(Topic)


@pytest.mark.parametrize("kind", HopKind)
@pytest.mark.parametrize("name", ["", "Dr A"])
def test_every_hop_has_its_words(kind: HopKind, name: str) -> None:
    words = staff_wording.hop(Hop(kind, NOW, name=name))
    assert words
    assert "{" not in words


def test_a_visit_that_the_clinic_cancelled_is_no_declined_request() -> None:
    assert staff_wording.hop(Hop(HopKind.DECLINED, NOW)) == "Declined by the clinic"
    assert staff_wording.hop(Hop(HopKind.DECLINED, NOW, start=NOW)) == "Cancelled by the clinic"
    ids, gone = AppointmentId("a"), OfferStatus.CANCELLED
    by_clinic = Offer(ids, gone, None, None, None, why=Closed.DECLINED)
    assert staff_wording.offer_outcome(by_clinic) == "Cancelled by the clinic"
    moved = Offer(ids, gone, None, None, None, why=Closed.MOVED)
    assert staff_wording.offer_outcome(moved) == "Moved to another time or doctor"
    assert staff_wording.offer_outcome(Offer(ids, gone, None, None, None)) == "Cancelled"


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_says_with_whom(stage: Stage) -> None:
    assert staff_wording.with_whom(stage, "")
    assert "Dr A" in staff_wording.with_whom(stage, "Dr A") or stage is Stage.TRIAGE


@pytest.mark.parametrize("status", OfferStatus)
def test_every_end_of_an_offer_has_its_words(status: OfferStatus) -> None:
    offer = Offer(AppointmentId("a"), status, None, None, None, why=Closed.TAKEN, by_name="Dr B")
    assert staff_wording.offer_outcome(offer)


def test_a_lost_race_names_the_colleague() -> None:
    closed, taken = OfferStatus.CLOSED, Closed.TAKEN
    offer = Offer(AppointmentId("a"), closed, None, None, None, why=taken, by_name="Dr B")
    assert staff_wording.offer_outcome(offer) == "Taken by Dr B"


def test_why_this_doctor_is_said_in_one_sentence() -> None:
    turn = Because(Reason.BALANCED, matched=("hi", "on duty"), load=2)
    assert staff_wording.because(turn, "Hearts") == (
        "Least asked of Hearts this week (2), speaks Hindi, on duty"
    )
    assert staff_wording.because(Because(Reason.RULE, rule="Young")) == "Rule “Young”"
    assert all(staff_wording.because(Because(reason)) for reason in Reason)


@pytest.mark.parametrize(
    ("born_on", "words"),
    [
        (None, ""),
        (date(2026, 3, 3), ""),
        (date(1980, 3, 2), "46 y"),
        (date(1980, 3, 3), "45 y"),
        (date(2024, 2, 29), "2 y"),
        (date(2025, 1, 31), "13 months"),
        (date(2026, 1, 30), "1 month"),
    ],
)
def test_an_age_is_told_in_years_or_months(born_on: date | None, words: str) -> None:
    assert staff_wording.age(born_on, NOW.date()) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(-5, "0 min"), (59, "59 min"), (125, "2 h 5 min"), (1500, "1 d 1 h")]
)
def test_a_wait_is_told_as_people_tell_it(minutes: int, words: str) -> None:
    assert staff_wording.duration(NOW - timedelta(minutes=minutes), NOW) == words


def test_who_did_it_is_named_where_it_is_known() -> None:
    names = {"a1": "You", "d1": "Dr A"}
    assert staff_wording.who(By(Role.ADMIN, "a1"), names) == "You"
    assert staff_wording.who(By(Role.ADMIN, "a2"), names) == "An administrator"
    assert staff_wording.who(By(Role.DOCTOR, "d1"), names) == "Dr A"
    assert staff_wording.who(By(Role.PATIENT, "p"), names) == "The patient"
    assert staff_wording.who(By(Role.ACTOR, "doctor/d1"), names) == ""


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("Hindi", "hi"),
        ("german", "de"),
        ("PT-BR", "pt-BR"),
        ("xx", "xx"),
        ("no such", ""),
        ("", ""),
    ],
)
def test_a_language_is_meant_by_its_name_or_tag(word: str, tag: str) -> None:
    assert tag_of(word) == tag


def test_an_unknown_language_is_called_by_its_tag() -> None:
    assert language("zz-ZZ") == "zz-ZZ"
    assert language("pt-BR") == "Portuguese (BR)"


def test_a_series_says_what_clashes() -> None:
    assert staff_wording.series(SeriesPlan((), ())) == "All 0 times are free."


def test_a_doctor_reads_why_they_are_asked_in_the_words_of_the_board() -> None:
    offer = Offer(AppointmentId("a"), OfferStatus.OPEN, None, None, NOW)
    assert staff_wording.why_me(offer, "ann") == "The clinic asks you."
    ruled = replace(offer, because=Because(Reason.RULE, rule="Young", matched=("hi",)))
    assert staff_wording.why_me(ruled, "ann") == "Rule “Young”, speaks Hindi."
    grouped = replace(ruled, group=GroupRef(GroupId("h"), "Hearts"))
    assert staff_wording.why_me(grouped, "ann") == (
        "Rule “Young”, speaks Hindi. All of Hearts are asked; the first who accepts takes it."
    )


@pytest.mark.parametrize(
    "code",
    ["not_public", "unreachable", "too_big", "too_slow", "unreadable", "status_403", "status_404"],
)
def test_each_trouble_with_another_calendar_is_said_in_words(code: str) -> None:
    assert code not in staff_wording.feed_trouble(code)
    assert "status_500" in staff_wording.feed_trouble("status_500")


@pytest.mark.parametrize(
    ("short", "module"),
    [("s", staff_wording), ("v", visit_wording), ("w", wording), ("t", times)],
)
def test_templates_name_only_words_that_there_are(short: str, module: ModuleType) -> None:
    used = re.compile(rf"(?<![\w.\"'/]){short}\.([A-Za-z_]\w*)")
    named = {name for file in TEMPLATES.glob("*.html") for name in used.findall(file.read_text())}
    assert named
    assert {name for name in named if not hasattr(module, name)} == set()
