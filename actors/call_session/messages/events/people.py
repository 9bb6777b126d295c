"""Who else may take part: guests, colleagues, another host."""

from datetime import datetime
from typing import TypeAlias

from actors.call_session.messages.common import Guest, Message, Person
from actors.ids import AppointmentId, GuestId, UserId


class GuestInvited(Message, frozen=True):
    """Somebody may come in by a link."""

    guest: Guest
    appointment: AppointmentId | None
    at: datetime


class GuestEntered(Message, frozen=True):
    """The link was opened; they are called *name*."""

    guest: GuestId
    name: str
    at: datetime


class GuestUninvited(Message, frozen=True):
    """The link is over."""

    guest: GuestId
    by: str
    at: datetime


class DoctorInvited(Message, frozen=True):
    """A colleague may take part; with *take_over* they become the host when they come."""

    person: Person
    take_over: bool
    by: UserId
    at: datetime


class HostChanged(Message, frozen=True):
    """Another doctor goes on in the place of *before*."""

    appointment: AppointmentId | None
    host: Person
    before: Person
    at: datetime


PeopleEvent: TypeAlias = GuestInvited | GuestEntered | GuestUninvited | DoctorInvited | HostChanged
