"""Whom a call session tells, and what it wakes up for.

`rings` go to phones, `talks` to phones, the thread and the diary, `visits` to the note of the
visit; `wakes` are the session's own.
"""

from collections.abc import Sequence

from actors.address import Address
from actors.call_session.messages import Event
from actors.call_session.reactions.rings import of_rings
from actors.call_session.reactions.talks import of_talks
from actors.call_session.reactions.visits import of_visits
from actors.call_session.reactions.wakes import wakes
from actors.effects import Effect
from actors.ids import CallId


def react(event: Event, me: Address) -> Sequence[Effect]:
    """Return what *event* makes this actor send and wake up for."""
    call = CallId(me.key)
    return [*of_rings(event, call), *of_talks(event, call), *of_visits(event), *wakes(event)]
