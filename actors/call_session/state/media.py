"""How media travel: one pure rule, a new epoch for each change, and the worker's plan."""

from datetime import timedelta

from actors.call_session.messages import (
    BACK_AFTER,
    BackDue,
    DirectDue,
    LoseWorker,
    MediaDue,
    MediaSet,
    MediaTended,
    NoteConnected,
    PathReported,
    Plan,
    RecordingStopped,
    ReportPath,
    Worker,
    WorkerLost,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.evolving_media import pair_of
from actors.call_session.state.kept import Path, Policy, Session, consented, place
from actors.call_session.state.permissions import check_self, talking_leg
from actors.call_session.state.recording import tended as recording_tended
from actors.call_session.state.recording import unfinished
from actors.caller import Role
from actors.ids import LegId
from actors.media import Mode, Sealing, Why
from actors.refusal import NotAllowed, optional_text

TEND_EVERY = timedelta(seconds=20)
"""So often the worker is told how the call is; it forgets a call that was not told for a minute."""

FETCH_EVERY = timedelta(seconds=10)
"""So often what runs is fetched."""

PAUSES = tuple(timedelta(seconds=each) for each in (1, 2, 4, 8, 15, 30))
"""How long to wait for a worker, the first time and each further one."""

CLOSE_AFTER = timedelta(seconds=5)
"""A call that becomes direct is kept on its worker for so long: first the new path, then none."""

LONGEST_WHY = 40
MOST_MS = 3_600_000


# --- the rule ------------------------------------------------------------------------------------


def wanted(state: Session, policy: Policy, *, relay: bool | None = None) -> tuple[Mode, Why | None]:
    """Return how media should travel. *relay*: whether a worker lives, where that is known."""
    talking = len(state.talking)
    if consented(state):
        return Mode.RELAY, Why.RECORDED
    if policy.hide_addresses:
        return Mode.RELAY, Why.HIDDEN
    if talking > 2:  # noqa: PLR2004  two can talk without a third
        return Mode.RELAY, Why.MANY
    alone = state.media.no_relay and relay is not True
    if _has_no_path(state) and not alone:
        return Mode.RELAY, Why.NO_PATH
    return Mode.DIRECT, None


def _has_no_path(state: Session) -> bool:
    legs = [leg.id for leg in state.talking]
    return len(legs) == 2 and pair_of(legs[0], legs[1]) in state.media.no_path  # noqa: PLR2004


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
    held = tuple(leg.id for leg in legs if place(leg) == "held")
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
        _set(draft, mode, why, sealing, None if is_new else media.worker)
    _way_back(draft, stays=stays)


def _stays(draft: Draft, mode: Mode) -> bool:
    """Return whether a call stays with the relay for a while, though it could be direct."""
    is_new = draft.before.number != draft.state.number
    relayed = draft.state.media.mode is Mode.RELAY
    return mode is Mode.DIRECT and relayed and not (is_new or draft.now_direct)


def _set(
    draft: Draft, mode: Mode, why: Why | None, sealing: Sealing, worker: Worker | None
) -> None:
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
    stopped = len(draft.state.recordings) > len(draft.before.recordings)
    if before == now and not stopped:
        return
    goes_on = draft.state.call is not None
    wait = CLOSE_AFTER if now is None and goes_on and not stopped else timedelta()
    media = draft.state.media
    draft.add(MediaDue(media.epoch, draft.at + wait, draft.at, media.tries))


# --- what pages and workers say ------------------------------------------------------------------


def report_path(draft: Draft, command: ReportPath, *, relay: bool) -> None:
    """Let a page have got its media connected, or not; of an earlier epoch it is no news."""
    leg = talking_leg(draft.state, command.leg, draft.asked)
    media = draft.state.media
    said = Path(command.epoch, command.to, command.connected)
    if command.epoch != media.epoch or media.paths.get(leg.id) == said:
        return
    if command.to and (command.to == leg.id or command.to not in draft.state.legs):
        return
    draft.relay = relay
    draft.add(
        PathReported(
            leg=leg.id,
            epoch=command.epoch,
            connected=command.connected,
            took_ms=max(0, min(command.took_ms, MOST_MS)),
            at=draft.at,
            to=command.to,
            why=optional_text("why", command.why, LONGEST_WHY),
        )
    )


def note_connected(draft: Draft, command: NoteConnected) -> None:
    """Let the relay have the media of a leg, or have them no more."""
    _check_desk(draft)
    said = Path(command.epoch, LegId(""), command.connected)
    media = draft.state.media
    is_known = media.paths.get(command.leg) == said or command.leg not in draft.state.legs
    if command.epoch == media.epoch and draft.state.relayed and not is_known:
        draft.add(PathReported(command.leg, command.epoch, command.connected, 0, draft.at))


def lose_worker(draft: Draft, command: LoseWorker) -> None:
    """Let the call go to another worker; what was recorded stops there."""
    _check_desk(draft)
    state = draft.state
    if not state.relayed or state.media.worker != command.worker:
        return
    draft.add(WorkerLost(command.worker, state.media.epoch, draft.at))
    _stop_lost(draft)
    media = draft.state.media
    _set(draft, Mode.RELAY, media.why, media.sealing, None)


def _check_desk(draft: Draft) -> None:
    if draft.asked.caller.role is not Role.OPERATOR:
        raise NotAllowed


def _stop_lost(draft: Draft) -> None:
    """Let a recording that has begun end: another worker can't go on with it."""
    recording = draft.state.recording
    if recording is not None and recording.started_at is not None:
        draft.add(RecordingStopped(recording.id, "lost", "", draft.at))


# --- timers --------------------------------------------------------------------------------------


def back_due(draft: Draft, command: BackDue) -> None:
    """Let the call be direct again, if it could all the while."""
    check_self(draft.state, draft.asked)
    media = draft.state.media
    due = media.back_at
    draft.now_direct = command.epoch == media.epoch and due is not None and due <= draft.at


def tended(draft: Draft, command: MediaTended) -> None:
    """Let the worker know how the call is; without one, two talk directly and more wait."""
    check_self(draft.state, draft.asked)
    recording_tended(draft, command)
    if command.epoch != draft.state.media.epoch:
        return
    if not draft.state.relayed:
        _fetch_on(draft)
    elif command.worker is None:
        _without_worker(draft)
    else:
        _on_worker(draft, command, command.worker)


def _without_worker(draft: Draft) -> None:
    state, policy = draft.state, draft.policy
    if len(state.talking) == 2 and not policy.hide_addresses:  # noqa: PLR2004
        recording = state.recording
        if recording is not None:
            draft.add(RecordingStopped(recording.id, "lost", "", draft.at))
        sealing = sealing_of(draft.state)
        epoch = state.media.epoch + 1
        draft.add(MediaSet(epoch, Mode.DIRECT, sealing, draft.at, no_relay=True))
    else:
        _again(draft, PAUSES[min(state.media.tries, len(PAUSES) - 1)], state.media.tries + 1)


def _on_worker(draft: Draft, command: MediaTended, worker: Worker) -> None:
    media = draft.state.media
    if media.worker is None:
        draft.add(MediaSet(media.epoch, media.mode, media.sealing, draft.at, media.why, worker))
    elif media.worker != worker:
        _stop_lost(draft)
        _set(draft, media.mode, media.why, sealing_of(draft.state), worker)
        return
    told = command.arranged == plan_of(draft.state)
    fetches = draft.state.recording or unfinished(draft.state)
    _again(draft, (FETCH_EVERY if fetches else TEND_EVERY) if told else timedelta(), 0)


def _fetch_on(draft: Draft) -> None:
    """Look again at what is still to be fetched of a recording, later and later."""
    tries = draft.state.media.tries
    if unfinished(draft.state):
        progress = len(draft.events) > 0
        pause = PAUSES[0] if progress else PAUSES[min(tries, len(PAUSES) - 1)]
        _again(draft, pause, 0 if progress else tries + 1)


def _again(draft: Draft, pause: timedelta, tries: int) -> None:
    draft.add(MediaDue(draft.state.media.epoch, draft.at + pause, draft.at, tries))
