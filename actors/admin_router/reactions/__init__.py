"""Whom a router tells, and what it wakes up for.

All that a patient hears of a request comes from here, so that one lane keeps its order. `requests`
is about the department and those who look for a doctor, `visits` about what stands, `around` about
threads of groups and the staff.
"""

from actors.address import Address
from actors.admin_router.messages import Event, SetupEvent, VisitEvent
from actors.admin_router.reactions.around import react_around
from actors.admin_router.reactions.requests import react_to_request, react_to_setup
from actors.admin_router.reactions.visits import react_to_visit
from actors.effects import Effect


def react(event: Event, me: Address) -> list[Effect]:
    """Return what *event* makes this actor send and wake up for."""
    if isinstance(event, VisitEvent):
        return react_to_visit(event, me)
    if isinstance(event, SetupEvent):
        return react_to_setup(event)
    return [*react_around(event), *react_to_request(event)]
