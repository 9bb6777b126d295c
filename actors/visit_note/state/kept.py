"""What is kept of a visit note."""

from datetime import datetime

import msgspec

from actors.appointment import DoctorRef, PatientRef
from actors.ids import AppointmentId
from actors.visit_note.messages import Amendment, Parts


class People(msgspec.Struct, frozen=True):
    """Whose visit it is, and when it is."""

    patient: PatientRef
    doctors: tuple[DoctorRef, ...]
    start: datetime


class Signature(msgspec.Struct, frozen=True):
    """Who has signed, and when."""

    by: DoctorRef
    at: datetime


class Note(msgspec.Struct, frozen=True):
    """The note of one visit."""

    appointment: AppointmentId
    people: People | None = None
    """None until the visit has a session."""
    version: int = 0
    parts: Parts = Parts()
    saved_at: datetime | None = None
    signed: Signature | None = None
    amendments: tuple[Amendment, ...] = ()

    def __repr__(self) -> str:
        return f"Note(version {self.version})"


def born(key: str) -> Note:
    """Return the note of a visit of which we know nothing yet."""
    return Note(AppointmentId(key))
