"""A person's phone, as the runtime runs it."""

from actors.phone import messages
from actors.phone.reactions import react
from actors.phone.state import Phone, answer, born, decide, evolve, is_owner
from actors.runtime.room import Room

ROOM: Room[Phone] = Room(
    kind=messages.KIND,
    command=messages.Command,
    query=messages.Query,
    event=messages.Event,
    state=Phone,
    schema=1,
    born=born,
    decide=decide,
    evolve=evolve,
    answer=answer,
    react=react,
    may_watch=is_owner,
    personal=frozenset({"from_name"}),
)
