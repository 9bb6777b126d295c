"""Passing: told to who watches, kept in memory alone."""

from typing import TypeAlias

from actors.call_session.messages.common import Message
from actors.ids import LegId


class Signalled(Message, frozen=True):
    """Leg *leg* tells leg *to*; *number* counts what that one was told, by all, from 1 on.

    *run* names the memory in which it is counted: with another one, the count began anew.
    """

    to: LegId
    number: int
    run: str
    leg: LegId
    signal: str
    body: str


class LegAttended(Message, frozen=True):
    """*line*, of whichever edge, speaks for *leg* from now on, and no other."""

    leg: LegId
    line: str


PassingEvent: TypeAlias = Signalled | LegAttended
