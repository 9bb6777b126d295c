"""What may be told to a letter box, and by whom."""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from actors.caller import Role
from actors.ids import AppointmentId, ConversationId, SubscriptionId, UserId
from actors.notify.messages.common import Choices, Message, Notice, Subscription, ThreadRef, Topic

# --- from other actors -------------------------------------------------------------------------


class SetRecipient(Message, frozen=True):
    """From `accounts` (or by the operator): letters for this person go there, in that zone.

    Who is known already keeps the name, zone and language that `SetZone` has told since.
    """

    user: UserId
    email: str
    name: str
    role: Role
    zone: str


class SetZone(Message, frozen=True):
    """From `patient` or `doctor`: times are told in this zone from now on."""

    zone: str
    name: str = ""
    """Empty: as before."""
    language: str = ""
    """The primary subtag (BCP 47) of what they like to speak; `und`: not said; empty: as before."""


class Notify(Message, frozen=True):
    """From an actor of the clinic: this person should know.

    Nothing is kept for somebody of whom `accounts` has never told. With *alert* it waits for this
    person to do something: pages ring until `Settle`, and it is pushed and mailed in steps.
    """

    notice: Notice
    alert: bool = False


class Settle(Message, frozen=True):
    """From an actor of the clinic: what was told of this by *topic* is dealt with."""

    topic: Topic
    appointment: AppointmentId


class NoteThread(Message, frozen=True):
    """From `conversation`: this person takes part there (or, not *member*, does no more)."""

    thread: ThreadRef
    member: bool


class NoteMessage(Message, frozen=True):
    """From `conversation`: somebody else wrote message *number* there."""

    thread: ConversationId
    number: int
    at: datetime


class NoteRead(Message, frozen=True):
    """From `conversation`: this person has read there, and *unread* messages are left."""

    thread: ConversationId
    unread: int


class NoteWritten(Message, frozen=True):
    """From `conversation`: this person wrote there themselves."""

    thread: ConversationId
    at: datetime


# --- by the person -----------------------------------------------------------------------------


class MarkSeen(Message, frozen=True):
    """By the person: I have seen every notice up to and with number *up_to*."""

    up_to: int


class SetChoices(Message, frozen=True):
    """By the person: reach me so."""

    choices: Choices


class Subscribe(Message, frozen=True):
    """By the person: this browser may be pushed to. The same endpoint again takes its place."""

    subscription: Subscription


class Unsubscribe(Message, frozen=True):
    """By the person: not any more."""

    subscription: SubscriptionId


class Hush(Message, frozen=True):
    """By the person: I know; do not ring for this any more (it still waits)."""

    topic: Topic
    appointment: AppointmentId


class Resend(Message, frozen=True):
    """By an administrator or the operator: carry letter *number* again, under its message id."""

    number: int


# --- by timers ---------------------------------------------------------------------------------


class CarryDue(Message, frozen=True):
    """By a timer: try to carry letter *number* now.

    Prepared: it is carried beside the mailbox, and `RecordCarried` is decided in its place.
    """

    number: int


class AlertDue(Message, frozen=True):
    """By a timer: the next step for what still waits for this person."""

    topic: Topic
    appointment: AppointmentId
    step: int


class MessagesDue(Message, frozen=True):
    """By a timer: push that messages wait in this thread, if they still do."""

    thread: ConversationId


class DigestDue(Message, frozen=True):
    """By a timer: write that messages wait, if they still do."""


Command: TypeAlias = (
    SetRecipient
    | SetZone
    | Notify
    | Settle
    | NoteThread
    | NoteMessage
    | NoteRead
    | NoteWritten
    | MarkSeen
    | SetChoices
    | Subscribe
    | Unsubscribe
    | Hush
    | Resend
    | CarryDue
    | AlertDue
    | MessagesDue
    | DigestDue
)


class Outcome(StrEnum):
    """What a carrier said."""

    CARRIED = "carried"
    RETRY = "retry"
    """Not now; it will be tried again."""
    REFUSED = "refused"
    """Never; it is given up."""
    IN_DOUBT = "in_doubt"
    """It may have left: the line broke after the letter and before the answer."""
    NOT_TRIED = "not_tried"
    """All lines were taken for too long; it comes again soon, and no attempt is counted."""
    OVER = "over"
    """It calls to a time that is over, or what it says has been seen, so it was not sent."""
    GONE = "gone"
    """The browser does not want to be pushed to any more: its subscription ends."""


# What `CarryDue` becomes once `actor.prepare` has tried. It never comes over the wire.


class RecordCarried(Message, frozen=True):
    """What became of an attempt to carry letter *number*; *said* is the carrier's own word."""

    number: int
    outcome: Outcome
    said: str = ""


Prepared: TypeAlias = RecordCarried
