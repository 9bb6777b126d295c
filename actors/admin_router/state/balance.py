"""Whose turn it is in a group that shares its work evenly.

The highest priority first; among those, who has the fewest requests of the last 7 days for their
weight; among those, who was asked least recently.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from actors.admin_router.messages import Group, Share
from actors.admin_router.state.kept import LONG_AGO, Router, Turn
from actors.appointment import DoctorRef
from actors.ids import DoctorId

REMEMBERED = timedelta(days=7)


def load(state: Router, doctor: DoctorId, now: datetime) -> int:
    """Return how many requests *doctor* got within the last 7 days."""
    return sum(at > now - REMEMBERED for at in state.turns.get(doctor, Turn()).at)


def whose_turn(
    state: Router, group: Group, members: Sequence[DoctorRef], now: datetime
) -> DoctorRef:
    """Return which of *members* (at least one) is asked next."""
    shares = {each.doctor: each for each in group.shares}

    def turn(member: DoctorRef) -> tuple[int, float, datetime, str]:
        share = shares.get(member.id, Share(member.id))
        asked_for = load(state, member.id, now) / share.weight
        return -share.priority, asked_for, last_asked(state, member.id), member.id

    return min(members, key=turn)


def last_asked(state: Router, doctor: DoctorId) -> datetime:
    """Return when *doctor* got a request last, of those that are remembered."""
    return max(state.turns.get(doctor, Turn()).at, default=LONG_AGO)


def in_words(state: Router, doctor: DoctorId, now: datetime) -> str:
    """Return since when *doctor* was not asked."""
    at = last_asked(state, doctor)
    if at <= now - REMEMBERED:
        return "not asked in the last 7 days"
    return f"not asked since {at:%Y-%m-%d %H:%M} UTC"


def with_turn(state: Router, doctor: DoctorId, at: datetime) -> dict[DoctorId, Turn]:
    """Return the turns when *doctor* got one more request at *at*."""
    before = state.turns.get(doctor, Turn()).at
    kept = tuple(each for each in before if each > at - REMEMBERED)
    return {**state.turns, doctor: Turn((*kept, at))}
