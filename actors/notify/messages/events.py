"""What happens to a letter box. A letter is whatever leaves the clinic, by any channel."""

from datetime import datetime
from typing import TypeAlias

from actors.caller import Role
from actors.ids import AppointmentId, ConversationId, SubscriptionId, UserId
from actors.notify.messages.commands import Outcome
from actors.notify.messages.common import (
    GROUPS_BEFORE_CALLS,
    Channel,
    Choices,
    Group,
    Message,
    Notice,
    Subscription,
    ThreadRef,
    Topic,
)


class RecipientSet(Message, frozen=True):
    """Letters for this person go there, in that zone, in that language if they chose no other."""

    user: UserId
    email: str
    name: str
    role: Role
    zone: str
    at: datetime
    language: str = ""


class Noticed(Message, frozen=True):
    """A notice is on the bell, under *number* (from 1)."""

    number: int
    notice: Notice
    at: datetime


class NoticesSeen(Message, frozen=True):
    """The person has seen every notice up to and with number *up_to*."""

    up_to: int
    at: datetime


class LetterQueued(Message, frozen=True):
    """A letter waits to be carried. Numbers count from 1; *message_id* is for life (RFC 5322)."""

    number: int
    notice: Notice
    message_id: str
    due: datetime
    at: datetime
    channel: Channel = Channel.EMAIL
    subscription: SubscriptionId | None = None
    """For a push: to which browser."""
    noticed: int = 0
    """The number of its notice on the bell; 0: it has none."""


class LetterCarried(Message, frozen=True):
    """It has left."""

    number: int
    attempts: int
    at: datetime


class LetterDelayed(Message, frozen=True):
    """It did not leave; it is tried again at *due*."""

    number: int
    attempts: int
    said: str
    due: datetime
    at: datetime


class LetterGivenUp(Message, frozen=True):
    """It is not tried any more by itself: it was refused, or (*outcome*) is in doubt."""

    number: int
    attempts: int
    outcome: Outcome
    said: str
    at: datetime


class AlertRaised(Message, frozen=True):
    """Something waits for this person, who is rung for. The next step is at *due*."""

    notice: Notice
    due: datetime
    at: datetime


class AlertStepped(Message, frozen=True):
    """It still waited: it was pushed (step 1), mailed (step 2). *due* is the next step, if any."""

    topic: Topic
    appointment: AppointmentId
    step: int
    due: datetime | None
    at: datetime


class AlertHushed(Message, frozen=True):
    """The person knows; pages do not ring for it any more."""

    topic: Topic
    appointment: AppointmentId
    at: datetime


class AlertSettled(Message, frozen=True):
    """It is dealt with."""

    topic: Topic
    appointment: AppointmentId
    at: datetime


class ThreadNoted(Message, frozen=True):
    """The person takes part in a thread, or (not *member*) does no more."""

    thread: ThreadRef
    member: bool
    at: datetime


class MessageNoted(Message, frozen=True):
    """Somebody else wrote there. The wake-ups that this sets: *push_at*, *digest_at*."""

    thread: ConversationId
    number: int
    at: datetime
    push_at: datetime | None = None
    digest_at: datetime | None = None


class WrittenNoted(Message, frozen=True):
    """The person wrote there themselves."""

    thread: ConversationId
    at: datetime


class ReadNoted(Message, frozen=True):
    """*unread* messages are left there for the person; *all_read*: nowhere is one left."""

    thread: ConversationId
    unread: int
    all_read: bool
    at: datetime


class DigestWritten(Message, frozen=True):
    """It was said by letter that *count* messages wait; not again before *not_before*."""

    count: int
    not_before: datetime
    at: datetime


class DigestDelayed(Message, frozen=True):
    """No letter yet: it is looked again at *due* whether messages wait."""

    due: datetime
    at: datetime


class ChoicesSet(Message, frozen=True):
    """The person is reached so from now on."""

    choices: Choices
    at: datetime
    of: frozenset[Group] = GROUPS_BEFORE_CALLS
    """The groups that there were to choose of; what was new since is told by every channel."""


class Subscribed(Message, frozen=True):
    """This browser may be pushed to."""

    subscription: Subscription
    at: datetime


class Unsubscribed(Message, frozen=True):
    """It may not any more, by *why* (`asked`, `gone`)."""

    subscription: SubscriptionId
    why: str
    at: datetime


Event: TypeAlias = (
    RecipientSet
    | Noticed
    | NoticesSeen
    | LetterQueued
    | LetterCarried
    | LetterDelayed
    | LetterGivenUp
    | AlertRaised
    | AlertStepped
    | AlertHushed
    | AlertSettled
    | ThreadNoted
    | MessageNoted
    | WrittenNoted
    | ReadNoted
    | DigestWritten
    | DigestDelayed
    | ChoicesSet
    | Subscribed
    | Unsubscribed
)
