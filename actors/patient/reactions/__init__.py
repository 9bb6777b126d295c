"""Whom a patient's actor tells, and what it wakes up for.

`department`: the router of the department that was asked, and the directory; `alarms`: reminders to
come; `threads`: the conversations with doctors; `calls`: the call sessions of visits; `letters`:
what the patient reads elsewhere.
"""

from actors.address import Address
from actors.effects import Effect
from actors.patient.messages import Event
from actors.patient.reactions.alarms import alarms
from actors.patient.reactions.calls import to_calls
from actors.patient.reactions.department import to_department, to_directory
from actors.patient.reactions.letters import letters
from actors.patient.reactions.threads import to_threads


def react(event: Event, me: Address) -> list[Effect]:
    """Return what *event* makes this actor send and wake up for."""
    return [
        *to_department(event),
        *to_directory(event, me),
        *to_threads(event, me),
        *to_calls(event),
        *alarms(event),
        *letters(event, me),
    ]
