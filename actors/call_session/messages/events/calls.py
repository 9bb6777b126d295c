"""Calls of a session, and ringing for them."""

from datetime import datetime
from typing import TypeAlias

from actors.call_session.messages.common import Message, Ring, RingEnd
from actors.ids import AppointmentId, ConversationId, LegId, UserId


class CallStarted(Message, frozen=True):
    """The first is in the call. *number* counts the calls of the session from 1 on."""

    appointment: AppointmentId | None
    conversation: ConversationId
    number: int
    by: UserId
    at: datetime


class CallEnded(Message, frozen=True):
    """Nobody is in the call any more. *seconds* is how long it lasted; *joined*: who was in it."""

    appointment: AppointmentId | None
    conversation: ConversationId
    number: int
    started_at: datetime
    seconds: int
    joined: tuple[UserId, ...]
    at: datetime
    by: UserId = UserId("")
    """Who started it."""
    closes_at: datetime | None = None
    """When the session of a visit closes if nobody calls again."""


class Rang(Message, frozen=True):
    """Somebody is rung."""

    ring: Ring
    by_name: str
    appointment: AppointmentId | None
    conversation: ConversationId
    at: datetime


class RingEnded(Message, frozen=True):
    """It rings no more. *leg*: who answered, with which page. *reason*: of a decline."""

    ring: Ring
    how: RingEnd
    appointment: AppointmentId | None
    conversation: ConversationId
    at: datetime
    leg: LegId | None = None
    reason: str = ""
    colleague: bool = False
    """Whether a doctor rang a colleague to join: the patient's thread has nothing of that."""


CallEvent: TypeAlias = CallStarted | CallEnded | Rang | RingEnded
