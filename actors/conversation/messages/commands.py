"""What may be told to a conversation, and by whom."""

from datetime import datetime
from typing import TypeAlias

from actors.appointment import DoctorRef, PatientRef
from actors.conversation.messages.common import Attachment, Message, VisitStep
from actors.conversation.messages.events import MessageEdited, MessagePosted
from actors.ids import AppointmentId, FileId, UserId

# --- from other actors -------------------------------------------------------------------------


class RecordVisit(Message, frozen=True):
    """From `patient`: this became of a visit with the doctor of this thread.

    The first that stands opens the thread. *patient_name* is empty for steps that can't be first.
    """

    appointment: AppointmentId
    step: VisitStep
    doctor: DoctorRef
    patient_name: str = ""
    start: datetime | None = None
    end: datetime | None = None


class RecordCall(Message, frozen=True):
    """From `call_session`: a call between people of this thread was missed, or took place.

    *by* is who rang; *seconds* is 0 for one that was missed.
    """

    appointment: AppointmentId | None
    by: UserId
    at: datetime
    seconds: int = 0


class OpenTeam(Message, frozen=True):
    """From `admin_router`: a request of this patient lies with all *doctors* of a group now."""

    appointment: AppointmentId
    patient: PatientRef
    team: str
    doctors: tuple[DoctorRef, ...]


class LeaveTeam(Message, frozen=True):
    """From `admin_router`: the request is the group's no more, by *step*."""

    appointment: AppointmentId
    step: VisitStep


class OfferFile(Message, frozen=True):
    """From `files`: this file of *owner* is good, and may be a part of a message of theirs."""

    owner: UserId
    attachment: Attachment


class DropFile(Message, frozen=True):
    """From `files`: this file is gone (nobody posted it in time, or its owner took it back)."""

    file: FileId


class ReplyAutomatically(Message, frozen=True):
    """From `doctor` or `directory`: the message *number* came outside of the answering hours."""

    number: int
    text: str
    opens_at: datetime | None = None
    """When messages are answered again, if that is known."""


# --- by people ---------------------------------------------------------------------------------


class EnterThread(Message, frozen=True):
    """By a member: I am reading here. Kept (once an hour) so that it is known who read."""


class PostMessage(Message, frozen=True):
    """By a member: a message. Its envelope's id makes a retry once-only.

    Prepared: an answer's quote is read from the journal, and `PostQuoting` is decided instead.
    """

    text: str
    key: str = ""
    """The sender's own name for it (a browser's message id), told back to all of them."""
    reply_to: int = 0
    files: tuple[FileId, ...] = ()


class EditMessage(Message, frozen=True):
    """By who wrote message *number*, within `EDIT_WITHIN`: it reads so now.

    Prepared: `EditKnown` is decided in its place.
    """

    number: int
    text: str


class DeleteMessage(Message, frozen=True):
    """By who wrote message *number*: it is not shown any more; that it was there stays.

    Prepared: `DeleteKnown` is decided in its place.
    """

    number: int


class MarkMessages(Message, frozen=True):
    """By a member: messages up to these numbers have reached me, and were read by me."""

    delivered: int = 0
    read: int = 0


# --- by timers ---------------------------------------------------------------------------------


class EndCare(Message, frozen=True):
    """By a timer: the time after the last visit is over, unless there has been another since."""


Command: TypeAlias = (
    RecordVisit
    | RecordCall
    | OpenTeam
    | LeaveTeam
    | OfferFile
    | DropFile
    | ReplyAutomatically
    | EnterThread
    | PostMessage
    | EditMessage
    | DeleteMessage
    | MarkMessages
    | EndCare
)

# --- what `actor.prepare` makes of some of them; never over the wire -----------------------------


class PostQuoting(Message, frozen=True):
    """`PostMessage` with the message that it answers (None: there is no such message).

    *latest* is the last edit of that message, if there is one.
    """

    post: PostMessage
    original: MessagePosted | None
    latest: MessageEdited | None = None


class EditKnown(Message, frozen=True):
    """`EditMessage` with the message as it was posted (None: there is no such message).

    *latest* is its last edit, if there is one.
    """

    edit: EditMessage
    original: MessagePosted | None
    latest: MessageEdited | None = None


class DeleteKnown(Message, frozen=True):
    """`DeleteMessage` with the message as it was posted (None: there is no such message)."""

    delete: DeleteMessage
    original: MessagePosted | None


Prepared: TypeAlias = PostQuoting | EditKnown | DeleteKnown

# --- passing: told to who watches, kept nowhere ------------------------------------------------


class SayTyping(Message, frozen=True):
    """By a member: I am writing at this moment."""


class SayHere(Message, frozen=True):
    """By a member: I am looking at this thread (*here*), or am not any more."""

    here: bool


Passing: TypeAlias = SayTyping | SayHere
