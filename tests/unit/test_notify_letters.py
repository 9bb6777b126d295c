"""How letters read: for whom, in whose time, with which links, and what they never say."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar  # noqa: TID251  reads what our own door has written

from actors.caller import Role
from actors.ids import UserId
from actors.notify.letters import mailbox
from actors.notify.messages import CalendarEntry, Notice, Topic
from actors.notify.moments import clock_of, moment
from actors.notify.state.kept import Letter, Recipient
from actors.notify.wording import words_in
from actors.zones import ZONES
from tests.unit.accounts_support import NOW
from tests.unit.notify_support import DOCTOR, ENTRY, PATIENT, START, WRITER, notice

ROUND = 7
UNTIL = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


def written(recipient: Recipient, what: Notice) -> EmailMessage:
    """Return the letter as a mail program reads it from its bytes."""
    letter = Letter(1, what, "id1@carewire", NOW, NOW)
    raw = WRITER(recipient, letter, NOW)
    return message_from_bytes(raw, policy=default)


def part(message: EmailMessage, kind: str) -> str:
    [found] = [each for each in message.walk() if each.get_content_type() == kind]
    text: str = found.get_content()
    return text


def plain(recipient: Recipient, what: Notice) -> str:
    return part(written(recipient, what), "text/plain")


def test_the_head_says_who_writes_to_whom_and_that_nobody_typed_it() -> None:
    message = written(PATIENT, notice())
    assert message["From"] == "Clinic <no-reply@clinic.example>"
    assert message["To"] == "ada@example.org"
    assert message["Message-ID"] == "<id1@carewire>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"


def test_the_same_letter_has_the_same_bytes() -> None:
    letter = Letter(1, notice(calendar=ENTRY), "id1@carewire", NOW, NOW)
    first, second = (WRITER(PATIENT, letter, NOW) for _ in range(2))
    assert first == second


def test_a_time_is_told_on_the_readers_clock_and_on_the_other_where_it_differs() -> None:
    text = plain(PATIENT, notice(start=START, other_zone="America/New_York"))
    assert (
        "When: Tuesday 3 March 2026 at 10:00 (Paris time), which is 04:00 (New York time)" in text
    )


def test_a_clock_that_shows_the_same_is_not_told() -> None:
    text = plain(PATIENT, notice(start=START, other_zone="Europe/Berlin"))
    assert "When: Tuesday 3 March 2026 at 10:00 (Paris time)" in text.splitlines()
    assert "Berlin" not in text


def test_another_day_is_told() -> None:
    late = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)
    said = moment(late, "Europe/Paris", "Asia/Tokyo")
    assert said.endswith("which is Wednesday 4 March 2026 at 07:30 (Tokyo time)")


def test_in_an_hour_that_comes_twice_it_is_told_which_of_both() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert moment(first, "Europe/Berlin").endswith("at 02:30 (Berlin time, UTC+2)")
    assert moment(second, "Europe/Berlin").endswith("at 02:30 (Berlin time, UTC+1)")
    assert moment(first, "UTC", "Europe/Berlin").endswith("which is 02:30 (Berlin time, UTC+2)")


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "GMT+5"),
    ],
)
def test_a_clock_is_called_by_its_city(zone: str, said: str) -> None:
    assert clock_of(zone) == said


@settings(deadline=None)
@given(
    st.sampled_from(sorted(ZONES)),
    st.sampled_from(sorted(ZONES)),
    st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_in_every_zone_letter_and_calendar_mean_the_same_minute(
    zone: str, other: str, start: datetime
) -> None:
    start = start.replace(second=0, microsecond=0)
    entry = CalendarEntry("a1", 1, start, start + timedelta(minutes=30))
    reader = Recipient(PATIENT.user, PATIENT.email, PATIENT.name, Role.PATIENT, zone)
    message = written(reader, notice(start=start, other_zone=other, calendar=entry))
    assert moment(start, zone, other) in part(message, "text/plain")
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in part(message, "text/calendar").splitlines()
    here = start.astimezone(ZONES[zone])
    assert f"{here.day} " in moment(start, zone)
    assert f"{here:%H:%M}" in moment(start, zone)


def test_a_confirmation_carries_its_entry_as_an_invitation() -> None:
    message = written(PATIENT, notice(start=START, calendar=ENTRY))
    assert message.get_content_type() == "multipart/alternative"
    [entry] = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    assert entry["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert entry.get_content_disposition() == "inline"
    calendar = Calendar.from_ical(entry.get_content())
    assert calendar["METHOD"] == "REQUEST"
    [event] = calendar.walk("VEVENT")
    assert event["ATTENDEE"] == "mailto:ada@example.org"
    assert event["URL"] == "https://clinic.example/appointments/a1"


def test_a_cancellation_strikes_its_entry_out() -> None:
    struck = CalendarEntry("a1", 4, START, START + timedelta(minutes=30), cancelled=True)
    message = written(PATIENT, notice(Topic.CANCELLED, calendar=struck))
    calendar = Calendar.from_ical(part(message, "text/calendar"))
    assert calendar["METHOD"] == "CANCEL"
    assert calendar.walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_times_to_choose_from_are_told_one_by_one_with_their_end() -> None:
    choices = (START, START + timedelta(hours=2))
    text = plain(PATIENT, notice(Topic.OFFERED, choices=choices, until=UNTIL))
    assert "Time 1: Tuesday 3 March 2026 at 10:00 (Paris time)" in text
    assert "Time 2: Tuesday 3 March 2026 at 12:00 (Paris time)" in text
    assert "They are held until: Monday 2 March 2026 at 18:00 (Paris time)" in text


def test_the_last_reminder_is_the_one_to_join_by() -> None:
    message = written(PATIENT, notice(Topic.REMINDER, start=START, minutes=10))
    assert message["Subject"] == "Your appointment begins soon"
    text = part(message, "text/plain")
    assert "begins in 10 minutes" in text
    assert "Join: https://clinic.example/appointments/a1" in text
    early = plain(PATIENT, notice(Topic.REMINDER, start=START, minutes=1440))
    assert "Join" not in early


def test_an_offer_that_is_over_says_whether_an_appointment_stands() -> None:
    assert "We go on looking" in plain(PATIENT, notice(Topic.LAPSED))
    stands = plain(PATIENT, notice(Topic.LAPSED, start=START))
    assert "Your appointment stays as it was." in stands
    assert "When: Tuesday 3 March" in stands


@pytest.mark.parametrize("topic", [Topic.CANCELLED, Topic.RETURNED, Topic.NOSHOW])
def test_a_time_that_is_no_more_is_told_as_past(topic: Topic) -> None:
    text = plain(PATIENT, notice(topic, start=START))
    assert "It was planned for: Tuesday 3 March" in text
    assert "When:" not in text


def test_a_visit_that_the_clinic_cancels_is_no_declined_request() -> None:
    assert "can't offer you an appointment" in plain(PATIENT, notice(Topic.DECLINED))
    cancelled = plain(PATIENT, notice(Topic.DECLINED, start=START))
    assert "The clinic can't keep your appointment." in cancelled
    assert "It was planned for: Tuesday 3 March" in cancelled


def test_a_doctor_answers_a_request_by_a_link_of_their_own() -> None:
    text = plain(DOCTOR, notice(Topic.REQUEST, until=UNTIL, answer_round=ROUND))
    assert "Accept or decline: https://clinic.example/answer#doc.a1.7.1700" in text
    assert "Open your inbox: https://clinic.example/inbox" in text


@pytest.mark.parametrize("what", [notice(Topic.REQUEST, until=UNTIL), notice(Topic.VISIT)])
def test_without_a_round_there_is_no_such_link(what: Notice) -> None:
    assert "/answer" not in plain(DOCTOR, what)


def test_p03_a_doctors_letter_names_nobody() -> None:
    text = plain(DOCTOR, notice(Topic.VISIT, start=START, with_name="Ada Byron"))
    assert "Ada" not in text


@pytest.mark.parametrize("topic", Topic)
def test_p03_every_letter_is_neutral_and_loads_nothing(topic: Topic) -> None:
    reader = DOCTOR if words_in("en").topics[topic].page.value == "/inbox" else PATIENT
    message = written(reader, notice(topic, start=START, with_name="Dr Zoe", until=UNTIL))
    text, html = part(message, "text/plain"), part(message, "text/html")
    assert not re.search(
        r"diagnos|symptom|ill|pain|reason|medic|disease|treat", text, re.IGNORECASE
    )
    assert not re.search(r"<(img|script|link|style|iframe)|src=|@import", html, re.IGNORECASE)
    assert set(re.findall(r'https?://[^/"\s<]+', html)) == {"https://clinic.example"}
    assert '<html lang="en">' in html
    assert message["Subject"].strip()
    assert "{" not in text


def test_plain_text_and_html_say_the_same() -> None:
    what = notice(Topic.MOVED, start=START, with_name="Dr <Zoe> & Co")
    message = written(PATIENT, what)
    html = part(message, "text/html")
    assert "Dr &lt;Zoe&gt; &amp; Co" in html
    bare = re.sub(r"<title>.*?</title>|<[^>]+>", " ", html)
    words = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert "With Dr <Zoe> & Co" in " ".join(words.replace("&#x27;", "'").split())
    assert "With: Dr <Zoe> & Co" in part(message, "text/plain")


def test_a_name_can_not_begin_a_line_of_its_own() -> None:
    sly = Recipient(UserId("x"), "x@example.org", "X\r\nBcc: all@example.org", Role.PATIENT, "UTC")
    message = written(sly, notice(with_name="Dr\nZoe"))
    assert message["Bcc"] is None
    assert "Hello X Bcc: all@example.org," in part(message, "text/plain")


def test_an_address_that_could_end_a_header_is_refused() -> None:
    sly = Recipient(UserId("x"), "x@example.org\r\nBcc: a@b.c", "X", Role.PATIENT, "UTC")
    with pytest.raises(ValueError, match="CR or LF"):
        WRITER(sly, Letter(1, notice(), "id1@carewire", NOW, NOW), NOW)


def test_a_domain_is_written_as_mail_servers_know_it() -> None:
    assert mailbox("ada@bücher.example") == "ada@xn--bcher-kva.example"
    assert mailbox(f"ada@{'x' * 70}.example") == f"ada@{'x' * 70}.example"


def test_a_local_part_beyond_ascii_is_kept() -> None:
    reader = Recipient(UserId("x"), "zoë@example.org", "Zoë", Role.PATIENT, "UTC")
    assert "To: zoë@example.org".encode() in (
        WRITER(reader, Letter(1, notice(), "id1@carewire", NOW, NOW), NOW)
    )
