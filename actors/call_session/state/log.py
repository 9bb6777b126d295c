"""What the call log shows of the events of a session: who, when, how long, and what went wrong."""

from collections.abc import Iterable

from msgspec.structs import replace

from actors.asked import fitting
from actors.call_session.messages import (
    ClosingPutOff,
    DirectDue,
    DoctorsSet,
    Event,
    GuestInvited,
    LegAwaited,
    LegSilent,
    LineNoted,
    MediaDue,
    RecordingKept,
    TracksSet,
)
from actors.call_session.state.guests import without_hash

MOST_SHOWN = 300

UNSHOWN = (
    TracksSet
    | LegAwaited
    | LegSilent
    | LineNoted
    | MediaDue
    | DirectDue
    | DoctorsSet
    | ClosingPutOff
    | RecordingKept
)
"""These say nothing about what people did."""


def shown(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the newest of *events* that a reader of the log sees, oldest first.

    At most `MOST_SHOWN`, and as many as fit into one answer.
    """
    newest = [_as_shown(each) for each in events if is_shown(each)][-MOST_SHOWN:]
    return tuple(newest[len(newest) - fitting(newest[::-1]) :])


def is_shown(event: Event) -> bool:
    """Return whether *event* says what people did."""
    return not isinstance(event, UNSHOWN)


def _as_shown(event: Event) -> Event:
    if isinstance(event, GuestInvited):
        return replace(event, guest=without_hash(event.guest))
    return event
