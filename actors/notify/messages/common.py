"""What every message of a letter box is made of: notices, how they are carried, who chooses."""

from datetime import datetime, time
from enum import StrEnum

import msgspec

from actors.address import Address
from actors.ids import AppointmentId, ConversationId, SubscriptionId

KIND = "notify"


def address_of(user: str) -> Address:
    """Return where the letter box of this person (`UserId`, `PatientId`, `DoctorId`) is reached."""
    return Address(KIND, user)


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about a letter box."""


class Topic(StrEnum):
    """What a notice is about; the wording hangs on it."""

    # to patients
    RECEIVED = "received"
    """Your request has arrived."""
    OFFERED = "offered"
    """Choose one of the times held for you."""
    EARLIER = "earlier"
    """An earlier time is free; take it until then."""
    CONFIRMED = "confirmed"
    MOVED = "moved"
    STAYED = "stayed"
    """The move did not come about; the visit stays."""
    RETURNED = "returned"
    """The doctor can't keep the visit; the clinic looks for another."""
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    ASKED = "asked"
    REMINDER = "reminder"
    CLOCKS = "clocks"
    NOSHOW = "noshow"
    SUMMARY = "summary"
    """The doctor's summary of a visit can be read."""
    # to doctors
    REQUEST = "request"
    """A request waits for your answer; accept or decline by a link."""
    VISIT = "visit"
    """A visit stands in your diary."""
    VISIT_MOVED = "visit_moved"
    VISIT_CANCELLED = "visit_cancelled"
    WISH = "wish"
    """A patient would like another time."""
    ARRIVED = "arrived"
    """A patient is there and waits for you."""
    # to who runs the clinic
    ON_CALL = "on_call"
    TRIAGE = "triage"
    """A request waits to be sent to somebody."""
    # to everybody
    MESSAGES = "messages"
    """Messages wait to be read: how many, never what they say."""
    CALLING = "calling"
    """Somebody rings now."""
    MISSED_CALL = "missed_call"
    """Somebody rang."""


class Group(StrEnum):
    """What somebody may choose the channels of."""

    VISITS = "visits"
    REMINDERS = "reminders"
    REQUESTS = "requests"
    """What waits for the answer of a doctor or of who runs the clinic."""
    MESSAGES = "messages"
    CALLS = "calls"


GROUPS_BEFORE_CALLS = frozenset({Group.VISITS, Group.REMINDERS, Group.REQUESTS, Group.MESSAGES})
"""What there was to choose of before people could be called."""


class Channel(StrEnum):
    """How a notice leaves. The bell on the pages is none: everything is there."""

    EMAIL = "email"
    PUSH = "push"
    """Web push, to each browser that the person has allowed it on."""
    WEBHOOK = "webhook"
    """A signed request to a program of the clinic's choice, which may send an SMS."""


_GROUPS = {
    Topic.REMINDER: Group.REMINDERS,
    Topic.REQUEST: Group.REQUESTS,
    Topic.ARRIVED: Group.REQUESTS,
    Topic.ON_CALL: Group.REQUESTS,
    Topic.TRIAGE: Group.REQUESTS,
    Topic.MESSAGES: Group.MESSAGES,
    Topic.CALLING: Group.CALLS,
    Topic.MISSED_CALL: Group.CALLS,
}


def group_of(topic: Topic) -> Group:
    """Return the group whose choices hold for *topic*."""
    return _GROUPS.get(topic, Group.VISITS)


URGENT = frozenset({Topic.ARRIVED, Topic.ON_CALL, Topic.CALLING})
"""These do not wait for the end of quiet hours; nor does a reminder of a visit that is near."""


class CalendarEntry(msgspec.Struct, frozen=True):
    """What a calendar is told (RFC 5545): one uid for life, a higher sequence for each change."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    cancelled: bool = False


class Notice(msgspec.Struct, frozen=True):
    """One thing that somebody should know. Instants are UTC; the reader's zone is applied later."""

    topic: Topic
    appointment: AppointmentId
    """Empty for what is about no appointment."""
    start: datetime | None = None
    other_zone: str = ""
    """The zone of the other side, told when clocks differ."""
    with_name: str = ""
    """The doctor's or the clinic's name; never a patient's."""
    until: datetime | None = None
    """By when something is to be done."""
    choices: tuple[datetime, ...] = ()
    minutes: int = 0
    """For a reminder: how long before the start."""
    calendar: CalendarEntry | None = None
    answer_round: int = 0
    """For a request: the round that the accept and decline links answer (0: no links)."""
    thread: ConversationId | None = None
    """For messages: the one thread that they are in; None when they are in several.

    For calls: the thread whose people called one another; None for the call of a visit.
    """
    count: int = 0
    """For messages: how many wait."""


ENGLISH = "en"

LANGUAGES = {ENGLISH: "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
"""What letters are written in, by BCP 47 tag, as each language calls itself."""

NO_LANGUAGE = "und"
"""The BCP 47 tag of nobody knows which."""


def written_in(*tags: str) -> str:
    """Return the first of *tags* (or of their primary subtags) that is in `LANGUAGES`; English."""
    return next((known for known in map(primary, tags) if known in LANGUAGES), ENGLISH)


def primary(tag: str) -> str:
    """Return the primary subtag of *tag*: `pt` of `pt-BR`."""
    return tag.partition("-")[0].lower()


class Quiet(msgspec.Struct, frozen=True):
    """From *start* until *end* (on the next day if that is not later), wall time of the zone."""

    start: time
    end: time


class Choices(msgspec.Struct, frozen=True):
    """What reaches a person, and how."""

    email: frozenset[Group] = frozenset(Group)
    push: frozenset[Group] = frozenset(Group)
    webhook: frozenset[Group] = frozenset(Group)
    """Only where the clinic has one."""
    quiet: Quiet | None = None
    """What is not urgent is carried after it."""
    digest_minutes: int = 15
    """How long messages may wait unread before a letter says so (5 to 1440)."""
    alert_push_seconds: int = 30
    alert_mail_minutes: int = 5
    """How long something that waits for staff may be left before it is pushed, then mailed."""
    sound: bool = True
    """Whether pages play a sound when something waits."""
    language: str = ""
    """One of `LANGUAGES`, for all that leaves the clinic; empty: as the profile says."""


class Subscription(msgspec.Struct, frozen=True):
    """A browser that may be pushed to (W3C Push API). *p256dh* and *auth* are base64url."""

    id: SubscriptionId
    endpoint: str
    p256dh: str
    auth: str
    device: str
    """How the person knows it: `Firefox on Linux`."""


class ThreadRef(msgspec.Struct, frozen=True):
    """A thread that somebody takes part in; *name* is who is on the other side."""

    id: ConversationId
    name: str
    open: bool
    """Whether something may still be written there."""
