"""Told by timers, and by the media desk of the node."""

from datetime import datetime
from typing import TypeAlias

from actors.call_session.messages.common import Message, Worker
from actors.ids import LegId, RecordingId, RingId


class RingDue(Message, frozen=True):
    """By a timer: nobody has answered."""

    ring: RingId


class LegDue(Message, frozen=True):
    """By a timer: the leg has not come back, unless it has since."""

    leg: LegId
    lost_at: datetime


class BackDue(Message, frozen=True):
    """By a timer: the call of *epoch* could be direct."""

    epoch: int


class CloseDue(Message, frozen=True):
    """By a timer: the session is over."""


class TendMedia(Message, frozen=True):
    """By a timer: tell the worker how the call is, choose another, or fetch what was recorded.

    Prepared: `MediaTended` is decided in its place.
    """

    epoch: int


class SweepRecording(Message, frozen=True):
    """By a timer: the worker's copy of *recording* can go; all of it, if it was *deleted*.

    Prepared: `RecordingGone` is decided in its place.
    """

    recording: RecordingId
    deleted: bool = False


class LoseWorker(Message, frozen=True):
    """By the media desk (the operator's role): this worker does not answer any more."""

    worker: Worker


class NoteConnected(Message, frozen=True):
    """By the media desk: in *epoch* the relay has (not) the media of *leg*."""

    epoch: int
    leg: LegId
    connected: bool


DueCommand: TypeAlias = (
    RingDue | LegDue | BackDue | CloseDue | TendMedia | SweepRecording | LoseWorker | NoteConnected
)
