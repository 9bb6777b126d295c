"""What a call session wakes up for."""

from actors.call_session.messages import (
    LONGEST,
    OPENS_BEFORE,
    RETURN_WITHIN,
    BackDue,
    CallEnded,
    CallStarted,
    CloseDue,
    ClosingPutOff,
    DirectDue,
    Event,
    LegAwaited,
    LegChanged,
    LegDue,
    LegEntered,
    LegLeft,
    LegState,
    MediaDue,
    MediaSet,
    Rang,
    RecordingDeleted,
    RecordingKept,
    RingDue,
    RingEnded,
    SessionClosed,
    SessionOpened,
    SweepRecording,
    TendMedia,
)
from actors.effects import Effect, Unwake, Wake
from actors.ids import LegId, RecordingId, RingId
from actors.media import Mode

MEDIA, BACK, CLOSE, LONG = "media", "back", "close", "long"


def wakes(event: Event) -> list[Effect]:
    """Return which wake-ups *event* sets, and which it takes back."""
    match event:
        case Rang(ring):
            return [Wake(ringing(ring.id), ring.until, RingDue(ring.id))]
        case RingEnded(ring):
            return [Unwake(ringing(ring.id))]
        case LegEntered() | LegChanged() | LegAwaited() | LegLeft():
            return _legs(event)
        case MediaSet() | MediaDue() | DirectDue():
            return _media(event)
        case RecordingDeleted() | RecordingKept():
            return _recording(event)
        case _:
            return _session(event)


def _legs(event: LegEntered | LegChanged | LegAwaited | LegLeft) -> list[Effect]:
    match event:
        case LegEntered(leg, back=True):
            return [Unwake(returning(leg.id))]
        case LegChanged(leg, state=LegState.RETURNING, at=at):
            return [Wake(returning(leg), at + RETURN_WITHIN, LegDue(leg, at))]
        case LegAwaited(leg, lost_at, until):
            return [Wake(returning(leg), until, LegDue(leg, lost_at))]
        case LegLeft(leg):
            return [Unwake(returning(leg))]
        case _:
            return []


def _media(event: MediaSet | MediaDue | DirectDue) -> list[Effect]:
    match event:
        case MediaSet(mode=Mode.RELAY, epoch=epoch, at=at):
            return [Unwake(BACK), Wake(MEDIA, at, TendMedia(epoch))]
        case MediaSet():
            return [Unwake(BACK)]
        case MediaDue(epoch, due):
            return [Wake(MEDIA, due, TendMedia(epoch))]
        case DirectDue(epoch, due) if due is not None:
            return [Wake(BACK, due, BackDue(epoch))]
        case _:
            return [Unwake(BACK)]


def _recording(event: RecordingDeleted | RecordingKept) -> list[Effect]:
    match event:
        case RecordingDeleted(recording=recording, at=at):
            return [Wake(sweeping(recording), at, SweepRecording(recording, deleted=True))]
        case RecordingKept(recording, done=True, at=at):
            return [Wake(sweeping(recording), at, SweepRecording(recording))]
        case _:
            return []


def _session(event: Event) -> list[Effect]:
    match event:
        case SessionOpened(hosting=hosting, at=at) if hosting is not None:
            return [Wake(CLOSE, max(hosting.end, at) + OPENS_BEFORE, CloseDue())]
        case ClosingPutOff(until=until):
            return [Wake(CLOSE, until, CloseDue())]
        case SessionClosed():
            return [Unwake(CLOSE)]
        case CallStarted(at=at):
            return [Wake(LONG, at + LONGEST, CloseDue())]
        case CallEnded(closes_at=closes_at):
            again: list[Effect] = [Wake(CLOSE, closes_at, CloseDue())] if closes_at else []
            return [Unwake(LONG), *again]
        case _:
            return []


def ringing(ring: RingId) -> str:
    """Return the name of the wake-up that ends *ring*."""
    return f"ring:{ring}"


def returning(leg: LegId) -> str:
    """Return the name of the wake-up for a *leg* that does not come back."""
    return f"leg:{leg}"


def sweeping(recording: RecordingId) -> str:
    """Return the name of the wake-up that removes the bytes of *recording*."""
    return f"sweep:{recording}"
