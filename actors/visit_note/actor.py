"""A visit note, as the runtime runs it."""

from actors.runtime.room import Room
from actors.visit_note import messages
from actors.visit_note.reactions import react
from actors.visit_note.state import Note, answer, born, decide, evolve, may_watch

PERSONAL = frozenset(
    [
        *("name", "zone", "language", "born_on"),
        *("subjective", "objective", "assessment", "plan", "summary", "come_back", "text"),
    ]
)

ROOM: Room[Note] = Room(
    kind=messages.KIND,
    command=messages.Command,
    query=messages.Query,
    event=messages.Event,
    state=Note,
    schema=1,
    born=born,
    decide=decide,
    evolve=evolve,
    answer=answer,
    react=react,
    may_watch=may_watch,
    personal=PERSONAL,
)
