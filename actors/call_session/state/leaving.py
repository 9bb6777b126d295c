"""Going: hanging up, a line that breaks, the end of a call and of the session."""

from datetime import timedelta

from actors.call_session.messages import (
    FLOWS_WITHIN,
    LONGEST,
    OPENS_BEFORE,
    RETURN_WITHIN,
    CallEnded,
    CloseDue,
    ClosingPutOff,
    LeaveCall,
    Leaving,
    Leg,
    LegAwaited,
    LegChanged,
    LegDue,
    LegSilent,
    LegState,
    LoseSilent,
    SessionClosed,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.joining import leave
from actors.call_session.state.kept import Session, closing, lasted
from actors.call_session.state.media import flows_from
from actors.call_session.state.permissions import check_self, participant
from actors.call_session.state.refusals import NotYourLeg
from actors.ids import LegId, UserId

NEW_FOR = timedelta(seconds=10)
"""A page that came within this need not have said anything yet."""


# --- one leaves ----------------------------------------------------------------------------------


def leave_call(draft: Draft, command: LeaveCall) -> None:
    """Let the caller's page go; one that is gone already is no news."""
    leg = _own_or_gone(draft, command.leg)
    if leg is not None:
        handed_over = leg.user in draft.state.leaving
        why = Leaving.TRANSFERRED if handed_over else Leaving.LEFT
        leave(draft, leg, why, by=leg.user, tell=command.tell)


def _own_or_gone(draft: Draft, name: LegId) -> Leg | None:
    person = participant(draft.state, draft.asked)
    leg = draft.state.legs.get(name)
    if leg is not None and leg.user != person.user:
        raise NotYourLeg
    return leg


def lose(draft: Draft, command: LoseSilent) -> None:
    """Let a page be away for a while: its own line broke, or others hear nothing of it."""
    person = participant(draft.state, draft.asked)
    leg = draft.state.legs.get(command.lose.leg)
    if leg is None:
        return
    is_own, is_away = leg.user == person.user, leg.state is LegState.RETURNING
    is_new = not is_away and draft.at - leg.since < NEW_FOR
    if not is_own and (is_new or not command.silent):
        return
    _note_silence(draft, leg, person.user, gone=is_own and command.lose.gone)
    if not is_away:
        why = "line" if is_own else "silent"
        draft.add(LegChanged(leg.id, leg.user, LegState.RETURNING, draft.at, why))


def _note_silence(draft: Draft, leg: Leg, user: UserId, *, gone: bool) -> None:
    """Let no media be believed to come of *leg*: *user* hears none of it, or its page is *gone*."""
    others = [each for each in draft.state.talking if each.id != leg.id]
    by = next((each for each in others if gone or each.user == user), None)
    if by is not None and flows_from(draft.state, leg.id):
        draft.add(LegSilent(leg.id, by.id, draft.at))


def leg_due(draft: Draft, command: LegDue) -> None:
    """Let a page that has not come back be gone; not yet one whose media the other still gets."""
    check_self(draft.state, draft.asked)
    leg = draft.state.legs.get(command.leg)
    if leg is None or leg.state is not LegState.RETURNING or leg.since != command.lost_at:
        return
    if flows_from(draft.state, leg.id) and draft.at < leg.since + FLOWS_WITHIN:
        draft.add(LegAwaited(leg.id, leg.since, draft.at + RETURN_WITHIN, draft.at))
    else:
        leave(draft, leg, Leaving.LOST, by="")


# --- all have left -------------------------------------------------------------------------------


def check_call(draft: Draft) -> None:
    """Let the call be over when nobody is in it any more."""
    state = draft.state
    call = state.call
    if call is None or state.talking:
        return
    draft.add(
        CallEnded(
            appointment=state.appointment,
            conversation=state.conversation,
            number=state.number,
            started_at=call.started_at,
            seconds=int(lasted(call.started_at, draft.at).total_seconds()),
            joined=call.joined,
            at=draft.at,
            by=call.by,
            closes_at=closing(state.hosting, draft.at) if state.hosting else None,
        )
    )
    if state.over:
        close(draft, state.over)


def end_for_all(draft: Draft, by: str) -> None:
    """Let everybody in the call be out of it."""
    for leg in draft.state.talking:
        leave(draft, leg, Leaving.ENDED, by=by)


def close(draft: Draft, why: str) -> None:
    """Let the session be over: who waits is sent home."""
    for leg in tuple(draft.state.legs.values()):
        leave(draft, leg, Leaving.ENDED, by="")
    draft.add(SessionClosed(draft.state.appointment, why, draft.at))


# --- the timer -----------------------------------------------------------------------------------


def close_due(draft: Draft, _command: CloseDue) -> None:
    """End a call that nobody ends; close the session of a visit whose time is over."""
    check_self(draft.state, draft.asked)
    state = draft.state
    if state.call is not None:
        if lasted(state.call.started_at, draft.at) >= LONGEST:
            end_for_all(draft, "too_long")
        return
    if not state.open or state.closes_at is None or draft.at < state.closes_at:
        return
    if _is_awaited(state) and not _is_long_over(draft):
        until = draft.at + OPENS_BEFORE
        draft.add(ClosingPutOff(state.appointment, until, draft.at))
    else:
        close(draft, "too_long")


def _is_awaited(state: Session) -> bool:
    """Return whether somebody is there, or the patient has checked in and was not seen yet."""
    return bool(state.legs) or (state.arrived_at is not None and not state.number)


def _is_long_over(draft: Draft) -> bool:
    hosting = draft.state.hosting
    return hosting is None or draft.at - hosting.end >= LONGEST
