"""Every notice has its words, and a page on which its reader deals with it."""

from datetime import UTC, datetime

import pytest

from actors.caller import Role
from actors.ids import AppointmentId, ConversationId
from actors.notify.messages import AlertView, Channel, Group, Notice, Topic
from http_edge.pages import notice_wording as wording
from http_edge.pages.notice_settings import GROUPS

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ROLES = (Role.PATIENT, Role.DOCTOR, Role.ADMIN)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("topic", Topic)
def test_every_notice_has_words_and_a_page_for_every_reader(topic: Topic, role: Role) -> None:
    for who in ("Dr Mia", ""):
        notice = Notice(topic, AppointmentId("a1"), with_name=who)
        words = wording.notice_title(notice, role)
        assert words
        assert "{" not in words
        assert wording.notice_link(notice, role).startswith("/")


@pytest.mark.parametrize("topic", Topic)
def test_everything_that_can_wait_has_words_and_a_page(topic: Topic) -> None:
    alert = AlertView(topic, AppointmentId("a1"), NOW, rings=True)
    assert wording.ALERT[topic]
    assert wording.alert_link(alert, Role.DOCTOR).startswith("/")


@pytest.mark.parametrize(
    ("notice", "role", "words", "link"),
    [
        (
            Notice(Topic.CONFIRMED, AppointmentId("a1"), with_name="Dr Mia"),
            Role.PATIENT,
            "Dr Mia confirmed your visit",
            "/appointments/a1",
        ),
        (
            Notice(Topic.DECLINED, AppointmentId("a1"), start=NOW),
            Role.PATIENT,
            "The clinic has cancelled your visit",
            "/appointments/a1",
        ),
        (
            Notice(Topic.LAPSED, AppointmentId("a1"), start=NOW),
            Role.PATIENT,
            "The time that was held for you is over, your visit stays",
            "/appointments/a1",
        ),
        (
            Notice(Topic.REQUEST, AppointmentId("a1")),
            Role.DOCTOR,
            "A request waits for your answer",
            "/inbox",
        ),
        (
            Notice(Topic.ARRIVED, AppointmentId("a1")),
            Role.DOCTOR,
            "A patient has come in and waits for you",
            "/visits/a1",
        ),
        (
            Notice(Topic.VISIT_CANCELLED, AppointmentId("a1")),
            Role.DOCTOR,
            "A visit in your diary is cancelled",
            "/week",
        ),
        (
            Notice(Topic.TRIAGE, AppointmentId("a1")),
            Role.ADMIN,
            "A request waits to be sent to somebody",
            "/board",
        ),
        (
            Notice(Topic.ON_CALL, AppointmentId("a1")),
            Role.ADMIN,
            "Nobody has answered a request in time",
            "/board",
        ),
        (
            Notice(Topic.MESSAGES, AppointmentId(""), thread=ConversationId("t1"), count=2),
            Role.PATIENT,
            "2 messages wait to be read",
            "/messages/t1",
        ),
        (
            Notice(Topic.MISSED_CALL, AppointmentId("a1"), with_name="Dr Mia"),
            Role.PATIENT,
            "You missed a call of Dr Mia",
            "/calls/a1",
        ),
        (
            Notice(Topic.MISSED_CALL, AppointmentId(""), thread=ConversationId("t1")),
            Role.DOCTOR,
            "You missed a call",
            "/calls/t-t1",
        ),
        (
            Notice(Topic.SUMMARY, AppointmentId("a1"), with_name="Dr Mia"),
            Role.PATIENT,
            "Dr Mia wrote the summary of your visit",
            "/appointments/a1/summary",
        ),
        (
            Notice(Topic.MESSAGES, AppointmentId(""), count=1),
            Role.DOCTOR,
            "1 message waits to be read",
            "/messages",
        ),
    ],
)
def test_a_notice_reads_as_its_reader_needs_it(
    notice: Notice, role: Role, words: str, link: str
) -> None:
    assert wording.notice_title(notice, role) == words
    assert wording.notice_link(notice, role) == link


def test_a_time_that_is_given_up_is_said_to_be() -> None:
    assert wording.notice_when(Topic.CONFIRMED) == "for"
    assert "planned" in wording.notice_when(Topic.CANCELLED)
    assert wording.notice_when(Topic.MISSED_CALL) == "on"


def test_what_can_be_chosen_has_its_words() -> None:
    assert set(wording.GROUP) == set(Group)
    assert set(wording.CHANNEL) == set(Channel)
    assert set(wording.NO_NOTICES) == set(GROUPS) == set(ROLES)
    assert set().union(*GROUPS.values()) == set(Group)
