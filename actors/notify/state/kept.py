"""What a letter box holds."""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from actors.caller import Role
from actors.ids import AppointmentId, ConversationId, SubscriptionId, UserId
from actors.notify.messages import (
    URGENT,
    Channel,
    Choices,
    Notice,
    Outcome,
    Subscription,
    ThreadRef,
    Topic,
    written_in,
)

KEPT = 200
"""Letters of one person; beyond it the oldest that is over is forgotten."""

ON_THE_BELL = 200
"""Notices of one person; beyond it the oldest is forgotten."""

MOST_ALERTS = 100
"""Things that ring at once; what comes beyond is told as a notice that does not ring."""

MOST_SUBSCRIPTIONS = 10
"""Browsers of one person."""

NEAR_MINUTES = 60
"""A reminder so near to its visit is urgent."""


CALLS_UNTIL = frozenset({Topic.OFFERED, Topic.EARLIER, Topic.REQUEST, Topic.CALLING})
"""What these tell is of no use any more after their *until*."""


class Recipient(msgspec.Struct, frozen=True):
    """Whom the letters are for."""

    user: UserId
    email: str
    name: str
    role: Role
    zone: str
    language: str = ""
    """What they like to speak, as their profile says; as `Box.reader`: what letters are in."""


class Stage(StrEnum):
    """How far a letter came."""

    WAITING = "waiting"
    CARRIED = "carried"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    OVER = "over"
    """It was of no use any more before it left."""
    GAVE_UP = "gave_up"


GIVEN_UP = {
    Outcome.REFUSED: Stage.REFUSED,
    Outcome.IN_DOUBT: Stage.IN_DOUBT,
    Outcome.OVER: Stage.OVER,
}
"""The stage of a letter that is given up after this outcome, if not `GAVE_UP`."""


class Letter(msgspec.Struct, frozen=True):
    """One letter and how far it came."""

    number: int
    notice: Notice
    message_id: str
    at: datetime
    due: datetime
    stage: Stage = Stage.WAITING
    attempts: int = 0
    said: str = ""
    channel: Channel = Channel.EMAIL
    subscription: SubscriptionId | None = None
    noticed: int = 0
    """The number of its notice on the bell; 0: it has none."""
    resent: bool = False
    """Somebody wants it to leave though it may have been seen."""

    @property
    def waits(self) -> bool:
        """Whether it is still to be carried."""
        return self.stage is Stage.WAITING

    @property
    def tells_of_messages(self) -> bool:
        """Whether it says that messages wait to be read."""
        return self.notice.topic is Topic.MESSAGES

    @property
    def useful_until(self) -> datetime | None:
        """The time that it calls to; None: it is news, and never over."""
        match self.notice:
            case Notice(topic=Topic.REMINDER, start=end):
                return end
            case Notice(topic=topic, until=end) if topic in CALLS_UNTIL:
                return end
            case _:
                return None

    def stale(self, at: datetime) -> bool:
        """Return whether it says nothing of use any more: the time that it calls to is over."""
        return self.useful_until is not None and at >= self.useful_until


class Item(msgspec.Struct, frozen=True):
    """A notice on the bell. It is also seen when what it tells of is dealt with."""

    notice: Notice
    at: datetime
    seen: bool = False


class Alert(msgspec.Struct, frozen=True):
    """Something that waits for this person, and how far it was brought to their mind."""

    notice: Notice
    noticed: int
    """The number of its notice on the bell."""
    since: datetime
    step: int = 0
    hushed: bool = False


class Thread(msgspec.Struct, frozen=True):
    """A thread that the person takes part in."""

    ref: ThreadRef
    at: datetime
    """When somebody wrote there last, or the person began to take part."""
    last: int = 0
    """The number of the last message of somebody else."""
    unread: int = 0
    since: datetime | None = None
    """When the first came of those that are unread and that no letter has told of."""
    push_at: datetime | None = None
    """When it is to be pushed that messages wait."""
    pushed: bool = False
    """It was, and nothing has been read since."""
    read_at: datetime | None = None


class Box(msgspec.Struct, frozen=True):
    """The letter box of one person."""

    user: UserId
    recipient: Recipient | None = None
    count: int = 0
    """Letters so far, those included that are forgotten."""
    letters: dict[int, Letter] = {}
    """By number, oldest first."""
    noticed: int = 0
    """Notices so far, those included that are forgotten."""
    notices: dict[int, Item] = {}
    """By number, oldest first."""
    alerts: dict[str, Alert] = {}
    """By `alert_key`, oldest first."""
    threads: dict[ConversationId, Thread] = {}
    """The one that somebody wrote in last comes last."""
    digest_at: datetime | None = None
    """When it is to be looked whether messages are still unread."""
    no_digest_before: datetime | None = None
    read_at: datetime | None = None
    """When nothing was unread any more, the last time."""
    choices: Choices = Choices()
    subscriptions: dict[SubscriptionId, Subscription] = {}

    def __repr__(self) -> str:
        return f"Box({len(self.letters)} letters)"

    def waiting(self, number: int) -> Letter | None:
        """Return letter *number*, if it is still to be carried."""
        letter = self.letters.get(number)
        return letter if letter is not None and letter.waits else None

    @property
    def reader(self) -> Recipient | None:
        """The recipient, with one of `LANGUAGES`: their choice, their profile's, or English."""
        if self.recipient is None:
            return None
        language = written_in(self.choices.language, self.recipient.language)
        return replace(self.recipient, language=language)

    @property
    def unseen(self) -> int:
        """How many notices the person has not seen."""
        return sum(not item.seen for item in self.notices.values())

    @property
    def readable(self) -> list[Thread]:
        """The threads that the person may read: a patient all, staff those that are open."""
        patient = self.recipient is not None and self.recipient.role is Role.PATIENT
        return [each for each in self.threads.values() if patient or each.ref.open]

    @property
    def unread(self) -> int:
        """How many messages wait to be read, in all threads."""
        return sum(each.unread for each in self.readable)


def born(key: str) -> Box:
    """Return the letter box of somebody to whom nobody has written."""
    return Box(UserId(key))


def is_urgent(notice: Notice) -> bool:
    """Return whether *notice* does not wait for the end of quiet hours."""
    near = notice.topic is Topic.REMINDER and notice.minutes <= NEAR_MINUTES
    return near or notice.topic in URGENT


def alert_key(topic: Topic, appointment: AppointmentId) -> str:
    """Return under what name an alert is kept, and its wake-up set."""
    return f"{topic}:{appointment}"


def oldest_over(letters: dict[int, Letter]) -> int | None:
    """Return the number of the oldest letter that is not to be carried any more."""
    return next((number for number, letter in letters.items() if not letter.waits), None)
