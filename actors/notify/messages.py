"""The whole language of a person's letter box: what they should know, and whether it has left.

One actor per person, at `address_of(user)`. A notice holds times, names and links, never a word
about why somebody needs care; how it reads is decided when it is carried.
"""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.caller import Role
from actors.ids import AppointmentId, UserId

KIND = "notify"


def address_of(user: str) -> Address:
    """Return where the letter box of this person (`UserId`, `PatientId`, `DoctorId`) is reached."""
    return Address(KIND, user)


class Message(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
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
    # to doctors
    REQUEST = "request"
    """A request waits for your answer; accept or decline by a link."""
    VISIT = "visit"
    """A visit stands in your diary."""
    VISIT_MOVED = "visit_moved"
    VISIT_CANCELLED = "visit_cancelled"
    WISH = "wish"
    """A patient would like another time."""
    # to who is on call
    ON_CALL = "on_call"


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


# --- commands ----------------------------------------------------------------------------------


class SetRecipient(Message, frozen=True):
    """From `accounts` (or by the operator): letters for this person go there, in that zone.

    Who is known already keeps the name and the zone that `SetZone` has told since.
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


class Notify(Message, frozen=True):
    """From an actor of the clinic: this person should know.

    Nothing is kept for somebody of whom `accounts` has never told.
    """

    notice: Notice


class CarryDue(Message, frozen=True):
    """By a timer: try to carry letter *number* now.

    Prepared: it is carried beside the mailbox, and `RecordCarried` is decided in its place.
    """

    number: int


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
    """It calls to a time that is over, so it was not sent."""


class Resend(Message, frozen=True):
    """By an administrator or the operator: carry letter *number* again, under its message id."""

    number: int


Command: TypeAlias = SetRecipient | SetZone | Notify | CarryDue | Resend

# What `CarryDue` becomes once `actor.prepare` has tried. It never comes over the wire.


class RecordCarried(Message, frozen=True):
    """What became of an attempt to carry letter *number*; *said* is the carrier's own word."""

    number: int
    outcome: Outcome
    said: str = ""


Prepared: TypeAlias = RecordCarried

# --- events ------------------------------------------------------------------------------------


class RecipientSet(Message, frozen=True):
    """Letters for this person go there, in that zone."""

    user: UserId
    email: str
    name: str
    role: Role
    zone: str
    at: datetime


class LetterQueued(Message, frozen=True):
    """A letter waits to be carried. Numbers count from 1; *message_id* is for life (RFC 5322)."""

    number: int
    notice: Notice
    message_id: str
    due: datetime
    at: datetime


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


Event: TypeAlias = RecipientSet | LetterQueued | LetterCarried | LetterDelayed | LetterGivenUp

# --- queries and their views -------------------------------------------------------------------


class ListLetters(Message, frozen=True):
    """Ask (as the person, or staff) for `Letters`, newest first, at most 200."""


Query: TypeAlias = ListLetters


class LetterView(msgspec.Struct, frozen=True):
    """One letter and how far it came."""

    number: int
    topic: Topic
    appointment: AppointmentId
    at: datetime
    state: str
    """`waiting`, `carried`, `refused`, `in_doubt` or `gave_up`."""
    attempts: int
    said: str = ""
    due: datetime | None = None


class Letters(Message, frozen=True):
    """The letters of one person."""

    items: tuple[LetterView, ...]


View: TypeAlias = Letters
