"""What events make of the legs: pages come, change, and go."""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.call_session.messages import (
    Leaving,
    Leg,
    LegChanged,
    LegEntered,
    LegLeft,
    LegState,
    TracksSet,
)
from actors.call_session.state.kept import TALKING, Going, Session, place
from actors.ids import UserId

OfLegs: TypeAlias = LegEntered | LegChanged | TracksSet | LegLeft


def evolved(state: Session, event: OfLegs) -> Session:
    """Return what *event* makes of the session."""
    match event:
        case LegEntered(leg):
            return _entered(state, leg)
        case LegChanged():
            return _changed(state, event)
        case TracksSet(name, sends, muted):
            return _with_leg(state, replace(state.legs[name], sends=sends, muted=muted))
        case LegLeft():
            return _left(state, event)
        case _:
            assert_never(event)


def going(state: Session) -> Going:
    """Return the call that goes on; events of a call come only while there is one."""
    assert state.call is not None  # noqa: S101
    return state.call


def _with_leg(state: Session, leg: Leg) -> Session:
    return replace(state, legs={**state.legs, leg.id: leg})


def _entered(state: Session, leg: Leg) -> Session:
    after = _with_leg(state, leg)
    if leg.state not in TALKING:
        return after
    after = answering(_with_recorded(after, leg), leg.user)
    call = going(state)
    joined = call.joined if leg.user in call.joined else (*call.joined, leg.user)
    return replace(after, call=replace(call, joined=joined, removed=_without(call, leg.user)))


def answering(state: Session, user: UserId) -> Session:
    """Return the session in which *user* comes, or is rung anew: nothing is unanswered by them."""
    others = {to: each for to, each in state.unanswered.items() if to != user}
    return replace(state, unanswered=others)


def _with_recorded(state: Session, leg: Leg) -> Session:
    """Return the session in which the recording that runs, if any, knows whose *leg* is."""
    recording = state.recording
    if recording is None or recording.started_at is None:
        return state
    return replace(state, recording=replace(recording, legs={**recording.legs, leg.id: leg.user}))


def _without(call: Going, user: UserId) -> tuple[UserId, ...]:
    return tuple(each for each in call.removed if each != user)


def _changed(state: Session, event: LegChanged) -> Session:
    leg = state.legs[event.leg]
    if event.state is LegState.RETURNING:
        after = replace(leg, state=LegState.RETURNING, was=place(leg), since=event.at)
        return _with_leg(state, after)
    is_away = leg.state is LegState.RETURNING
    after = replace(leg, was=event.state) if is_away else replace(leg, state=event.state)
    call = going(state)
    held = tuple(each for each in call.held if each != event.user)
    if event.state is LegState.HELD:
        held = (*held, event.user)
    return replace(_with_leg(state, after), call=replace(call, held=held))


def _left(state: Session, event: LegLeft) -> Session:
    legs = {name: leg for name, leg in state.legs.items() if name != event.leg}
    after = replace(state, legs=legs)
    if event.why is Leaving.REMOVED and state.call is not None:
        removed = (*_without(state.call, event.user), event.user)
        after = replace(after, call=replace(state.call, removed=removed))
    if event.user in state.leaving and event.why is not Leaving.REPLACED:
        after = _gone_for_good(after, event.user)
    return after


def _gone_for_good(state: Session, user: UserId) -> Session:
    """Return the session without a doctor who has handed the visit over."""
    return replace(
        state,
        people=tuple(each for each in state.people if each.user != user),
        former=(*state.former, *(each for each in state.people if each.user == user)),
        leaving=tuple(each for each in state.leaving if each != user),
    )
