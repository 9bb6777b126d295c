"""Coming in: first to the waiting room, then into the call, when somebody lets one in."""

from msgspec.structs import replace

from actors.call_session.messages import (
    MOST_PEOPLE,
    CallStarted,
    HostChanged,
    JoinCall,
    Leaving,
    Leg,
    LegEntered,
    LegLeft,
    LegState,
    Part,
    Person,
    SetTracks,
    TakeSeat,
    TracksSet,
    VisitStarted,
)
from actors.call_session.state import ringing
from actors.call_session.state.draft import Draft
from actors.call_session.state.kept import TALKING, Session, place
from actors.call_session.state.permissions import check_open, own_leg, participant
from actors.call_session.state.refusals import (
    CallFull,
    HostNotThere,
    NoRelay,
    NotYourLeg,
    WasRemoved,
)
from actors.ids import LegId
from actors.media import Source
from actors.refusal import Invalid

LONGEST_ID = 64
KEY_LENGTH = 87
"""Characters of an uncompressed P-256 point in base64url."""

DIRECT_PEOPLE = 2


# --- the waiting room ----------------------------------------------------------------------------


def take_seat(draft: Draft, command: TakeSeat) -> None:
    """Let the caller wait with this page. One that is in the call already stays there."""
    person = participant(draft.state, draft.asked)
    check_open(draft.state, draft.at)
    known = _known(draft.state, command.leg, person)
    if known is not None:
        _back(draft, known, person)
        return
    _replace(draft, person, command.leg)
    seat = Leg(command.leg, person.user, LegState.WAITING, draft.at)
    draft.add(_entered(draft, seat, person))


def _known(state: Session, leg: LegId, person: Person) -> Leg | None:
    """Return the caller's own leg of that id, if it is here; another's is not taken."""
    if not leg or len(leg) > LONGEST_ID:
        raise Invalid(fields={"leg": "A name of 1 to 64 characters."})
    known = state.legs.get(leg)
    if known is not None and known.user != person.user:
        raise NotYourLeg
    return known


def _back(draft: Draft, leg: Leg, person: Person) -> None:
    """Let *leg* take up where it was, if its line was broken."""
    if leg.state is LegState.RETURNING:
        back = replace(leg, state=place(leg), was=None, since=draft.at)
        draft.add(_entered(draft, back, person, back=True))


def _replace(draft: Draft, person: Person, leg: LegId) -> None:
    """Let an older page of the same person go."""
    older = draft.state.leg_of(person.user)
    if older is not None and older.id != leg:
        leave(draft, older, Leaving.REPLACED, by=person.user)


def _entered(draft: Draft, leg: Leg, person: Person, *, back: bool = False) -> LegEntered:
    return LegEntered(
        leg=leg,
        name=person.name,
        appointment=draft.state.appointment,
        at=draft.at,
        back=back,
        guest=person.part is Part.GUEST,
    )


def leave(draft: Draft, leg: Leg, why: Leaving, *, by: str, tell: bool = False) -> None:
    """Let *leg* be there no more, because *why*."""
    draft.add(
        LegLeft(
            leg=leg.id,
            user=leg.user,
            why=why,
            was=place(leg),
            at=draft.at,
            by=by,
            tell=tell,
            guest=draft.state.is_guest(leg.user),
        )
    )


# --- the call ------------------------------------------------------------------------------------


def join(draft: Draft, command: JoinCall, *, relay: bool) -> None:
    """Let the caller be in the call with this page, and ring who is not there."""
    draft.relay = relay
    person = participant(draft.state, draft.asked)
    check_open(draft.state, draft.at)
    known = _known(draft.state, command.leg, person)
    if known is not None and place(known) in TALKING:
        _back(draft, known, person)
    else:
        _come_in(draft, command, person)
    if command.ring and (person.part is Part.HOST or draft.state.hosting is None):
        ringing.ring_others(draft, person, command.medium)


def _come_in(draft: Draft, command: JoinCall, person: Person) -> None:
    _check_admission(draft.state, person)
    _check_room(draft, person)
    leg = _leg(draft, command, person)
    _replace(draft, person, command.leg)
    if draft.state.call is None:
        _start(draft, person)
    ringing.answer(draft, person.user, command.leg)
    draft.add(_entered(draft, leg, person))
    _take_over(draft, person)


def _leg(draft: Draft, command: JoinCall, person: Person) -> Leg:
    if command.key and len(command.key) != KEY_LENGTH:
        raise Invalid(fields={"key": "A raw P-256 public key in base64url, or nothing."})
    return Leg(
        id=command.leg,
        user=person.user,
        state=ringing.held_state(draft.state, person.user),
        since=draft.at,
        medium=command.medium,
        sends=_sources(command.sends),
        key=command.key,
    )


def _check_admission(state: Session, person: Person) -> None:
    """Let hosts in, and who is rung; others while the host is there. Of a thread, everybody."""
    if person.part is Part.HOST or ringing.is_rung(state, person.user):
        return
    if state.call is not None and person.user in state.call.removed:
        raise WasRemoved
    if state.hosting is not None and not ringing.host_is_in(state):
        raise HostNotThere


def _check_room(draft: Draft, person: Person) -> None:
    """Hold that there is room for one more, and a relay for more than two."""
    after = len(draft.state.in_call | {person.user})
    if after == len(draft.state.in_call):
        return
    if after > MOST_PEOPLE:
        raise CallFull
    if after > DIRECT_PEOPLE and not draft.relay:
        raise NoRelay


def _start(draft: Draft, person: Person) -> None:
    state = draft.state
    draft.add(
        CallStarted(state.appointment, state.conversation, state.number + 1, person.user, draft.at)
    )


def _take_over(draft: Draft, person: Person) -> None:
    """Let the colleague who was asked to go on be the host from now on."""
    state = draft.state
    before = next((each for each in state.people if each.part is Part.HOST), None)
    if state.successor == person.user and before is not None and before.user != person.user:
        host = replace(person, part=Part.HOST)
        draft.add(HostChanged(state.appointment, host, before, draft.at))


def check_begun(draft: Draft) -> None:
    """Let the visit have begun, once host and patient are both in the call."""
    state = draft.state
    if state.hosting is None or state.call is None or state.call.begun or state.doctor is None:
        return
    if state.part_is_in(Part.HOST) and state.part_is_in(Part.PATIENT):
        draft.add(VisitStarted(state.hosting.appointment, state.doctor, draft.at))


# --- tracks --------------------------------------------------------------------------------------


def set_tracks(draft: Draft, command: SetTracks) -> None:
    """Let a page send these tracks from now on."""
    leg = own_leg(draft.state, command.leg, draft.asked)
    sends = _sources(command.sends)
    muted = tuple(each for each in _sources(command.muted) if each in sends)
    if (sends, muted) != (leg.sends, leg.muted):
        draft.add(TracksSet(leg.id, sends, muted, draft.at))


def _sources(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """Return *sources*, each once, in the order in which they are always named."""
    return tuple(each for each in Source if each in sources)
