"""Rings: somebody is rung on all of their pages, until one answers or time is up."""

from collections.abc import Iterable

from actors.call_session.messages import (
    RINGS_FOR,
    CancelRing,
    DeclineCall,
    LegState,
    Part,
    Person,
    Rang,
    RecordBusy,
    Ring,
    RingDue,
    RingEnd,
    RingEnded,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.kept import TALKING, Session, place
from actors.call_session.state.permissions import check_actor, check_self, participant
from actors.call_session.state.refusals import RingEnded as RingIsOver
from actors.ids import LegId, RingId, UserId
from actors.phone.messages import address_of as phone_of
from actors.refusal import NotAllowed
from actors.visit_type import Medium


def is_rung(state: Session, user: UserId) -> bool:
    """Return whether somebody rings *user* now."""
    return any(ring.to == user for ring in state.rings.values())


def ring_others(draft: Draft, by: Person, medium: Medium) -> None:
    """Let the other side be rung, as far as it is not there and not rung already."""
    for person in _other_side(draft.state, by):
        ring(draft, by, person, medium)


def _other_side(state: Session, by: Person) -> tuple[Person, ...]:
    """Return whom *by* rings: the patient; of a thread, patients ring all of its doctors."""
    if by.part is Part.PATIENT and state.hosting is None:
        return tuple(each for each in state.people if each.part is not Part.PATIENT)
    return tuple(each for each in state.people if each.part is Part.PATIENT)


def ring(draft: Draft, by: Person, to: Person, medium: Medium) -> None:
    """Let *to* be rung, unless they are in the call or rung already."""
    if to.user in draft.state.in_call or is_rung(draft.state, to.user):
        return
    begun = Ring(
        id=RingId(draft.asked.new_id(f"ring {to.user}")),
        by=by.user,
        to=to.user,
        medium=medium,
        at=draft.at,
        until=draft.at + RINGS_FOR,
    )
    state = draft.state
    draft.add(Rang(begun, by.name, state.appointment, state.conversation, draft.at))


# --- how rings end -------------------------------------------------------------------------------


def answer(draft: Draft, user: UserId, leg: LegId) -> None:
    """Let what rings *user* be answered; in a thread the others are not rung any more either."""
    mine = [ring for ring in draft.state.rings.values() if ring.to == user]
    ringers = {ring.by for ring in mine} if draft.state.hosting is None else set()
    others = [ring for ring in draft.state.rings.values() if ring.by in ringers and ring.to != user]
    for each in (*mine, *others):
        end(draft, each, RingEnd.ANSWERED, leg=leg)


def end(
    draft: Draft, ring: Ring, how: RingEnd, *, leg: LegId | None = None, reason: str = ""
) -> None:
    """Let *ring* end so."""
    state = draft.state
    to = state.names.get(ring.to)
    draft.add(
        RingEnded(
            ring=ring,
            how=how,
            appointment=state.appointment,
            conversation=state.conversation,
            at=draft.at,
            leg=leg,
            reason=reason,
            colleague=state.hosting is not None and to is not None and to.part is not Part.PATIENT,
        )
    )


def end_all(draft: Draft, rings: Iterable[Ring], how: RingEnd) -> None:
    """Let all of *rings* end so."""
    for each in tuple(rings):
        end(draft, each, how)


def check_ringers(draft: Draft) -> None:
    """End what is rung by somebody who is not in the call any more."""
    state = draft.state
    gone = [each for each in state.rings.values() if each.by not in state.in_call]
    end_all(draft, gone, RingEnd.CANCELLED if state.open else RingEnd.OVER)


# --- by people, the phone, and the timer ---------------------------------------------------------


def decline(draft: Draft, command: DeclineCall) -> None:
    """Let who is rung say no."""
    person = participant(draft.state, draft.asked)
    found = _ring(draft.state, command.ring)
    if found.to != person.user:
        raise NotAllowed("Only who is rung can decline the call.")
    end(draft, found, RingEnd.DECLINED, reason=command.reason.value)


def cancel(draft: Draft, command: CancelRing) -> None:
    """Let who rings stop it."""
    person = participant(draft.state, draft.asked)
    found = _ring(draft.state, command.ring)
    if found.by != person.user:
        raise NotAllowed("Only who rings can stop it.")
    end(draft, found, RingEnd.CANCELLED)


def _ring(state: Session, name: RingId) -> Ring:
    found = state.rings.get(name)
    if found is None:
        raise RingIsOver
    return found


def busy(draft: Draft, command: RecordBusy) -> None:
    """Let a ring end because who is rung is in another call."""
    found = draft.state.rings.get(command.ring)
    if found is None:
        return
    check_actor(draft.asked, phone_of(found.to))
    end(draft, found, RingEnd.BUSY)


def ring_due(draft: Draft, command: RingDue) -> None:
    """Let a ring end that nobody has answered."""
    check_self(draft.state, draft.asked)
    found = draft.state.rings.get(command.ring)
    if found is not None and found.until <= draft.at:
        end(draft, found, RingEnd.TIMED_OUT)


def host_is_in(state: Session) -> bool:
    """Return whether a host has a place in the call."""
    hosts = {each.user for each in state.people if each.part is Part.HOST}
    return any(leg.user in hosts and place(leg) in TALKING for leg in state.legs.values())


def held_state(state: Session, user: UserId) -> LegState:
    """Return where *user* is when they come into the call: on hold, if they were put there."""
    on_hold = state.call is not None and user in state.call.held
    return LegState.HELD if on_hold else LegState.IN_CALL
