"""Threads in words: every step, stage and mark has some, and each refusal says what to do."""

from datetime import UTC, datetime

import msgspec
import pytest

from actors.caller import Role
from actors.conversation.messages import (
    Attachment,
    AutomaticItem,
    CallItem,
    Mark,
    Member,
    MessageItem,
    ThreadView,
    VisitItem,
    VisitStep,
    between,
)
from actors.files.messages import FileView, Stage, Why
from actors.files.state.names import cleaned
from actors.ids import AppointmentId, ConversationId, DoctorId, FileId, PatientId, UserId
from http_edge.pages import thread_wording as wording

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PAT, MIA, BEN = UserId("pat"), UserId("mia"), UserId("ben")


def message(number: int = 5, **more: object) -> MessageItem:
    """Return a message of the patient."""
    fields = {"author": PAT, "role": Role.PATIENT, "text": "Good morning", "at": AT, **more}
    return MessageItem(number, **fields)  # type: ignore[arg-type]


def thread() -> ThreadView:
    """Return a thread of a patient and two doctors."""
    return ThreadView(
        id=between(PatientId("pat"), DoctorId("mia")),
        team="Hearts",
        members=(
            Member(PAT, Role.PATIENT, "Pat Ient"),
            Member(MIA, Role.DOCTOR, "Dr Mia"),
            Member(BEN, Role.DOCTOR, "Dr Ben"),
        ),
        marks={},
        last=9,
        unread=0,
        may_write=True,
    )


def file(stage: Stage, why: Why | None = None) -> FileView:
    """Return a file at that stage."""
    return FileView(FileId("f"), PAT, "rash.jpg", stage, 10, 10, why=why)


@pytest.mark.parametrize("step", VisitStep)
def test_every_step_of_a_visit_has_words(step: VisitStep) -> None:
    item = VisitItem(3, AppointmentId("a"), step, AT, AT)
    assert wording.excerpt(item) == wording.VISIT[step]
    assert wording.VISIT[step][0].isupper()


def test_only_steps_that_fix_a_time_are_told_with_it() -> None:
    confirmed = VisitItem(3, AppointmentId("a"), VisitStep.CONFIRMED, AT, AT)
    assert wording.names_time(confirmed)
    assert not wording.names_time(VisitItem(3, AppointmentId("a"), VisitStep.CONFIRMED, AT))
    assert not wording.names_time(VisitItem(3, AppointmentId("a"), VisitStep.CANCELLED, AT, AT))


@pytest.mark.parametrize("stage", Stage)
def test_every_file_that_can_not_be_posted_is_told_with_what_to_do(stage: Stage) -> None:
    said = wording.file_trouble(file(stage, Why.BROKEN if stage is Stage.REFUSED else None))
    assert (said == "") is (stage is Stage.READY)
    assert not said or (said.startswith("“rash.jpg”") and said.endswith("."))


@pytest.mark.parametrize("why", [*Why, None])
def test_every_reason_against_a_file_has_words(why: Why | None) -> None:
    assert wording.file_trouble(file(Stage.REFUSED, why)).count(".") >= 2


def test_a_file_that_nobody_knows_is_told_so() -> None:
    assert wording.file_trouble(None) == "A file is not here any more. Choose it again."


def test_who_wrote_is_called_by_name_and_oneself_you() -> None:
    view = thread()
    assert wording.author(view, PAT, "pat") == "You"
    assert wording.author(view, MIA, "pat") == "Dr Mia"
    assert wording.author(view, UserId("gone"), "pat") == "Somebody before"


@pytest.mark.parametrize(
    ("role", "marks", "state"),
    [
        (Role.PATIENT, {}, "sent"),
        (Role.PATIENT, {PAT: Mark(5, 5)}, "sent"),
        (Role.PATIENT, {MIA: Mark(5, 4)}, "delivered"),
        (Role.PATIENT, {MIA: Mark(5, 4), BEN: Mark(5, 5)}, "read"),
        (Role.PATIENT, {UserId("gone"): Mark(5, 5)}, "sent"),
        (Role.DOCTOR, {MIA: Mark(5, 5), BEN: Mark(5, 5)}, "sent"),
        (Role.DOCTOR, {BEN: Mark(5, 5), PAT: Mark(9, 4)}, "delivered"),
        (Role.DOCTOR, {PAT: Mark(9, 5)}, "read"),
    ],
)
def test_whoever_of_the_other_side_is_furthest_counts(
    role: Role, marks: dict[UserId, Mark], state: str
) -> None:
    view = msgspec.structs.replace(thread(), marks=marks)
    assert wording.mark_of(5, wording.reached(view, role)) == state


def test_a_message_in_one_line() -> None:
    one = Attachment(FileId("f"), "rash.jpg", "image/jpeg", 10)
    assert wording.excerpt(message()) == "Good morning"
    assert wording.excerpt(message(), "pat") == "You: Good morning"
    assert wording.excerpt(message(text="a\n\nb")) == "a b"
    assert len(wording.excerpt(message(text="word " * 100))) < 130
    assert wording.excerpt(message(text="", files=(one,))) == "rash.jpg"
    assert wording.excerpt(message(text="", files=(one, one))) == "2 files"
    assert wording.excerpt(message(text="", deleted_at=AT)) == "This message was deleted."
    assert wording.excerpt(AutomaticItem(7, "Nobody is there.", AT)).endswith("Nobody is there.")


def call(seconds: int) -> CallItem:
    """Return a call of Dr Mia."""
    return CallItem(4, MIA, seconds, AT)


@pytest.mark.parametrize(
    ("seconds", "me", "words"),
    [
        (0, "pat", "Missed call"),
        (0, "mia", "Nobody answered your call"),
        (754, "pat", "Call, 12 min"),
        (754, "mia", "Call, 12 min"),
    ],
)
def test_a_call_is_told_as_its_reader_knows_it(seconds: int, me: str, words: str) -> None:
    assert wording.excerpt(call(seconds), me) == words
    assert words.startswith(wording.CALL[wording.call_kind(call(seconds), me)])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3900, "1 h 5 min")],
)
def test_how_long_a_call_was(seconds: int, words: str) -> None:
    assert wording.call_length(seconds) == words


def test_who_was_missed_is_called_back_in_the_thread() -> None:
    assert wording.call_page(ConversationId("pat-mia")) == "/calls/t-pat-mia"


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 KB"), (2048, "2 KB"), (1024 * 1024 - 1, "1024 KB"), (26_214_400, "25.0 MB")],
)
def test_sizes_in_words(count: int, words: str) -> None:
    assert wording.size(count) == words


def test_the_page_of_two_people() -> None:
    page = wording.page_of(PatientId("pat"), DoctorId("mia"))
    assert page == "/messages/pat-mia#write"


def test_what_browsers_offer_is_what_is_taken() -> None:
    for ending in wording.ACCEPTED.split(","):
        assert cleaned(f"file{ending}") == f"file{ending}"
