"""Who may write and read a visit note. Nobody else learns that there is one."""

from actors.appointment import DoctorRef
from actors.asked import Asked
from actors.caller import Caller, Role
from actors.refusal import NotFound
from actors.visit_note.state.kept import Note


def may_watch(state: Note, caller: Caller) -> bool:
    """Return whether *caller* is one of the visit's doctors."""
    return doctor_of(state, caller) is not None


def doctor_of(state: Note, caller: Caller) -> DoctorRef | None:
    """Return which of the visit's doctors *caller* is, if any."""
    doctors = state.people.doctors if state.people and caller.role is Role.DOCTOR else ()
    return next((each for each in doctors if each.id == caller.user), None)


def author_of(state: Note, asked: Asked) -> DoctorRef:
    """Return the doctor who asks, or raise `NotFound`: nobody else learns that there is a note."""
    doctor = doctor_of(state, asked.caller)
    if doctor is None:
        raise NotFound
    return doctor
