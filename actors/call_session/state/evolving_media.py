"""What events make of the media, and of recordings."""

from collections.abc import Callable
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.call_session.messages import (
    ConsentGiven,
    DirectDue,
    LegAwaited,
    LegSilent,
    MediaDue,
    MediaSet,
    PathReported,
    Recording,
    RecordingAsked,
    RecordingDeleted,
    RecordingKept,
    RecordingPlayed,
    RecordingStarted,
    RecordingStopped,
    RecordingSwept,
    WorkerLost,
)
from actors.call_session.state.kept import Media, Path, Session
from actors.ids import LegId, RecordingId, UserId
from actors.media import Mode

OfMedia: TypeAlias = MediaSet | MediaDue | DirectDue | PathReported | LegSilent | WorkerLost
OfRecording: TypeAlias = RecordingAsked | ConsentGiven | RecordingStarted | RecordingStopped
OfKept: TypeAlias = RecordingKept | RecordingPlayed | RecordingDeleted | RecordingSwept


def evolved(state: Session, event: OfMedia | LegAwaited | OfRecording | OfKept) -> Session:
    """Return what *event* makes of the session."""
    match event:
        case LegAwaited():
            return state
        case RecordingAsked() | ConsentGiven() | RecordingStarted() | RecordingStopped():
            return _at_hand(state, event)
        case RecordingKept() | RecordingPlayed() | RecordingDeleted() | RecordingSwept():
            return _kept(state, event)
        case _:
            return replace(state, media=_media(state.media, event))


# --- media ---------------------------------------------------------------------------------------


def ended(media: Media) -> Media:
    """Return the media once nobody is in the call: *left* is still to be told."""
    return Media(epoch=media.epoch, left=media.worker or media.left)


def _media(media: Media, event: OfMedia) -> Media:
    match event:
        case MediaSet():
            return _set(media, event)
        case MediaDue(tries=tries):
            return replace(media, tries=tries)
        case DirectDue(due=due):
            return replace(media, back_at=due)
        case PathReported() | LegSilent():
            return _heard(media, event)
        case WorkerLost():
            return replace(media, worker=None, left=None)
        case _:
            assert_never(event)


def _set(media: Media, event: MediaSet) -> Media:
    moved = media.worker is not None and media.worker != event.worker
    return replace(
        media,
        epoch=event.epoch,
        mode=event.mode,
        sealing=event.sealing,
        why=event.why,
        worker=event.worker,
        left=media.worker if moved else media.left,
        no_relay=event.no_relay,
        back_at=None,
    )


def _heard(media: Media, event: PathReported | LegSilent) -> Media:
    if isinstance(event, LegSilent):
        paths = {leg: path for leg, path in media.paths.items() if leg != event.by}
        return replace(media, paths=paths)
    return _reported(media, event)


def _reported(media: Media, event: PathReported) -> Media:
    paths = {**media.paths, event.leg: Path(event.epoch, event.to, event.connected)}
    if event.connected or not event.to or media.mode is not Mode.DIRECT:
        return replace(media, paths=paths)
    pair = pair_of(event.leg, event.to)
    others = tuple(each for each in media.no_path if each != pair)
    return replace(media, paths=paths, no_path=(*others, pair))


def pair_of(one: LegId, other: LegId) -> tuple[LegId, LegId]:
    """Return the two in the order in which a pair is kept."""
    return (one, other) if one < other else (other, one)


# --- recordings ----------------------------------------------------------------------------------


def _at_hand(state: Session, event: OfRecording) -> Session:
    if isinstance(event, RecordingAsked):
        agreed = (event.by, *event.agreed)
        asked = Recording(event.recording, event.by, event.at, agreed=agreed)
        return replace(state, recording=asked, refused=())
    recording = state.recording
    assert recording is not None  # noqa: S101  only the one at hand is agreed to, begins and stops
    match event:
        case ConsentGiven():
            return _with_consent(state, recording, event)
        case RecordingStarted(key=key, at=at, worker=worker):
            started = replace(
                recording,
                started_at=at,
                key=key,
                worker=worker,
                consented=recording.agreed,
                legs={leg.id: leg.user for leg in state.talking},
            )
            return replace(state, recording=started)
        case RecordingStopped(at=at) if recording.started_at is not None:
            ran = (*state.recordings, replace(recording, stopped_at=at))
            return replace(state, recording=None, refused=(), recordings=ran)
        case RecordingStopped():
            return replace(state, recording=None, refused=())
        case _:
            assert_never(event)


def _with_consent(state: Session, recording: Recording, event: ConsentGiven) -> Session:
    agreed = _without(recording.agreed, event.user)
    refused = _without(state.refused, event.user)
    if event.agreed:
        agreed = (*agreed, event.user)
    else:
        refused = (*refused, event.user)
    return replace(state, recording=replace(recording, agreed=agreed), refused=refused)


def _without(users: tuple[UserId, ...], user: UserId) -> tuple[UserId, ...]:
    return tuple(each for each in users if each != user)


def _kept(state: Session, event: OfKept) -> Session:
    match event:
        case RecordingKept():
            return _each(state, event.recording, lambda each: _with_kept(each, event))
        case RecordingPlayed(recording=recording, by=by, at=at):
            return replace(state, played={**state.played, f"{recording}/{by}": at})
        case RecordingDeleted(recording=recording, at=at):
            return _each(state, recording, lambda each: replace(each, deleted_at=at))
        case RecordingSwept(recording):
            return _each(state, recording, _swept)
        case _:
            assert_never(event)


def _swept(recording: Recording) -> Recording:
    return replace(recording, kept=0, tapes=(), done=True, worker=None)


def _with_kept(recording: Recording, event: RecordingKept) -> Recording:
    return replace(recording, kept=event.kept, done=event.done, tapes=event.tapes)


def _each(state: Session, name: RecordingId, changed: Callable[[Recording], Recording]) -> Session:
    """Return the session with that recording changed, at hand or not."""
    known = tuple(changed(each) if each.id == name else each for each in state.recordings)
    here = state.recording
    if here is not None and here.id == name:
        here = changed(here)
    return replace(state, recording=here, recordings=known)
