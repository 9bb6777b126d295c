"""Letters, pushes and webhooks in every language: all of it is said, in whose language."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.address import Address
from actors.ids import AppointmentId
from actors.notify.messages import (
    LANGUAGES,
    NO_LANGUAGE,
    Channel,
    Choices,
    Notice,
    Notify,
    RecipientSet,
    SetChoices,
    SetRecipient,
    SetZone,
    Subscribe,
    Topic,
    written_in,
)
from actors.notify.moments import clock_of, moment
from actors.notify.state import born, evolve
from actors.notify.state.kept import Letter, Recipient
from actors.notify.wording import WORDS, words_in
from actors.patient.messages import Facts, ProfileChanged
from actors.patient.reactions.letters import letters
from actors.refusal import Invalid
from actors.zones import ZONES
from tests.unit.accounts_support import NOW, OPERATOR, SECOND, refusal_of
from tests.unit.notify_support import (
    ACCOUNT,
    ADA,
    CHART,
    DOCTOR,
    ENTRY,
    PATIENT,
    PERSON,
    START,
    WRITERS,
    Running,
    box,
    carry,
    notice,
    phone,
    queue,
    said,
)

EVERY = tuple(LANGUAGES)
OTHERS = tuple(each for each in EVERY if each != "en")
UNTIL = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


def strings(words: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a table under the name of its place."""
    for name, value in msgspec.to_builtins(words).items():
        if isinstance(value, dict):
            yield from strings(value, f"{where}{name}.")
        else:
            yield f"{where}{name}", value


def letter(what: Notice) -> Letter:
    return Letter(1, what, "id1@carewire", NOW, NOW)


def left(channel: Channel, reader: Recipient, what: Notice) -> str:
    """Return all that can be read of what leaves."""
    return said(channel, WRITERS[channel](reader, letter(what), NOW))


# --- every language says everything --------------------------------------------------------------


@pytest.mark.parametrize("language", EVERY)
def test_no_language_misses_a_topic_or_a_word(language: str) -> None:
    words = WORDS[language]
    assert set(words.topics) == set(Topic)
    assert all(text.strip() for _, text in strings(words))
    assert set(WORDS) == set(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_the_same_places_and_leads_to_the_same_pages(language: str) -> None:
    english, words = dict(strings(WORDS["en"])), dict(strings(WORDS[language]))
    assert set(words) == set(english)
    for place, text in words.items():
        assert set(re.findall(r"{\w*}", text)) == set(re.findall(r"{\w*}", english[place])), place
        assert text == english[place] if place.endswith(".page") else "{}" not in text


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    english = dict(strings(WORDS["en"]))
    same = {place for place, text in strings(WORDS[language]) if text == english[place]}
    alike = {"line", "clocks.day", "minutes.more"}
    assert {each for each in same if not each.endswith(".page")} <= alike


@pytest.mark.parametrize("who", [PATIENT, DOCTOR])
@pytest.mark.parametrize("language", EVERY)
def test_every_topic_is_said_in_the_language_of_its_reader(language: str, who: Recipient) -> None:
    reader, words = replace(who, language=language), words_in(language)
    for topic in Topic:
        what = notice(topic, start=START + timedelta(days=9), until=UNTIL, minutes=60, count=2)
        raw = WRITERS[Channel.EMAIL](reader, letter(what), NOW)
        message = message_from_bytes(raw, policy=default)
        assert message["Content-Language"] == language
        text = left(Channel.EMAIL, reader, what)
        assert f'<html lang="{language}">' in text
        assert words.footer in text
        assert (words.emergency in text) is (who is PATIENT)
        assert moment(START + timedelta(days=9), reader.zone, language=language) in text


@pytest.mark.parametrize("language", EVERY)
def test_a_letter_in_any_language_is_ascii_on_its_way(language: str) -> None:
    reader = replace(PATIENT, language=language)
    what = notice(Topic.OFFERED, start=START, calendar=ENTRY, with_name="Dr Müller")
    assert WRITERS[Channel.EMAIL](reader, letter(what), NOW).isascii()


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "You have an unread message.", "You have 2 unread messages."),
        ("de", "Sie haben eine ungelesene Nachricht.", "Sie haben 2 ungelesene Nachrichten."),
        ("fr", "Vous avez un message non lu.", "Vous avez 2 messages non lus."),
        ("es", "Tiene un mensaje sin leer.", "Tiene 2 mensajes sin leer."),
    ],
)
def test_one_message_and_several_are_counted(language: str, one: str, two: str) -> None:
    reader = replace(PATIENT, language=language)
    for count, words in ((1, one), (2, two)):
        what = Notice(Topic.MESSAGES, AppointmentId(""), count=count)
        shown: Any = msgspec.json.decode(WRITERS[Channel.PUSH](reader, letter(what), NOW))
        assert shown["body"] == words


