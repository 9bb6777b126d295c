"""The whole language of a visit note: drafted while talking, signed, amended, summed up.

One actor per visit, at `address_of(appointment)`. FHIR: a Composition, `preliminary` until it is
signed (`final`), `amended` by what is added later; nothing that was signed is changed.
"""

from datetime import date, datetime
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.appointment import DoctorRef, PatientRef
from actors.ids import AppointmentId

KIND = "visit_note"

LONGEST_PART = 8000
LONGEST_SUMMARY = 4000
MOST_AMENDMENTS = 50


def address_of(appointment: AppointmentId) -> Address:
    """Return where the note of this visit is reached."""
    return Address(KIND, appointment)


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about a visit note."""


class Parts(msgspec.Struct, frozen=True):
    """What a note says, in the four parts of the problem-oriented record (SOAP)."""

    subjective: str = ""
    """What the patient tells."""
    objective: str = ""
    """What was found."""
    assessment: str = ""
    plan: str = ""
    summary: str = ""
    """For the patient, in plain words; they read it once the note is signed."""
    come_back: date | None = None
    """By when they should be seen again."""


class Amendment(msgspec.Struct, frozen=True):
    """What was added to a signed note."""

    text: str
    by: DoctorRef
    at: datetime


# --- commands ----------------------------------------------------------------------------------


class SetPeople(Message, frozen=True):
    """From `call_session`: this visit's patient, and the doctors who may write and read."""

    appointment: AppointmentId
    patient: PatientRef
    doctors: tuple[DoctorRef, ...]
    start: datetime


class DraftNote(Message, frozen=True):
    """By a doctor of the visit: it reads so now. *version* is the one that was typed upon."""

    version: int
    parts: Parts


class SignNote(Message, frozen=True):
    """By a doctor of the visit: this *version* is final. The patient may read its summary."""

    version: int


class AmendNote(Message, frozen=True):
    """By a doctor of the visit: add this to the signed note."""

    text: str


Command: TypeAlias = SetPeople | DraftNote | SignNote | AmendNote

# --- events ------------------------------------------------------------------------------------


class PeopleSet(Message, frozen=True):
    """Who the note is about, and who may write it."""

    appointment: AppointmentId
    patient: PatientRef
    doctors: tuple[DoctorRef, ...]
    start: datetime
    at: datetime


class NoteDrafted(Message, frozen=True):
    """The note reads so, as *version*."""

    appointment: AppointmentId
    version: int
    parts: Parts
    by: DoctorRef
    at: datetime


class NoteSigned(Message, frozen=True):
    """The note is final. *summary*: whether there is one for the patient, who is told."""

    appointment: AppointmentId
    patient: PatientRef
    version: int
    by: DoctorRef
    summary: bool
    at: datetime
    start: datetime | None = None
    """Of the visit."""


class NoteAmended(Message, frozen=True):
    """Something was added to the signed note."""

    appointment: AppointmentId
    amendment: Amendment


Event: TypeAlias = PeopleSet | NoteDrafted | NoteSigned | NoteAmended

# --- queries and views -------------------------------------------------------------------------


class GetNote(Message, frozen=True):
    """Ask (as a doctor of the visit) for a `NoteView`."""


class GetSummary(Message, frozen=True):
    """Ask (as its patient, or a doctor of the visit) for a `SummaryView` of the signed note."""


Query: TypeAlias = GetNote | GetSummary


class NoteView(Message, frozen=True):
    """The note, for its doctors."""

    appointment: AppointmentId
    patient: PatientRef
    doctors: tuple[DoctorRef, ...]
    start: datetime
    version: int
    """0: nothing was written yet."""
    parts: Parts
    saved_at: datetime | None
    signed_by: DoctorRef | None
    signed_at: datetime | None
    amendments: tuple[Amendment, ...]


class SummaryView(Message, frozen=True):
    """What the patient gets of a signed note."""

    appointment: AppointmentId
    patient: PatientRef
    doctor: DoctorRef
    start: datetime
    summary: str
    come_back: date | None
    signed_at: datetime


View: TypeAlias = NoteView | SummaryView
