"""Calls between the people of a thread, shown between the messages."""

from actors.asked import Asked
from actors.call_session import messages as call_session
from actors.caller import is_actor
from actors.conversation.messages import CallRecorded, Event, RecordCall
from actors.conversation.state.kept import Thread
from actors.refusal import NotAllowed


def record_call(state: Thread, command: RecordCall, asked: Asked) -> list[Event]:
    """Return that there was a call, or that one was missed; where nobody takes part, nothing."""
    if not _of_this_thread(state, command, asked):
        raise NotAllowed
    if not state.members:
        return []
    seconds = max(command.seconds, 0)
    return [CallRecorded(state.last + 1, command.by, seconds, command.at, command.appointment)]


def _of_this_thread(state: Thread, command: RecordCall, asked: Asked) -> bool:
    """Return whether the caller is the session of the thread, or of the visit that was called."""
    sessions = [call_session.of_thread(state.id)]
    if command.appointment is not None:
        sessions.append(call_session.of_visit(command.appointment))
    return any(is_actor(asked.caller, call_session.address_of(each)) for each in sessions)
