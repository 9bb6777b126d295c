"""Recordings: asked for, agreed to, kept, looked at, taken away."""

from datetime import datetime
from typing import TypeAlias

from actors.call_session.messages.common import Message, Worker
from actors.ids import RecordingId, UserId
from actors.media import Tape


class RecordingAsked(Message, frozen=True):
    """Everybody in the call is asked whether it may be recorded; *by* has agreed."""

    recording: RecordingId
    by: UserId
    at: datetime
    agreed: tuple[UserId, ...] = ()
    """Who else has agreed already: to the one before, which stopped because somebody joined."""


class ConsentGiven(Message, frozen=True):
    """Somebody has agreed, or has not (any more)."""

    recording: RecordingId
    user: UserId
    agreed: bool
    at: datetime


class RecordingStarted(Message, frozen=True):
    """The recorder runs, in *epoch*. *key*: see `Recording`."""

    recording: RecordingId
    epoch: int
    key: str
    at: datetime
    worker: Worker | None = None


class RecordingStopped(Message, frozen=True):
    """It runs no more: `asked`, `consent_withdrawn`, `somebody_joined`, `call_over`, `lost`."""

    recording: RecordingId
    why: str
    by: str
    at: datetime


class RecordingKept(Message, frozen=True):
    """So much of it is in the store; with *done* that is all."""

    recording: RecordingId
    kept: int
    done: bool
    at: datetime
    tapes: tuple[Tape, ...] = ()


class RecordingPlayed(Message, frozen=True):
    """A doctor looked at it, because *reason*."""

    recording: RecordingId
    by: UserId
    reason: str
    at: datetime


class RecordingDeleted(Message, frozen=True):
    """It is taken away, because *reason*."""

    recording: RecordingId
    by: UserId
    reason: str
    at: datetime


class RecordingSwept(Message, frozen=True):
    """Its bytes are gone, too."""

    recording: RecordingId
    at: datetime


RecordingEvent: TypeAlias = (
    RecordingAsked
    | ConsentGiven
    | RecordingStarted
    | RecordingStopped
    | RecordingKept
    | RecordingPlayed
    | RecordingDeleted
    | RecordingSwept
)
