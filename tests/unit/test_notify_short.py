"""What browsers and webhooks are told, and what no letter ever says."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.caller import Role
from actors.ids import AppointmentId, ConversationId, UserId
from actors.notify.messages import LANGUAGES, Channel, Notice, Topic
from actors.notify.state.kept import Letter, Recipient
from tests.unit.accounts_support import NOW
from tests.unit.notify_support import DOCTOR, ENTRY, PATIENT, START, WRITERS, notice, said

UNTIL = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
T1 = ConversationId("t1")


def letter(what: Notice) -> Letter:
    return Letter(1, what, "id1@carewire", NOW, NOW)


def payload(channel: Channel, reader: Recipient, what: Notice, at: datetime = NOW) -> Any:  # noqa: ANN401  JSON
    return msgspec.json.decode(WRITERS[channel](reader, letter(what), at))


def messages(count: int, thread: ConversationId | None = None) -> Notice:
    return Notice(Topic.MESSAGES, AppointmentId(""), count=count, thread=thread)


# --- browsers ------------------------------------------------------------------------------------


def test_row_95_a_browser_is_told_what_it_shows() -> None:
    soon = notice(Topic.REMINDER, start=START, minutes=10, with_name="Dr Zoe")
    assert payload(Channel.PUSH, PATIENT, soon) == {
        "title": "Your appointment begins soon",
        "body": "Your appointment begins in 10 minutes. "
        "When: Tuesday 3 March 2026 at 10:00 (Paris time)",
        "url": "https://clinic.example/appointments/a1",
        "tag": "reminder-a1",
        "urgent": True,
        "seconds": 86400,
    }


def test_what_is_told_of_messages_is_how_many() -> None:
    several = payload(Channel.PUSH, DOCTOR, messages(3))
    assert several["title"] == "You have 3 unread messages"
    assert several["body"] == "You have 3 unread messages."
    assert several["url"] == "https://clinic.example/messages"
    one = payload(Channel.PUSH, DOCTOR, messages(1, T1))
    assert one["body"] == "You have an unread message."
    assert (one["url"], one["tag"]) == ("https://clinic.example/messages/t1", "messages-t1")


@pytest.mark.parametrize(
    ("topic", "page"),
    [
        (Topic.ARRIVED, "/visits/a1"),
        (Topic.TRIAGE, "/board"),
        (Topic.REQUEST, "/inbox"),
        (Topic.CONFIRMED, "/appointments/a1"),
        (Topic.CALLING, "/calls/a1"),
        (Topic.MISSED_CALL, "/calls/a1"),
        (Topic.SUMMARY, "/appointments/a1/summary"),
    ],
)
def test_a_tap_leads_to_where_something_can_be_done(topic: Topic, page: str) -> None:
    assert payload(Channel.PUSH, DOCTOR, notice(topic))["url"] == f"https://clinic.example{page}"


def test_what_calls_to_a_time_is_kept_until_then_alone() -> None:
    offered = notice(Topic.OFFERED, until=UNTIL)
    hour = UNTIL - timedelta(hours=1)
    assert payload(Channel.PUSH, PATIENT, offered, hour)["seconds"] == 3600
    assert payload(Channel.PUSH, PATIENT, offered, UNTIL + timedelta(hours=1))["seconds"] == 0
    assert payload(Channel.PUSH, PATIENT, notice())["seconds"] == 86400


def test_the_answer_links_stay_in_the_letter() -> None:
    asked = notice(Topic.REQUEST, until=UNTIL, answer_round=7)
    for channel in (Channel.PUSH, Channel.WEBHOOK):
        assert b"answer#" not in WRITERS[channel](DOCTOR, letter(asked), NOW)


# --- webhooks ------------------------------------------------------------------------------------


def test_a_webhook_is_told_whom_by_id_and_what_in_a_sentence() -> None:
    told = payload(Channel.WEBHOOK, PATIENT, notice(start=START, with_name="Dr Zoe"))
    assert told == {
        "type": "notice.confirmed",
        "timestamp": "2026-03-02T09:00:00Z",
        "data": {
            "user": "ada",
            "topic": "confirmed",
            "sentence": "Your appointment is confirmed. "
            "When: Tuesday 3 March 2026 at 10:00 (Paris time)",
            "url": "https://clinic.example/appointments/a1",
        },
    }


def test_another_try_says_the_same() -> None:
    later = NOW + timedelta(hours=5)
    first, second = (
        WRITERS[Channel.WEBHOOK](PATIENT, letter(notice()), each) for each in (NOW, later)
    )
    assert first == second


# --- what is never said --------------------------------------------------------------------------

READERS = st.builds(
    partial(Recipient, UserId("u1"), "reader@clinic.example", "Readername"),
    st.sampled_from([Role.PATIENT, Role.DOCTOR, Role.ADMIN]),
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York"]),
    st.sampled_from(sorted(LANGUAGES)),
)
NOTICES = st.builds(
    Notice,
    topic=st.sampled_from(Topic),
    appointment=st.just(AppointmentId("a1")),
    start=st.none() | st.just(START),
    other_zone=st.sampled_from(["", "Asia/Tokyo"]),
    with_name=st.just("Quxfoo Barbaz"),
    until=st.none() | st.just(UNTIL),
    choices=st.just(()) | st.just((START, UNTIL)),
    minutes=st.integers(0, 1440),
    calendar=st.none() | st.just(ENTRY),
    answer_round=st.integers(0, 3),
    thread=st.none() | st.just(T1),
    count=st.integers(0, 99),
)


CLINICAL = {
    "en": r"diagnos|symptom|pain|reason|medic|disease|treatment",
    "de": r"diagnos|symptom|krank|schmerz|\bgrund|medi[kz]|behandl|beschwerd|leiden",
    "fr": r"diagnos|sympt|malad|douleur|motif|médic|trait|souffr",
    "es": r"diagn|síntom|enferm|dolor|motivo|m[eé]dic|tratam|dolenc",
}


@settings(deadline=None, max_examples=300)
@given(READERS, NOTICES)
def test_row_99_no_letter_names_a_patient_or_says_why(reader: Recipient, what: Notice) -> None:
    for channel in Channel:
        text = said(channel, WRITERS[channel](reader, letter(what), NOW))
        assert "Quxfoo" not in text or (channel is Channel.EMAIL and reader.role is Role.PATIENT)
        assert "Readername" not in text or channel is Channel.EMAIL
        assert "{" not in text.replace('{"', "").replace(":{", "")
        assert not re.search(CLINICAL[reader.language], text, re.IGNORECASE)
