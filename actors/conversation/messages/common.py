"""What every message of a conversation is made of, and what a thread holds."""

import hashlib
from base64 import b32encode
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from actors.address import Address
from actors.caller import Role
from actors.ids import (
    AppointmentId,
    ConversationId,
    DepartmentId,
    DoctorId,
    FileId,
    GroupId,
    PatientId,
    UserId,
)

KIND = "conversation"

MOST_TEXT = 4000
"""Characters of one message."""

MOST_FILES = 10
"""Files of one message."""

EDIT_WITHIN = timedelta(hours=24)
"""How long a message may be edited by who wrote it."""

AFTERCARE = timedelta(days=90)
"""How long after the end of the last visit a patient and a doctor may write to one another."""


def address_of(conversation: ConversationId) -> Address:
    """Return where this conversation is reached."""
    return Address(KIND, conversation)


def between(patient: PatientId, doctor: DoctorId) -> ConversationId:
    """Return the one conversation of this patient and this doctor."""
    return ConversationId(f"{patient}-{doctor}")


def is_patient_of(conversation: ConversationId, user: UserId) -> bool:
    """Return whether *user* is the patient of this conversation, as its name has it."""
    return conversation.startswith(f"{user}-")


def with_team(patient: PatientId, department: DepartmentId, group: GroupId) -> ConversationId:
    """Return the one conversation of this patient and this group of doctors."""
    digest = hashlib.blake2b(f"{department}\0{group}".encode(), digest_size=16).digest()
    return ConversationId(f"{patient}-{b32encode(digest).decode().rstrip('=').lower()}")


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about a conversation."""


class Member(msgspec.Struct, frozen=True):
    """Somebody who takes part."""

    user: UserId
    role: Role
    name: str


class VisitStep(StrEnum):
    """What happened to a visit, as a line between the messages."""

    REQUESTED = "requested"
    """The request lies with this group now (only in a group's thread)."""
    CONFIRMED = "confirmed"
    MOVED = "moved"
    REASSIGNED = "reassigned"
    """Another doctor has the visit now."""
    RETURNED = "returned"
    """The doctor can't keep it; it is a request again."""
    STARTED = "started"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    CANCELLED = "cancelled"
    """By the patient."""
    DECLINED = "declined"
    """By the clinic."""
    EXPIRED = "expired"
    TAKEN = "taken"
    """A doctor has taken it over from the group (only in a group's thread)."""

    @property
    def ends(self) -> bool:
        """Whether the visit is none of this thread's any more, or is over."""
        return self not in {
            VisitStep.REQUESTED,
            VisitStep.CONFIRMED,
            VisitStep.MOVED,
            VisitStep.STARTED,
        }


class Quote(msgspec.Struct, frozen=True):
    """The message that one answers: its number, who wrote it, and how it began."""

    number: int
    author: UserId
    text: str


class Attachment(msgspec.Struct, frozen=True):
    """A file in a message. *width* and *height* are 0 for what is no picture."""

    file: FileId
    name: str
    media_type: str
    size: int
    width: int = 0
    height: int = 0


class Mark(msgspec.Struct, frozen=True):
    """How far one member is: up to which numbers messages reached them, and were read."""

    delivered: int = 0
    read: int = 0


class OpenVisit(msgspec.Struct, frozen=True):
    """A visit that this thread is about and that is not over."""

    appointment: AppointmentId
    end: datetime | None = None
