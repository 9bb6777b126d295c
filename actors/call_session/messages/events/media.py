"""How media travel, and whether they arrive."""

from datetime import datetime
from typing import TypeAlias

from actors.call_session.messages.common import Message, Worker
from actors.ids import LegId
from actors.media import Mode, Sealing, Why


class MediaSet(Message, frozen=True):
    """From *epoch* on media travel so. *why*: for a relay. What earlier ones say is stale.

    The same *epoch* once more: *worker* has the call now, which had none.
    """

    epoch: int
    mode: Mode
    sealing: Sealing
    at: datetime
    why: Why | None = None
    worker: Worker | None = None
    no_relay: bool = False
    """Whether it is direct because no media worker lives."""


class MediaDue(Message, frozen=True):
    """The media of *epoch* are to be tended at *due*: the worker is told how the call is.

    *tries* counts the times in a row that there was none.
    """

    epoch: int
    due: datetime
    at: datetime
    tries: int = 0


class DirectDue(Message, frozen=True):
    """The call could be direct, and will be at *due* if it still could (None: it could no more)."""

    epoch: int
    due: datetime | None
    at: datetime


class PathReported(Message, frozen=True):
    """A page got its media connected (after *took_ms*), or could not, because *why*."""

    leg: LegId
    epoch: int
    connected: bool
    took_ms: int
    at: datetime
    to: LegId = LegId("")
    why: str = ""


class WorkerLost(Message, frozen=True):
    """The media worker does not answer any more."""

    worker: Worker
    epoch: int
    at: datetime


MediaEvent: TypeAlias = MediaSet | MediaDue | DirectDue | PathReported | WorkerLost
