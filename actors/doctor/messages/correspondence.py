"""Writing with patients: when a doctor answers, and the replies that they keep ready."""

from datetime import datetime
from typing import TypeAlias

from actors.correspondence import Answering, CannedReply
from actors.doctor.messages.common import Message
from actors.ids import ConversationId


class SetAnswering(Message, frozen=True):
    """By the doctor: I answer messages at these times."""

    answering: Answering


class SetReplies(Message, frozen=True):
    """By the doctor: these replies I keep ready."""

    replies: tuple[CannedReply, ...]


class PatientWrote(Message, frozen=True):
    """From `conversation`: my patient wrote message *number*; do I answer at that time?"""

    conversation: ConversationId
    number: int
    written_at: datetime


CorrespondenceCommand: TypeAlias = SetAnswering | SetReplies | PatientWrote


class AnsweringSet(Message, frozen=True):
    """The doctor answers messages at these times from now on."""

    answering: Answering
    at: datetime


class RepliesSet(Message, frozen=True):
    """These replies the doctor keeps ready."""

    replies: tuple[CannedReply, ...]
    at: datetime


class RepliedForDoctor(Message, frozen=True):
    """The patient is told that nobody answers at this time."""

    conversation: ConversationId
    number: int
    text: str
    opens_at: datetime | None
    at: datetime


class ClinicHoursAsked(Message, frozen=True):
    """The doctor has said no hours of their own: the clinic's hold."""

    conversation: ConversationId
    number: int
    written_at: datetime
    at: datetime


CorrespondenceEvent: TypeAlias = AnsweringSet | RepliesSet | RepliedForDoctor | ClinicHoursAsked


class GetAnswering(Message, frozen=True):
    """Ask (as anybody who is signed in) for an `AnsweringView`."""


class GetReplies(Message, frozen=True):
    """Ask (as the doctor) for `Replies`."""


CorrespondenceQuery: TypeAlias = GetAnswering | GetReplies


class AnsweringView(Message, frozen=True):
    """When the doctor answers. *open*: now; else *opens_at*, if that is known.

    Without weekly hours in it the clinic's hold (`directory.House.answering`).
    """

    answering: Answering
    open: bool
    opens_at: datetime | None = None


class Replies(Message, frozen=True):
    """The replies that the doctor keeps ready."""

    items: tuple[CannedReply, ...]


CorrespondenceView: TypeAlias = AnsweringView | Replies
