"""What a visit's call says of the visit, and that the doctor is there.

What comes by a durable send is never refused for being late: it changes nothing then.
"""

from datetime import timedelta
from typing import Final

from actors.asked import Asked
from actors.call_session import messages as call_session
from actors.caller import is_actor
from actors.doctor.messages import Event, NoteHere, OfferStatus, RecordCall, SeenHere
from actors.doctor.state.kept import Doctor, Live
from actors.doctor.state.own import NOT_BEGUN, progressed
from actors.doctor.state.permissions import is_owner
from actors.refusal import NotAllowed

SEEN_AGAIN = timedelta(minutes=10)
"""A doctor who is there is noted at most so often."""

BEFORE: Final = {
    OfferStatus.IN_CALL: NOT_BEGUN,
    OfferStatus.FULFILLED: frozenset({*NOT_BEGUN, OfferStatus.IN_CALL}),
    OfferStatus.NOSHOW: frozenset({*NOT_BEGUN, OfferStatus.IN_CALL}),
}
"""What a visit may have been before its call says this of it."""


def record_call(state: Doctor, command: RecordCall, asked: Asked) -> list[Event]:
    """Return that the visit has begun, took place, or did not, if that is news."""
    session = call_session.address_of(call_session.of_visit(command.appointment))
    if not is_actor(asked.caller, session):
        raise NotAllowed
    live = state.live.get(command.appointment)
    if live is None or not _goes_on(live, command.status):
        return []
    return [progressed(command.appointment, live, command.status, asked)]


def _goes_on(live: Live, status: OfferStatus) -> bool:
    return live.status in BEFORE.get(status, ())


def note_here(state: Doctor, command: NoteHere, asked: Asked) -> list[Event]:  # noqa: ARG001  its type says it all
    """Return that the doctor is there, unless that was noted within `SEEN_AGAIN`."""
    if not is_owner(state, asked):
        raise NotAllowed
    if state.seen_at is not None and asked.at - state.seen_at < SEEN_AGAIN:
        return []
    return [SeenHere(asked.at)]
