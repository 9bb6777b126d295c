"""How media travel: one pure rule, a new epoch for each change, and the worker's plan."""

from datetime import timedelta

from actors.call_session.messages import (
    BACK_AFTER,
    DirectDue,
    LegState,
    MediaDue,
    MediaSet,
    Plan,
    Worker,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.evolving_media import pair_of
from actors.call_session.state.kept import Path, Policy, Session, consented, place
from actors.ids import LegId
from actors.media import Mode, Sealing, Why

TWO = 2
"""So many can talk directly."""

CLOSE_AFTER = timedelta(seconds=5)
"""A call that becomes direct is kept on its worker for so long: first the new path, then none."""

# --- the rule ------------------------------------------------------------------------------------


def wanted(state: Session, policy: Policy, *, relay: bool | None = None) -> tuple[Mode, Why | None]:
    """Return how media should travel. *relay*: whether a worker lives, where that is known."""
    talking = len(state.talking)
    if consented(state):
        return Mode.RELAY, Why.RECORDED
    if policy.hide_addresses:
        return Mode.RELAY, Why.HIDDEN
    if talking > TWO:
        return Mode.RELAY, Why.MANY
    alone = state.media.no_relay and relay is not True
    if _has_no_path(state) and not alone:
        return Mode.RELAY, Why.NO_PATH
    return Mode.DIRECT, None


def _has_no_path(state: Session) -> bool:
    legs = [leg.id for leg in state.talking]
    return len(legs) == TWO and pair_of(legs[0], legs[1]) in state.media.no_path


def flows_from(state: Session, leg: LegId) -> bool:
    """Return whether the other page of a direct call of two said last that media come of *leg*."""
    others = [each.id for each in state.talking if each.id != leg]
    if state.media.mode is not Mode.DIRECT or len(others) != 1 or leg not in state.legs:
        return False
    return state.media.paths.get(others[0]) == Path(state.media.epoch, leg, connected=True)


def sealing_of(state: Session) -> Sealing:
    """Return whether frames are encrypted end to end, by what the pages in the call can do."""
    if any(not leg.key for leg in state.talking):
        return Sealing.UNSUPPORTED
    return Sealing.RECORDED if consented(state) else Sealing.ON


def plan_of(state: Session) -> Plan | None:
    """Return what the worker is to know of the call; None: no worker has to do with it."""
    if not state.relayed:
        return None
    legs = sorted(state.talking, key=lambda leg: leg.id)
    held = tuple(leg.id for leg in legs if place(leg) is LegState.HELD)
    recording = state.recording if consented(state) else None
    return Plan(
        state.media.epoch,
        tuple(leg.id for leg in legs),
        held,
        recording.id if recording else None,
    )


# --- after each decision -------------------------------------------------------------------------


def set_media(draft: Draft) -> None:
    """Let media travel as they should after what has happened."""
    state = draft.state
    if state.call is None:
        return
    media = state.media
    is_new = draft.before.number != state.number
    mode, why = wanted(state, draft.policy, relay=draft.relay)
    stays = _stays(draft, mode)
    if stays:
        mode, why = Mode.RELAY, media.why
    sealing = sealing_of(state)
    if is_new or (mode, why, sealing) != (media.mode, media.why, media.sealing):
        change(draft, mode, why, sealing, None if is_new else media.worker)
    _way_back(draft, stays=stays)


def _stays(draft: Draft, mode: Mode) -> bool:
    """Return whether a call stays with the relay for a while, though it could be direct."""
    is_new = draft.before.number != draft.state.number
    relayed = draft.state.media.mode is Mode.RELAY
    return mode is Mode.DIRECT and relayed and not (is_new or draft.now_direct)


def change(
    draft: Draft, mode: Mode, why: Why | None, sealing: Sealing, worker: Worker | None
) -> None:
    """Let media travel so from now on, in a new epoch."""
    media = draft.state.media
    direct = mode is Mode.DIRECT
    draft.add(
        MediaSet(
            epoch=media.epoch + 1,
            mode=mode,
            sealing=sealing,
            at=draft.at,
            why=why,
            worker=None if direct else worker,
            no_relay=direct and media.no_relay and draft.relay is not True,
        )
    )


def _way_back(draft: Draft, *, stays: bool) -> None:
    media = draft.state.media
    if stays and media.back_at is None:
        draft.add(DirectDue(media.epoch, draft.at + BACK_AFTER, draft.at))
    if not stays and media.back_at is not None:
        draft.add(DirectDue(media.epoch, None, draft.at))


def tell_worker(draft: Draft) -> None:
    """Let the worker be told at once what is new for it."""
    before, now = plan_of(draft.before), plan_of(draft.state)
    if before == now:
        return
    stopped = len(draft.state.recordings) > len(draft.before.recordings)
    goes_on = draft.state.call is not None
    wait = CLOSE_AFTER if now is None and goes_on and not stopped else timedelta()
    media = draft.state.media
    draft.add(MediaDue(media.epoch, draft.at + wait, draft.at, media.tries))
