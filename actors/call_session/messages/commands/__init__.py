"""What may be told to a call session, and by whom.

By other actors, by who takes part, by the host, about recordings; by timers and the media desk.
What `actor.prepare` makes of some of them goes over no wire; what passes is kept in memory alone.
"""

from typing import TypeAlias

from actors.call_session.messages.commands.actors import ActorCommand
from actors.call_session.messages.commands.due import DueCommand
from actors.call_session.messages.commands.hosting import HostCommand
from actors.call_session.messages.commands.passing import Passing
from actors.call_session.messages.commands.prepared import Prepared
from actors.call_session.messages.commands.recordings import RecordingCommand
from actors.call_session.messages.commands.taking_part import PersonCommand

Command: TypeAlias = ActorCommand | PersonCommand | HostCommand | RecordingCommand | DueCommand

__all__ = ["Command", "Passing", "Prepared"]
