"""What may happen to a conversation: each command goes to the file that knows."""

from typing import TypeAlias, assert_never

from actors.asked import Asked
from actors.conversation.messages import (
    Command,
    DeleteKnown,
    DeleteMessage,
    DropFile,
    EditKnown,
    EditMessage,
    EndCare,
    EnterThread,
    Event,
    LeaveTeam,
    MarkMessages,
    OfferFile,
    OpenTeam,
    PostMessage,
    PostQuoting,
    Prepared,
    RecordCall,
    RecordVisit,
    ReplyAutomatically,
)
from actors.conversation.state import answering, calls, marks, offers, visits, writing
from actors.conversation.state.kept import Thread

OfActors: TypeAlias = (
    RecordVisit
    | RecordCall
    | OpenTeam
    | LeaveTeam
    | EndCare
    | OfferFile
    | DropFile
    | ReplyAutomatically
)


def decide(state: Thread, command: Command | Prepared, asked: Asked) -> list[Event]:  # noqa: PLR0911  one case per command
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case EnterThread():
            return marks.enter(state, asked)
        case MarkMessages():
            return marks.mark(state, command, asked)
        case PostMessage():
            return writing.post(state, command, asked)
        case PostQuoting():
            return writing.post_quoting(state, command, asked)
        case EditKnown():
            return writing.edit(state, command, asked)
        case DeleteKnown():
            return writing.delete(state, command, asked)
        case EditMessage() | DeleteMessage():
            raise TypeError(f"A {type(command).__name__} must be prepared before it is decided.")
        case _:
            return _by_actor(state, command, asked)


def _by_actor(state: Thread, command: OfActors, asked: Asked) -> list[Event]:  # noqa: PLR0911  one case per command
    match command:
        case RecordVisit():
            return visits.record(state, command, asked)
        case RecordCall():
            return calls.record_call(state, command, asked)
        case OpenTeam():
            return visits.open_team(state, command, asked)
        case LeaveTeam():
            return visits.leave_team(state, command, asked)
        case EndCare():
            return visits.end_care(state, asked)
        case OfferFile():
            return offers.offer(state, command, asked)
        case DropFile():
            return offers.drop(state, command, asked)
        case ReplyAutomatically():
            return answering.reply(state, command, asked)
        case _:
            assert_never(command)
