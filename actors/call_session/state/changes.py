"""What each event makes of a call session. Every event is counted, as the journal does."""

from datetime import datetime
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.call_session.messages import (
    GUEST_WITHIN,
    OPENS_BEFORE,
    CallEnded,
    CallStarted,
    CheckRecorded,
    ClosingPutOff,
    DoctorInvited,
    DoctorsSet,
    Event,
    Guest,
    GuestEntered,
    GuestInvited,
    GuestUninvited,
    HostChanged,
    Hosting,
    LegChanged,
    LegEntered,
    LegLeft,
    LineNoted,
    OutcomeSet,
    Part,
    PatientArrived,
    Person,
    Rang,
    RingEnd,
    RingEnded,
    SessionClosed,
    SessionOpened,
    TracksSet,
    Unanswered,
    VisitOver,
    VisitStarted,
    WordTold,
)
from actors.call_session.state import evolving_legs as legs
from actors.call_session.state import evolving_media as media
from actors.call_session.state.kept import Going, Session, closing, guest_person
from actors.ids import GuestId, UserId

OfSession: TypeAlias = (
    SessionOpened | SessionClosed | VisitOver | ClosingPutOff | DoctorsSet | PatientArrived
)
OfGuests: TypeAlias = GuestInvited | GuestEntered | GuestUninvited
OfCall: TypeAlias = CallStarted | CallEnded | VisitStarted | OutcomeSet
OfPeople: TypeAlias = DoctorInvited | HostChanged


UNANSWERED = frozenset({RingEnd.DECLINED, RingEnd.TIMED_OUT, RingEnd.BUSY})
"""Ends of rings that who rang has not made themselves, and is told of."""


def evolve(state: Session, event: Event) -> Session:
    """Return what *event* makes of the session."""
    return _evolved(replace(state, last=state.last + 1), event)


def _evolved(state: Session, event: Event) -> Session:  # noqa: PLR0911  one case per kind of event
    match event:
        case CheckRecorded(user, check):
            return replace(state, checks={**state.checks, user: check})
        case WordTold(text):
            return replace(state, word=text)
        case LineNoted():
            return replace(state, line=state.line + 1)
        case CallStarted() | CallEnded() | VisitStarted() | OutcomeSet():
            return _call(state, event)
        case Rang() | RingEnded():
            return _rings(state, event)
        case LegEntered() | LegChanged() | TracksSet() | LegLeft():
            return legs.evolved(state, event)
        case GuestInvited() | GuestEntered() | GuestUninvited():
            return _guests(state, event)
        case DoctorInvited() | HostChanged():
            return _people(state, event)
        case (
            SessionOpened()
            | SessionClosed()
            | VisitOver()
            | ClosingPutOff()
            | DoctorsSet()
            | PatientArrived()
        ):
            return _session(state, event)
        case _:
            return media.evolved(state, event)


# --- the session ---------------------------------------------------------------------------------


def _session(state: Session, event: OfSession) -> Session:
    match event:
        case SessionOpened():
            return _opened(state, event)
        case SessionClosed():
            return replace(state, open=False, over="", closes_at=None)
        case VisitOver(why=why):
            return replace(state, over=why)
        case ClosingPutOff(until=until):
            return replace(state, closes_at=until)
        case DoctorsSet(patient=patient):
            return replace(state, patient=patient)
        case PatientArrived(since=since):
            return replace(state, arrived_at=since)
        case _:
            assert_never(event)


def _opened(state: Session, event: SessionOpened) -> Session:
    hosting = event.hosting
    host = next((each.user for each in event.people if each.part is Part.HOST), None)
    return replace(
        state,
        appointment=event.appointment,
        conversation=event.conversation,
        hosting=hosting,
        people=event.people,
        names=_with_names(state, *event.people),
        doctor=host if hosting else None,
        arrived_at=_still_there(state, hosting),
        leaving=(),
        successor=None,
        open=True,
        over="",
        closes_at=closing(hosting, event.at) if hosting else None,
        guests={name: _extended(each, event) for name, each in state.guests.items()},
    )


