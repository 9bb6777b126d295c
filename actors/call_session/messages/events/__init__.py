"""What happens to a call session: the call log. Descriptions and candidates are not in it.

The session of a visit or a thread, calls and rings, the pages in them (legs), their media, guests
and doctors, recordings; signals pass, and are kept in memory alone.
"""

from typing import TypeAlias

from actors.call_session.messages.events.calls import CallEvent
from actors.call_session.messages.events.legs import LegEvent
from actors.call_session.messages.events.media import MediaEvent
from actors.call_session.messages.events.people import PeopleEvent
from actors.call_session.messages.events.recordings import RecordingEvent
from actors.call_session.messages.events.sessions import SessionEvent
from actors.call_session.messages.events.signals import PassingEvent

Event: TypeAlias = SessionEvent | CallEvent | LegEvent | MediaEvent | PeopleEvent | RecordingEvent

__all__ = ["Event", "PassingEvent"]
