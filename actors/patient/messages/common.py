"""What every message of a patient's actor is made of."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from actors.address import Address
from actors.appointment import DoctorRef, Span
from actors.ids import PatientId

KIND = "patient"


def address_of(patient: PatientId) -> Address:
    """Return where this patient's actor is reached."""
    return Address(KIND, patient)


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about a patient's actor."""


class Facts(msgspec.Struct, frozen=True):
    """What a patient says of themselves beside name and zone."""

    language: str = ""
    """BCP 47 tag of the language that they like to speak; empty: not said."""
    born_on: date | None = None
    reminder_minutes: tuple[int, ...] | None = None
    """How long before a visit they are reminded; None: as the clinic does; empty: never."""


class CancelReason(StrEnum):
    """Why a patient does not want an appointment any more."""

    BETTER = "better"
    TIME = "time"
    OTHER_DOCTOR = "other_doctor"
    TOO_LONG = "too_long"
    TECHNICAL = "technical"
    OTHER = "other"


class Choices(msgspec.Struct, frozen=True):
    """Times that are held for the patient to choose one, until *until*.

    *earlier*: a freed time, offered for a visit that stands.
    """

    round: int
    doctor: DoctorRef
    doctor_zone: str
    spans: tuple[Span, ...]
    until: datetime
    earlier: bool = False


class ReminderState(StrEnum):
    """What became of a reminder."""

    SET = "set"
    SENT = "sent"
    SKIPPED = "skipped"


class Reminder(msgspec.Struct, frozen=True):
    """One reminder of a visit, *minutes* before its start, due at *due*.

    *why* says why it was skipped: `past` (the visit was confirmed later than that), `late` (the
    clinic was down so long that the next one is due already, or the visit has begun).
    """

    minutes: int
    due: datetime
    state: ReminderState = ReminderState.SET
    at: datetime | None = None
    """When it was sent or skipped."""
    why: str = ""


class Walls(msgspec.Struct, frozen=True):
    """What the clocks of doctor and patient showed for a visit when it was confirmed."""

    doctor: datetime
    patient: datetime


class AskedByClinic(msgspec.Struct, frozen=True):
    """Something that the clinic asked about a request."""

    text: str
    at: datetime
    answer: str = ""


class Step(StrEnum):
    """What happened to an appointment, for a timeline or a notice. The edge has the wording."""

    REQUESTED = "requested"
    ROUTED = "routed"
    OFFERED = "offered"
    CHOSEN = "chosen"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    MOVING = "moving"
    MOVED = "moved"
    REASSIGNED = "reassigned"
    STAYED = "stayed"
    """A move did not come about; the visit stays as it was."""
    WISHED = "wished"
    EARLIER = "earlier"
    """An earlier time is offered."""
    LAPSED = "lapsed"
    """An offer was not answered in time."""
    ASKED = "asked"
    ANSWERED = "answered"
    REMINDED = "reminded"
    CLOCKS = "clocks"
    """A change of law has moved the hour on somebody's clock."""
    WAITING = "waiting"
    IN_CALL = "in_call"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