def _still_there(state: Session, hosting: Hosting | None) -> datetime | None:
    """Return since when the patient is there, if they have not come for an earlier time only."""
    since = state.arrived_at
    if since is None or hosting is None or since < hosting.start - OPENS_BEFORE:
        return None
    return since


def _extended(guest: Guest, event: SessionOpened) -> Guest:
    """Return *guest*, whose link is good for as long as the visit now needs it."""
    return replace(guest, until=event.hosting.end + GUEST_WITHIN) if event.hosting else guest


def _with_names(state: Session, *people: Person) -> dict[UserId, Person]:
    return {**state.names, **{each.user: each for each in people}}


def _call(state: Session, event: OfCall) -> Session:
    match event:
        case CallStarted(number=number, by=by, at=at):
            return replace(state, number=number, call=Going(by, at), outcome=None)
        case CallEnded(closes_at=closes_at):
            ended = media.ended(state.media)
            closes_at = closes_at or state.closes_at
            return replace(state, call=None, media=ended, closes_at=closes_at, unanswered={})
        case VisitStarted():
            return replace(state, call=replace(legs.going(state), begun=True))
        case OutcomeSet(outcome=outcome):
            return replace(state, outcome=outcome)
        case _:
            assert_never(event)


def _rings(state: Session, event: Rang | RingEnded) -> Session:
    ring = event.ring
    if isinstance(event, Rang):
        return legs.answering(replace(state, rings={**state.rings, ring.id: ring}), ring.to)
    state = _unanswered(state, event)
    rings = {name: each for name, each in state.rings.items() if name != ring.id}
    gone = event.how is not RingEnd.ANSWERED and state.successor == ring.to
    return replace(state, rings=rings, successor=None if gone else state.successor)


def _unanswered(state: Session, event: RingEnded) -> Session:
    """Return the session that knows why who was rung does not come."""
    ring = event.ring
    if event.how not in UNANSWERED or state.call is None:
        return state
    left = Unanswered(ring.by, ring.to, event.how, event.reason)
    return replace(state, unanswered={**state.unanswered, ring.to: left})


# --- people --------------------------------------------------------------------------------------


def _guests(state: Session, event: OfGuests) -> Session:
    match event:
        case GuestInvited(guest):
            return _with_guest(state, guest)
        case GuestEntered(name, called, at):
            return _with_guest(state, replace(state.guests[name], name=called, entered_at=at))
        case GuestUninvited(name):
            guests = {each: guest for each, guest in state.guests.items() if each != name}
            return replace(state, guests=guests)
        case _:
            assert_never(event)


def _with_guest(state: Session, guest: Guest) -> Session:
    guests = {**state.guests, GuestId(guest.id): guest}
    return replace(state, guests=guests, names=_with_names(state, guest_person(guest)))


def _people(state: Session, event: OfPeople) -> Session:
    match event:
        case DoctorInvited(person, take_over):
            others = tuple(each for each in state.people if each.user != person.user)
            return replace(
                state,
                people=(*others, person),
                names=_with_names(state, person),
                former=tuple(each for each in state.former if each.user != person.user),
                leaving=tuple(each for each in state.leaving if each != person.user),
                successor=person.user if take_over else state.successor,
            )
        case HostChanged():
            return _handed_over(state, event)
        case _:
            assert_never(event)


def _handed_over(state: Session, event: HostChanged) -> Session:
    """Return the session with its new host; who hosted before may stay until they leave."""
    before = replace(event.before, part=Part.DOCTOR)
    others = tuple(each for each in state.people if each.user not in {event.host.user, before.user})
    is_there = state.leg_of(before.user) is not None
    return replace(
        state,
        people=(event.host, *others, before) if is_there else (event.host, *others),
        names=_with_names(state, event.host, before),
        leaving=(*state.leaving, before.user) if is_there else state.leaving,
        former=state.former if is_there else (*state.former, before),
        successor=None,
    )
