"""What may happen to a visit note, and what that makes of it."""

from datetime import date, timedelta
from typing import assert_never

from msgspec.structs import replace

from actors.asked import Asked
from actors.call_session import messages as call_session
from actors.caller import is_actor
from actors.refusal import Invalid, NotAllowed, optional_text, required_text
from actors.visit_note.messages import (
    LONGEST_PART,
    LONGEST_SUMMARY,
    MOST_AMENDMENTS,
    Amendment,
    AmendNote,
    Command,
    DraftNote,
    Event,
    NoteAmended,
    NoteDrafted,
    NoteSigned,
    Parts,
    PeopleSet,
    SetPeople,
    SignNote,
)
from actors.visit_note.refusals import (
    NoteChanged,
    NoteFinal,
    NothingWritten,
    NotSigned,
    TooManyAmendments,
)
from actors.visit_note.state.kept import Note, People, Signature
from actors.visit_note.state.permissions import author_of

FARTHEST = timedelta(days=10 * 366)
"""Beyond that nobody is told to come back."""


def decide(state: Note, command: Command, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case SetPeople():
            return _set_people(state, command, asked)
        case DraftNote():
            return _draft(state, command, asked)
        case SignNote(version):
            return _sign(state, version, asked)
        case AmendNote(text):
            return _amend(state, text, asked)
        case _:
            assert_never(command)


def _set_people(state: Note, command: SetPeople, asked: Asked) -> list[Event]:
    session = call_session.address_of(call_session.of_visit(state.appointment))
    if not is_actor(asked.caller, session) or command.appointment != state.appointment:
        raise NotAllowed
    people = (command.patient, command.doctors, command.start)
    if state.people == People(*people):
        return []
    return [PeopleSet(state.appointment, *people, asked.at)]


def _draft(state: Note, command: DraftNote, asked: Asked) -> list[Event]:
    """Return how the note reads now; what says the same as the note changes nothing."""
    author = author_of(state, asked)
    if state.signed is not None:
        raise NoteFinal
    parts = _checked(state, command.parts)
    if parts == state.parts:
        return []
    if command.version != state.version:
        raise NoteChanged
    return [NoteDrafted(state.appointment, state.version + 1, parts, author, asked.at)]


def _checked(state: Note, parts: Parts) -> Parts:
    """Return *parts* as they are kept, or raise `Invalid`."""
    return Parts(
        subjective=optional_text("subjective", parts.subjective, LONGEST_PART),
        objective=optional_text("objective", parts.objective, LONGEST_PART),
        assessment=optional_text("assessment", parts.assessment, LONGEST_PART),
        plan=optional_text("plan", parts.plan, LONGEST_PART),
        summary=optional_text("summary", parts.summary, LONGEST_SUMMARY),
        come_back=_checked_date(state, parts.come_back),
    )


def _checked_date(state: Note, day: date | None) -> date | None:
    """Return *day*, which is not before the visit (on any clock) nor many years after it."""
    if day is None or state.people is None:
        return day
    visit = state.people.start.date()
    if not visit - timedelta(days=1) <= day <= visit + FARTHEST:
        raise Invalid(fields={"come_back": "Please choose a day after the visit."})
    return day


def _sign(state: Note, version: int, asked: Asked) -> list[Event]:
    """Return that this version is final; signed again by the same doctor, it changes nothing."""
    author = author_of(state, asked)
    if state.signed is not None:
        if (author.id, version) == (state.signed.by.id, state.version):
            return []
        raise NoteFinal
    if version != state.version:
        raise NoteChanged
    if state.parts == Parts() or state.people is None:
        raise NothingWritten
    people, summary = state.people, bool(state.parts.summary)
    return [
        NoteSigned(
            state.appointment, people.patient, version, author, summary, asked.at, people.start
        )
    ]


def _amend(state: Note, text: str, asked: Asked) -> list[Event]:
    author = author_of(state, asked)
    if state.signed is None:
        raise NotSigned
    if len(state.amendments) >= MOST_AMENDMENTS:
        raise TooManyAmendments
    text = required_text("text", text, LONGEST_PART)
    return [NoteAmended(state.appointment, Amendment(text, author, asked.at))]


def evolve(state: Note, event: Event) -> Note:
    """Return the note to which *event* has happened."""
    match event:
        case PeopleSet(_, patient, doctors, start):
            return replace(state, people=People(patient, doctors, start))
        case NoteDrafted(version=version, parts=parts, at=at):
            return replace(state, version=version, parts=parts, saved_at=at)
        case NoteSigned(by=by, at=at):
            return replace(state, signed=Signature(by, at))
        case NoteAmended(amendment=amendment):
            return replace(state, amendments=(*state.amendments, amendment))
        case _:
            assert_never(event)
