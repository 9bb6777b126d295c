"""Whom a doctor's actor tells about the practice, and what it wakes up for."""

from collections.abc import Iterable

from actors.address import Address
from actors.admin_router import messages as router
from actors.doctor.messages import (
    AbsenceAdded,
    BusyFeedSet,
    BusyNoted,
    DutyEnded,
    DutyOver,
    DutyStarted,
    FactsChanged,
    HoursSet,
    PracticeEvent,
    PracticeSuspended,
    RefreshBusy,
    Returned,
)
from actors.doctor.reactions.alerts import alerts_about_returned
from actors.doctor.reactions.letters import letters_about_returned
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import DoctorId
from actors.notify import messages as notify

DUTY, BUSY = "duty", "busy"
"""Wake-ups."""


def react_to_practice(event: PracticeEvent, me: Address) -> list[Effect]:  # noqa: PLR0911  one case per event
    """Return what *event* makes this actor send and wake up for."""
    match event:
        case PracticeSuspended(returned):
            return _gone(returned, me, away=False)
        case AbsenceAdded(_, returned):
            return _gone(returned, me, away=True)
        case FactsChanged(departments, facts):
            told = router.NoteDoctor(facts)
            return [Send(router.address_of(each), told) for each in departments]
        case HoursSet(hours):
            return [Send(notify.address_of(me.key), notify.SetZone(hours.zone))]
        case DutyStarted(until):
            return [Unwake(DUTY) if until is None else Wake(DUTY, until, DutyOver(until))]
        case DutyEnded():
            return [Unwake(DUTY)]
        case BusyFeedSet(url, at):
            return [Wake(BUSY, at, RefreshBusy()) if url else Unwake(BUSY)]
        case BusyNoted(again_at=again_at):
            return [Wake(BUSY, again_at, RefreshBusy())]
        case _:
            return []


def _gone(returned: tuple[Returned, ...], me: Address, *, away: bool) -> list[Effect]:
    return [
        *_give_back(returned, me, away=away),
        *letters_about_returned(returned, me),
        *alerts_about_returned(returned, me),
    ]


def _give_back(returned: Iterable[Returned], me: Address, *, away: bool) -> list[Effect]:
    return [
        Send(
            router.address_of(each.department),
            router.ReturnRequest(each.appointment, each.round, DoctorId(me.key), away=away),
        )
        for each in returned
    ]
