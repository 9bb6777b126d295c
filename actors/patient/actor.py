"""A patient, as the runtime runs them."""

from actors.patient import messages
from actors.patient.reactions import react
from actors.patient.state import Patient, answer, decide, evolve, may_see
from actors.patient.state.kept import born
from actors.runtime.room import Room

ROOM: Room[Patient] = Room(
    kind=messages.KIND,
    command=messages.Command,
    query=messages.Query,
    event=messages.Event,
    state=Patient,
    schema=3,
    born=born,
    decide=decide,
    evolve=evolve,
    answer=answer,
    react=react,
    may_watch=may_see,
    personal=frozenset(
        {
            *("name", "zone", "reason", "category_name", "windows", "with_name", "who", "why"),
            *("born_on", "language", "answers", "answer", "value", "text", "note", "red_flags"),
        }
    ),
)
