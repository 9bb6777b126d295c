"""Pages of people in the waiting room or the call: their legs."""

from datetime import datetime
from typing import TypeAlias

from actors.call_session.messages.common import Leaving, Leg, LegState, Message
from actors.ids import AppointmentId, LegId, UserId
from actors.media import Source


class LegEntered(Message, frozen=True):
    """A page of somebody is in the waiting room or in the call (*leg* says which)."""

    leg: Leg
    name: str
    appointment: AppointmentId | None
    at: datetime
    back: bool = False
    """Whether it takes up where it was."""
    guest: bool = False


class LegChanged(Message, frozen=True):
    """A page of somebody is in another state: held, back from it, or returning."""

    leg: LegId
    user: UserId
    state: LegState
    at: datetime
    why: str = ""


class LegAwaited(Message, frozen=True):
    """The place of a page whose line broke at *lost_at* is kept *until* then: media still flow."""

    leg: LegId
    lost_at: datetime
    until: datetime
    at: datetime


class LegSilent(Message, frozen=True):
    """The page *by* hears nothing of *leg* any more, with which it was connected directly."""

    leg: LegId
    by: LegId
    at: datetime


class TracksSet(Message, frozen=True):
    """A page sends these tracks now."""

    leg: LegId
    sends: tuple[Source, ...]
    muted: tuple[Source, ...]
    at: datetime


class LegLeft(Message, frozen=True):
    """A page of somebody is not in the waiting room or the call any more."""

    leg: LegId
    user: UserId
    why: Leaving
    was: LegState
    at: datetime
    by: str = ""
    tell: bool = False
    guest: bool = False


LegEvent: TypeAlias = LegEntered | LegChanged | LegAwaited | LegSilent | TracksSet | LegLeft
