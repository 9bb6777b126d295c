"""Passing: told to who watches, kept in memory alone."""

from typing import TypeAlias

from actors.call_session.messages.common import Message, Signal
from actors.ids import LegId


class SendSignal(Message, frozen=True):
    """By who takes part: tell leg *to*. Each leg numbers what it sends to each other from 1 on.

    What is there already (by *leg*, *to*, *number*) has no second effect. Acknowledged means that
    it is held until `HearSignals` says that it came, or either leg is gone.
    """

    leg: LegId
    to: LegId
    number: int
    signal: Signal
    body: str
    """At most 32 KiB."""


class HearSignals(Message, frozen=True):
    """By who takes part: I am here, and have had what was told to *leg* up to *number*.

    Said every 5 s at least, so that others know that the page lives.
    """

    leg: LegId
    number: int


class AttendLeg(Message, frozen=True):
    """By who takes part, said by the edge: *line* speaks for *leg* from now on, and no other."""

    leg: LegId
    line: str


Passing: TypeAlias = SendSignal | HearSignals | AttendLeg