@pytest.mark.parametrize(
    ("language", "one", "ten"),
    [
        ("en", "begins in a minute.", "begins in 10 minutes."),
        ("de", "beginnt in einer Minute.", "beginnt in 10 Minuten."),
        ("fr", "commence dans une minute.", "commence dans 10 minutes."),
        ("es", "empieza dentro de un minuto.", "empieza dentro de 10 minutos."),
    ],
)
def test_minutes_are_counted(language: str, one: str, ten: str) -> None:
    reader = replace(PATIENT, language=language)
    for minutes, words in ((1, one), (10, ten)):
        what = notice(Topic.REMINDER, start=START, minutes=minutes)
        assert words in left(Channel.WEBHOOK, reader, what)


# --- times ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Tuesday 3 March 2026 at 10:00 (Paris time), which is 04:00 (New York time)"),
        ("de", "Dienstag, 3. März 2026 um 10:00 (Uhrzeit Paris), das entspricht 04:00"),
        ("fr", "mardi 3 mars 2026 à 10:00 (heure de Paris), soit 04:00 (heure de New York)"),
        ("es", "martes, 3 de marzo de 2026, 10:00 (hora de Paris), es decir, 04:00 (hora de"),
    ],
)
def test_a_time_is_told_as_the_language_tells_it(language: str, words: str) -> None:
    assert moment(START, "Europe/Paris", "America/New_York", language).startswith(words)


def test_french_cities_that_begin_with_a_vowel_are_elided() -> None:
    assert clock_of("Europe/Athens", "fr") == "heure d'Athens"
    assert clock_of("UTC", "fr") == "UTC"


@pytest.mark.parametrize("language", EVERY)
def test_in_an_hour_that_comes_twice_every_language_tells_which(language: str) -> None:
    first, second = (
        moment(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), "Europe/Berlin", language=language)
        for hour in (0, 1)
    )
    assert ", UTC+2)" in first
    assert ", UTC+1)" in second
    assert first.count("02:30") == second.count("02:30") == 1


@settings(deadline=None)
@given(
    st.sampled_from(EVERY),
    st.sampled_from(sorted(ZONES)),
    st.sampled_from(sorted(ZONES)),
    st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_in_every_language_both_clocks_and_days_are_told(
    language: str, zone: str, other: str, at: datetime
) -> None:
    told = moment(at, zone, other, language)
    here, there = at.astimezone(ZONES[zone]), at.astimezone(ZONES[other])
    assert re.search(rf"\b{here.day}\b.*\b{here.year}\b.*\b{here:%H:%M} \(", told)
    differs = here.utcoffset() != there.utcoffset()
    assert len(re.findall(r"\b\d\d:\d\d \(", told)) == 1 + differs
    assert not differs or f"{there:%H:%M} ({clock_of(other, language)}" in told


# --- whose language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "profile", "language"),
    [
        ("", "", "en"),
        ("", "fr", "fr"),
        ("", "de-CH", "de"),
        ("", "ES", "es"),
        ("", "tr", "en"),
        ("", NO_LANGUAGE, "en"),
        ("es", "fr", "es"),
        ("en", "fr", "en"),
    ],
)
def test_a_choice_beats_the_profile_and_that_beats_english(
    choice: str, profile: str, language: str
) -> None:
    assert written_in(choice, profile) == language
    played = box()
    played.do(SetZone("Europe/Paris", "Ada", profile), CHART)
    if choice:
        played.do(SetChoices(Choices(language=choice)), PERSON)
    assert played.state.reader is not None
    assert played.state.reader.language == language
    assert played.replayed() == played.restored() == played.state


