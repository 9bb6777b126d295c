"""What every message of a call session is made of."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from actors.address import Address
from actors.ids import (
    AppointmentId,
    CallId,
    ConversationId,
    GuestId,
    LegId,
    RecordingId,
    RingId,
    UserId,
)
from actors.media import Source, Tape
from actors.visit_type import Medium

KIND = "call_session"

RINGS_FOR = timedelta(seconds=60)
"""How long somebody is rung."""

RETURN_WITHIN = timedelta(seconds=30)
"""How long the place of somebody whose line broke is kept."""

FLOWS_WITHIN = timedelta(minutes=5)
"""How long it is kept at most while media flow directly, which need no line."""

BACK_AFTER = timedelta(seconds=5)
"""How long a call could be direct again before it becomes so."""

LONGEST = timedelta(hours=8)
"""After that a call that nobody has ended is over."""

OPENS_BEFORE = timedelta(minutes=30)
"""The waiting room opens so long before the visit, and closes so long after it."""

GUEST_WITHIN = timedelta(hours=24)
"""How long a link for a guest is good at most, after the end of the visit."""

MOST_PEOPLE = 8
"""Who may take part in one call at a time."""

MOST_GUESTS = 6
"""Guests who may be invited to one visit."""

LONGEST_NAME = 80
LONGEST_WORD = 300
"""Characters of a message to who waits."""


def address_of(call: CallId) -> Address:
    """Return where this call session is reached."""
    return Address(KIND, call)


def of_visit(appointment: AppointmentId) -> CallId:
    """Return the one call session of this visit."""
    return CallId(appointment)


def of_thread(conversation: ConversationId) -> CallId:
    """Return the one call session of the people of this thread, whenever they call one another."""
    return CallId(f"t-{conversation}")


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about a call session."""


class Part(StrEnum):
    """What somebody is in a call."""

    HOST = "host"
    """The doctor: admits, removes, holds, ends."""
    PATIENT = "patient"
    GUEST = "guest"
    """Invited by a link: family, an interpreter, somebody who looks after the patient."""
    DOCTOR = "doctor"
    """A second doctor, who was asked to join or to take over."""


class Person(msgspec.Struct, frozen=True):
    """Somebody who may take part."""

    user: UserId
    """Of a guest: the `GuestId`."""
    name: str
    part: Part
    as_what: str = ""
    """Of a guest, in the words of who invited them: `interpreter`, `daughter`."""


class Hosting(msgspec.Struct, frozen=True):
    """The visit that the session is for."""

    appointment: AppointmentId
    conversation: ConversationId
    start: datetime
    end: datetime
    medium: Medium


class LegState(StrEnum):
    """Where one leg is."""

    WAITING = "waiting"
    """In the waiting room, or before the door as a guest."""
    IN_CALL = "in_call"
    HELD = "held"
    """In the call, and neither heard nor seen until the host goes on."""
    RETURNING = "returning"
    """The line broke; its place is kept for `RETURN_WITHIN`, or as long as media flow directly."""


class Leg(msgspec.Struct, frozen=True):
    """One page through which somebody takes part. A newer one of theirs takes its place."""

    id: LegId
    user: UserId
    state: LegState
    since: datetime
    medium: Medium = Medium.VIDEO
    """Whether they like to be seen."""
    sends: tuple[Source, ...] = ()
    """Tracks that there are, muted or not."""
    muted: tuple[Source, ...] = ()
    key: str = ""
    """Raw P-256 public key (base64url, 87 characters) to wrap frame keys for; empty: can't seal."""
    was: LegState | None = None
    """While returning: where it was."""


class Ring(msgspec.Struct, frozen=True):
    """*by* rings *to*: all of their pages, until one answers or *until*."""

    id: RingId
    by: UserId
    to: UserId
    medium: Medium
    at: datetime
    until: datetime


class RingEnd(StrEnum):
    """How a ring ended."""

    ANSWERED = "answered"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    """By who rang."""
    TIMED_OUT = "timed_out"
    BUSY = "busy"
    """They are in another call."""
    OVER = "over"
    """The visit has ended, moved or been called off meanwhile."""

    @property
    def missed(self) -> bool:
        """Whether who was rung should know that somebody tried."""
        return self in {RingEnd.CANCELLED, RingEnd.TIMED_OUT, RingEnd.BUSY}


class Unanswered(msgspec.Struct, frozen=True):
    """That *to*, whom *by* rang last, did not come, and why; *reason* of a `DeclineReason`."""

    by: UserId
    to: UserId
    how: RingEnd
    reason: str = ""


class DeclineReason(StrEnum):
    """Why somebody does not take a call."""

    NOT_NOW = "not_now"
    IN_A_MINUTE = "in_a_minute"
    WRITE_INSTEAD = "write_instead"


class Leaving(StrEnum):
    """Why somebody is not in the call any more."""

    LEFT = "left"
    LOST = "lost"
    """The line broke and did not come back in time."""
    REMOVED = "removed"
    """By the host."""
    REPLACED = "replaced"
    """By another page of the same person."""
    ENDED = "ended"
    """The host ended the call for all."""
    TRANSFERRED = "transferred"
    """Handed over to another doctor."""


class Outcome(StrEnum):
    """What a visit came to, asked of the doctor at the end."""

    COMPLETED = "completed"
    FOLLOW_UP = "follow_up"
    """Completed; a further visit is to be booked."""
    NOSHOW = "noshow"
    CALL_AGAIN = "call_again"
    """Not over: they meet again today."""


class Guest(msgspec.Struct, frozen=True):
    """Somebody invited. The link holds a code of which only the hash is kept."""

    id: GuestId
    name: str
    as_what: str
    code_hash: str
    """SHA-256 (hex) of the code in the link."""
    until: datetime
    by: UserId
    entered_at: datetime | None = None


class Worker(msgspec.Struct, frozen=True):
    """The media worker that a call is on; *boot* tells one life of a worker from the next."""

    name: str
    boot: str


class Recording(msgspec.Struct, frozen=True):
    """One recording: asked for, agreed to, running, kept. It runs only while all have agreed."""

    id: RecordingId
    by: UserId
    at: datetime
    agreed: tuple[UserId, ...] = ()
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    kept: int = 0
    """Bytes that are in the store."""
    key: str = ""
    """The recorder's raw P-256 public key (base64url), once it runs in a sealed call."""
    done: bool = False
    """Whether all of it is kept; a stopped one without this is still being fetched."""
    tapes: tuple[Tape, ...] = ()
    """Its files; *size* of each is what is in the store."""
    deleted_at: datetime | None = None
    worker: Worker | None = None
    """On whose disk it is until all of it is kept."""
    consented: tuple[UserId, ...] = ()
    """Who had agreed when it began."""
    legs: dict[LegId, UserId] = {}
    """Whose pages were in the call while it ran."""


class Plan(msgspec.Struct, frozen=True):
    """What the worker is told of a call: whose media it forwards, and whether it records them."""

    epoch: int
    legs: tuple[LegId, ...]
    held: tuple[LegId, ...] = ()
    record: RecordingId | None = None


class Signal(StrEnum):
    """What one leg tells another while they connect."""

    DESCRIPTION = "description"
    """`RTCSessionDescription`, as JSON."""
    CANDIDATE = "candidate"
    """`RTCIceCandidateInit`, as JSON."""
    KEY = "key"
    """A frame key, wrapped for the leg that it is told."""
    NEED_FRAME = "need_frame"
    """Send a key frame."""
