"""A conversation, as the runtime runs it; its past is read before its rules and views are asked."""

from actors.conversation import messages
from actors.conversation.messages import Event, MessageDeleted, MessageEdited, MessagePosted
from actors.conversation.past import PREPARED, Past
from actors.conversation.reactions import react
from actors.conversation.state import Thread, answer, decide, evolve, may_watch, pass_on
from actors.conversation.state.kept import born
from actors.passages import Passage
from actors.runtime.journal import History
from actors.runtime.room import Room

PERSONAL = frozenset({"name", "text", "quote"})


def room(history: History) -> Room[Thread]:
    """Return the room of the conversations, whose past is read in *history*."""
    return Room(
        kind=messages.KIND,
        command=messages.Command,
        query=messages.Query,
        event=messages.Event,
        state=Thread,
        schema=1,
        born=born,
        decide=decide,
        evolve=evolve,
        answer=answer,
        react=react,
        may_watch=may_watch,
        prepare=Past(history).prepare,
        prepared=PREPARED,
        passing=messages.Passing,
        pass_on=pass_on,
        passages=passages,
        personal=PERSONAL,
    )


def passages(event: Event) -> tuple[Passage, ...]:
    """Return what can be found by its words from now on; a deleted message can't any more."""
    match event:
        case MessagePosted(number=number, text=text) if text:
            return (Passage(number, text),)
        case MessageEdited(original=original, text=text):
            return (Passage(original, text),)
        case MessageDeleted(original=original):
            return (Passage(original, ""),)
        case _:
            return ()
