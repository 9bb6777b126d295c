"""A department's router, as the runtime runs it."""

from actors.admin_router import messages
from actors.admin_router.reactions import react
from actors.admin_router.state import Router, answer, decide, evolve, may_see
from actors.admin_router.state.kept import born
from actors.runtime.room import Room

ROOM: Room[Router] = Room(
    kind=messages.KIND,
    command=messages.Command,
    query=messages.Query,
    event=messages.Event,
    state=Router,
    schema=2,
    born=born,
    decide=decide,
    evolve=evolve,
    answer=answer,
    react=react,
    may_watch=may_see,
    personal=frozenset(
        {
            "name",
            "zone",
            "doctor_zone",
            "reason",
            "category_name",
            "windows",
            "by_name",
            "language",
            "born_on",
            "answers",
            "red_flags",
            "questions",
            "text",
            "answer",
            "note",
            "why",
        }
    ),
)
