"""What is told to who looks on, and kept nowhere."""

from typing import assert_never

from actors.asked import Asked
from actors.conversation.messages import Here, Passing, PassingEvent, SayHere, SayTyping, Typing
from actors.conversation.state.kept import Thread
from actors.conversation.state.permissions import reader


def pass_on(state: Thread, message: Passing, asked: Asked) -> PassingEvent | None:
    """Return what the others are told of *message*, or raise `NotFound`.

    In a closed thread nobody is told: there is nobody else to know it.
    """
    user = reader(state, asked.caller).user
    if state.closed:
        return None
    match message:
        case SayTyping():
            return Typing(user)
        case SayHere(here):
            return Here(user, here)
        case _:
            assert_never(message)
