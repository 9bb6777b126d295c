"""A doctor, as the runtime runs them; reads their other calendar before its rules are asked."""

from actors.asked import Asked
from actors.doctor import messages
from actors.doctor.other_calendar import FeedTrouble, Fetcher, no_calendar
from actors.doctor.reactions import react
from actors.doctor.state import Doctor, answer, decide, evolve, may_see
from actors.doctor.state.busy import check_may_refresh
from actors.doctor.state.kept import born
from actors.runtime.room import Room, appointment_of

PERSONAL = frozenset(
    [
        "name",
        "zone",
        "doctor_name",
        "by_name",
        "reason",
        "category_name",
        "windows",
        "note",
        "born_on",
        "language",
        "answers",
        "red_flags",
        "url",
    ]
)


def room(fetch: Fetcher) -> Room[Doctor]:
    """Return the room of the doctors, whose other calendars *fetch* reads."""
    return Room(
        kind=messages.KIND,
        command=messages.Command,
        query=messages.Query,
        event=messages.Event,
        state=Doctor,
        schema=3,
        born=born,
        decide=decide,
        evolve=evolve,
        answer=answer,
        react=react,
        may_watch=may_see,
        about=about,
        prepare=Preparation(fetch).prepare,
        prepared=frozenset({messages.RefreshBusy}),
        personal=PERSONAL,
    )


class Preparation:
    """Reads the other calendar. What refuses here refuses before anything is fetched."""

    def __init__(self, fetch: Fetcher) -> None:
        self._fetch = fetch

    async def prepare(
        self,
        state: Doctor,
        command: messages.RefreshBusy,  # noqa: ARG002  its type says it all
        asked: Asked,
    ) -> messages.RecordBusy:
        """Return what the other calendar says now."""
        check_may_refresh(state, asked)
        if state.other is None or state.hours is None:
            return messages.RecordBusy("")
        url = state.other.url
        try:
            return messages.RecordBusy(url, await self._fetch(url, state.hours.zone))
        except FeedTrouble as trouble:
            return messages.RecordBusy(url, trouble=trouble.code)


def about(event: messages.Event) -> tuple[str, ...]:
    """Return the appointments that *event* is about: all that went back, or that were booked."""
    match event:
        case messages.PracticeSuspended(returned) | messages.AbsenceAdded(returned=returned):
            return tuple(dict.fromkeys(each.appointment for each in returned))
        case messages.SeriesBooked(after=after, booked=booked):
            return (after, *(each.appointment for each in booked if each.appointment))
        case _:
            return appointment_of(event)


ROOM: Room[Doctor] = room(no_calendar)
"""Of a clinic that reaches no other calendars."""
