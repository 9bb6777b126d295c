"""Told by who takes part, at a page; and by guests at the door."""

from typing import TypeAlias

from actors.call_session.messages.common import DeclineReason, Message
from actors.ids import LegId, RingId
from actors.media import DeviceCheck, Source
from actors.visit_type import Medium


class TakeSeat(Message, frozen=True):
    """By who may take part: I wait with this page. A newer page of mine takes its place."""

    leg: LegId


class JoinCall(Message, frozen=True):
    """By who may take part: I am in the call with this page.

    A host starts the call and rings who is not there (*ring*); the patient and guests come in when
    the host is there, or when they are rung. The same *leg* again takes up where it was.

    Prepared: `WithRelay` is decided in its place.
    """

    leg: LegId
    medium: Medium
    sends: tuple[Source, ...]
    key: str
    """As `Leg.key`."""
    ring: bool = False


class DeclineCall(Message, frozen=True):
    """By who is rung: not now."""

    ring: RingId
    reason: DeclineReason = DeclineReason.NOT_NOW


class CancelRing(Message, frozen=True):
    """By who rings: never mind."""

    ring: RingId


class SetTracks(Message, frozen=True):
    """By who takes part: I send these now; *muted* ones are there and carry nothing."""

    leg: LegId
    sends: tuple[Source, ...]
    muted: tuple[Source, ...]


class LoseLeg(Message, frozen=True):
    """By who takes part, said by the edge: the line of this page broke, it may come back.

    Also by another who takes part and sees that nothing was heard of it. *gone*: the browser has
    said that the page is no more, though it may be loaded again. Prepared: `LoseSilent` is decided
    in its place.
    """

    leg: LegId
    gone: bool = False


class LeaveCall(Message, frozen=True):
    """By who takes part: I hang up, or leave the room. *tell*: say when the doctor comes."""

    leg: LegId
    tell: bool = False


class ReportPath(Message, frozen=True):
    """By who takes part: in *epoch* my page is (not) connected to *to* (empty: to the relay).

    Prepared: `WithRelay` is decided in its place.
    """

    leg: LegId
    epoch: int
    connected: bool
    to: LegId = LegId("")
    """The other leg of a direct call."""
    took_ms: int = 0
    why: str = ""
    """`ice_failed`, `timeout`, `no_packets`, ..."""


class RecordCheck(Message, frozen=True):
    """By the patient or a guest: this is what I found about my device."""

    check: DeviceCheck


class EnterAsGuest(Message, frozen=True):
    """By nobody yet: I have a link with this code, and am called so."""

    code_hash: str
    name: str


PersonCommand: TypeAlias = (
    TakeSeat
    | JoinCall
    | DeclineCall
    | CancelRing
    | SetTracks
    | LoseLeg
    | LeaveCall
    | ReportPath
    | RecordCheck
    | EnterAsGuest
)
