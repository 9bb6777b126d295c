"""The whole language of a person's phone: what rings, which call they are in, what they missed.

One actor per person, at `address_of(user)`. All of their pages watch it: a ring that is answered
on one of them ends on all.
"""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.ids import AppointmentId, CallId, ConversationId, LegId, RingId, UserId
from actors.visit_type import Medium

KIND = "phone"


def address_of(user: str) -> Address:
    """Return where the phone of this person (`UserId`, `PatientId`, `DoctorId`) is reached."""
    return Address(KIND, user)


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about a phone."""


class Ringing(msgspec.Struct, frozen=True):
    """Somebody rings. *from_name* is a doctor's, or a patient's for a doctor."""

    ring: RingId
    call: CallId
    by: UserId
    from_name: str
    medium: Medium
    until: datetime
    appointment: AppointmentId | None
    conversation: ConversationId


class Engaged(msgspec.Struct, frozen=True):
    """The call that a person is in."""

    call: CallId
    leg: LegId
    since: datetime
    appointment: AppointmentId | None


# --- commands, from `call_session` -------------------------------------------------------------


class RingPhone(Message, frozen=True):
    """From `call_session`: ring on all pages. Who is in another call is busy."""

    ringing: Ringing


class StopRinging(Message, frozen=True):
    """From `call_session`: it rings no more. *missed*: they should know that somebody tried."""

    ring: RingId
    missed: bool


class NoteEngaged(Message, frozen=True):
    """From `call_session`: this person is in that call now, with that page."""

    engaged: Engaged


class NoteFree(Message, frozen=True):
    """From `call_session`: this page of theirs is in that call no more."""

    call: CallId
    leg: LegId


class SilenceRing(Message, frozen=True):
    """By the person: I have heard it; do not sound any more (it still rings for who rang)."""

    ring: RingId


class RingOver(Message, frozen=True):
    """By a timer: the ring should have ended by now."""

    ring: RingId


Command: TypeAlias = RingPhone | StopRinging | NoteEngaged | NoteFree | SilenceRing | RingOver

# --- events ------------------------------------------------------------------------------------


class PhoneRang(Message, frozen=True):
    """It rings; the person is told wherever they are."""

    ringing: Ringing
    appointment: AppointmentId | None
    at: datetime


class WasBusy(Message, frozen=True):
    """It did not ring: they are in another call. Who rang is told."""

    ringing: Ringing
    appointment: AppointmentId | None
    at: datetime


class RingSilenced(Message, frozen=True):
    """It makes no sound any more."""

    ring: RingId
    at: datetime


class RingStopped(Message, frozen=True):
    """It rings no more."""

    ringing: Ringing
    missed: bool
    appointment: AppointmentId | None
    at: datetime


class CallTaken(Message, frozen=True):
    """The person is in a call."""

    engaged: Engaged
    appointment: AppointmentId | None


class CallLeft(Message, frozen=True):
    """The person is in that call no more."""

    call: CallId
    at: datetime


Event: TypeAlias = PhoneRang | WasBusy | RingSilenced | RingStopped | CallTaken | CallLeft

# --- queries and views -------------------------------------------------------------------------


class GetPhone(Message, frozen=True):
    """Ask (as the person) for a `PhoneView`."""


Query: TypeAlias = GetPhone


class PhoneView(Message, frozen=True):
    """What rings now (*silenced* ones make no sound), and the call that the person is in."""

    ringing: tuple[Ringing, ...]
    silenced: tuple[RingId, ...]
    engaged: Engaged | None


View: TypeAlias = PhoneView
