"""A doctor, as the runtime runs them."""

from actors.doctor import messages
from actors.doctor.reactions import react
from actors.doctor.state import Doctor, answer, decide, evolve, may_see
from actors.doctor.state.kept import born
from actors.runtime.room import Room, appointment_of


def about(event: messages.Event) -> tuple[str, ...]:
    """Return the appointments that *event* is about: for a suspension all that went back."""
    match event:
        case messages.PracticeSuspended(returned):
            return tuple(each.appointment for each in returned)
        case _:
            return appointment_of(event)


ROOM: Room[Doctor] = Room(
    kind=messages.KIND,
    command=messages.Command,
    query=messages.Query,
    event=messages.Event,
    state=Doctor,
    schema=1,
    born=born,
    decide=decide,
    evolve=evolve,
    answer=answer,
    react=react,
    may_watch=may_see,
    about=about,
    personal=frozenset(
        {"name", "zone", "doctor_name", "by_name", "reason", "category_name", "windows"}
    ),
)
