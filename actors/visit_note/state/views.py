"""What the visit's doctors see of a note, and its patient once it is signed."""

from typing import assert_never

from actors.asked import Asked
from actors.caller import Caller, Role
from actors.refusal import NotFound
from actors.visit_note.messages import GetNote, GetSummary, NoteView, Query, SummaryView, View
from actors.visit_note.state.kept import Note, People
from actors.visit_note.state.permissions import author_of, may_watch


def answer(state: Note, query: Query, asked: Asked) -> View:
    """Return what *asked*'s caller sees, or raise `NotFound`."""
    if state.people is None:
        raise NotFound
    match query:
        case GetNote():
            author_of(state, asked)
            return _note(state, state.people)
        case GetSummary():
            if not may_watch(state, asked.caller) and not _is_patient(state.people, asked.caller):
                raise NotFound
            return _summary(state, state.people)
        case _:
            assert_never(query)


def _is_patient(people: People, caller: Caller) -> bool:
    return caller.role is Role.PATIENT and caller.user == people.patient.id


def _note(state: Note, people: People) -> NoteView:
    return NoteView(
        appointment=state.appointment,
        patient=people.patient,
        doctors=people.doctors,
        start=people.start,
        version=state.version,
        parts=state.parts,
        saved_at=state.saved_at,
        signed_by=state.signed.by if state.signed else None,
        signed_at=state.signed.at if state.signed else None,
        amendments=state.amendments,
    )


def _summary(state: Note, people: People) -> SummaryView:
    """Return what the patient gets of the note, once it is signed and if there is something."""
    if state.signed is None or not state.parts.summary:
        raise NotFound
    return SummaryView(
        appointment=state.appointment,
        patient=people.patient,
        doctor=state.signed.by,
        start=people.start,
        summary=state.parts.summary,
        come_back=state.parts.come_back,
        signed_at=state.signed.at,
    )