def test_a_letter_leaves_in_the_language_that_holds_when_it_leaves() -> None:
    written: list[str] = []

    def note(reader: Recipient, _letter: Letter, _at: datetime) -> bytes:
        written.append(reader.language)
        return b"letter"

    played = box(write=note)
    played.do(SetZone("Europe/Paris", "", "fr"), CHART)
    for choice in ("", "de", ""):
        played.do(SetChoices(Choices(language=choice)), PERSON)
        carry(played, queue(played).number)
    assert written == ["fr", "de", "fr"]


def test_every_channel_leaves_in_the_language_that_was_chosen() -> None:
    running = Running()
    running.tell(Subscribe(phone()), PERSON)
    running.tell(SetChoices(Choices(language="de")), PERSON)
    running.tell(Notify(notice()), CHART)
    running.wait(SECOND)
    for channel in Channel:
        [gone] = running.carrier.by(channel)
        assert "Ihr Termin ist bestätigt." in said(channel, gone.letter)


@pytest.mark.parametrize("wrong", ["tlh", "de-CH", "German", "x" * 5000])
def test_a_language_that_nobody_writes_here_is_refused(wrong: str) -> None:
    refusal = refusal_of(Running().played, SetChoices(Choices(language=wrong)), PERSON)
    assert isinstance(refusal, Invalid)
    assert list(refusal.fields) == ["language"]


def test_who_is_known_keeps_the_language_until_another_is_told() -> None:
    played = box()
    played.do(SetZone("Europe/Paris", "", "fr"), CHART)
    assert played.do(ADA, ACCOUNT) == []
    [told] = played.do(SetRecipient(ADA.user, "new@x.example", "", ADA.role, "UTC"), OPERATOR)
    assert told.language == "fr"
    [told] = played.do(SetZone("UTC"), CHART)
    assert told.language == "fr"
    [told] = played.do(SetZone("UTC", "", NO_LANGUAGE), CHART)
    assert told.language == NO_LANGUAGE


@pytest.mark.parametrize(
    ("facts", "language"),
    [
        (Facts("pt-BR"), "pt"),
        (Facts("DE"), "de"),
        (Facts(), NO_LANGUAGE),
        (None, ""),
    ],
)
def test_a_profile_tells_its_language_and_when_it_says_none_any_more(
    facts: Facts | None, language: str
) -> None:
    changed = ProfileChanged("Ada", "UTC", NOW, facts)
    [effect] = letters(changed, Address("patient", "ada"))
    assert effect.command == SetZone("UTC", "Ada", language)  # type: ignore[union-attr]


def test_what_was_told_before_there_were_languages_still_counts() -> None:
    old = (
        b'{"type":"RecipientSet","user":"ada","email":"ada@example.org","name":"Ada",'
        b'"role":"patient","zone":"UTC","at":"2026-03-02T09:00:00Z"}'
    )
    state = evolve(born("ada"), msgspec.json.decode(old, type=RecipientSet))
    assert state.recipient == Recipient(ADA.user, ADA.email, "Ada", ADA.role, "UTC")
    assert state.reader is not None
    assert state.reader.language == "en"
    command = msgspec.json.decode(b'{"type":"SetZone","zone":"UTC","name":""}', type=SetZone)
    assert command.language == ""
    choices = msgspec.json.decode(b'{"sound":false}', type=Choices)
    assert choices == Choices(sound=False)
