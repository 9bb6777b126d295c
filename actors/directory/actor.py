"""Ties the directory to the runtime."""

from actors.directory import messages
from actors.directory.reactions import react
from actors.directory.state import DirectoryState, answer, born, decide, evolve, may_watch
from actors.runtime.room import Room

ROOM = Room(
    kind=messages.KIND,
    command=messages.Command,
    query=messages.Query,
    event=messages.Event,
    state=DirectoryState,
    schema=3,
    born=born,
    decide=decide,
    evolve=evolve,
    answer=answer,
    react=react,
    may_watch=may_watch,
    personal=frozenset({"email", "name", "token_hash"}),
)
