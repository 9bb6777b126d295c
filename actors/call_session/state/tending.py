"""What pages, workers and timers say of the media, and what comes of it."""

from datetime import timedelta

from actors.call_session.messages import (
    BackDue,
    LoseWorker,
    MediaDue,
    MediaSet,
    MediaTended,
    NoteConnected,
    PathReported,
    RecordingStopped,
    ReportPath,
    Worker,
    WorkerLost,
)
from actors.call_session.state import recording
from actors.call_session.state.draft import Draft
from actors.call_session.state.kept import Path, consented
from actors.call_session.state.media import TWO, change, plan_of, sealing_of
from actors.call_session.state.permissions import check_self, talking_leg
from actors.caller import Role
from actors.ids import LegId
from actors.media import Mode
from actors.refusal import NotAllowed, optional_text

TEND_EVERY = timedelta(seconds=20)
"""So often the worker is told how the call is; it forgets a call that was not told for a minute."""

FETCH_EVERY = timedelta(seconds=5)
"""So often what runs is fetched."""

PAUSES = tuple(timedelta(seconds=each) for each in (1, 2, 4, 8, 15, 30))
"""How long to wait for a worker, the first time and each further one."""

LONGEST_WHY = 40
MOST_MS = 3_600_000


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
    change(draft, Mode.RELAY, media.why, media.sealing, None)


def _check_desk(draft: Draft) -> None:
    if draft.asked.caller.role is not Role.OPERATOR:
        raise NotAllowed


def _stop_lost(draft: Draft) -> None:
    """Let a recording that has begun end: another worker can't go on with it."""
    running = draft.state.recording
    if running is not None and running.started_at is not None:
        draft.add(RecordingStopped(running.id, "lost", "", draft.at))


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
    recording.tended(draft, command)
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
    if len(state.talking) == TWO and not policy.hide_addresses:
        asked = state.recording
        if asked is not None:
            draft.add(RecordingStopped(asked.id, "lost", "", draft.at))
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
        change(draft, media.mode, media.why, sealing_of(draft.state), worker)
        return
    _again(draft, _pause(draft, command), 0)


def _pause(draft: Draft, command: MediaTended) -> timedelta:
    """Return how long the worker goes on before it is looked after again."""
    asked = draft.state.recording
    if command.arranged != plan_of(draft.state):
        return timedelta()
    if asked is not None and asked.started_at is None and consented(draft.state):
        return PAUSES[0]
    fetches = asked is not None or recording.unfinished(draft.state) is not None
    return FETCH_EVERY if fetches else TEND_EVERY


def _fetch_on(draft: Draft) -> None:
    """Look again at what is still to be fetched of a recording, later and later."""
    tries = draft.state.media.tries
    if recording.unfinished(draft.state):
        progress = len(draft.events) > 0
        pause = PAUSES[0] if progress else PAUSES[min(tries, len(PAUSES) - 1)]
        _again(draft, pause, 0 if progress else tries + 1)


def _again(draft: Draft, pause: timedelta, tries: int) -> None:
    draft.add(MediaDue(draft.state.media.epoch, draft.at + pause, draft.at, tries))
