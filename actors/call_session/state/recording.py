"""Recordings: asked for, run while everybody agrees, kept, looked at for a reason, taken away."""

from datetime import timedelta

from actors.asked import Asked
from actors.call_session.messages import (
    AskRecording,
    Consent,
    ConsentGiven,
    DeleteRecording,
    MediaTended,
    Opened,
    PlayRecording,
    Recording,
    RecordingAsked,
    RecordingDeleted,
    RecordingGone,
    RecordingKept,
    RecordingPlayed,
    RecordingStarted,
    RecordingStopped,
    RecordingSwept,
    StopRecording,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.kept import Session, consented
from actors.call_session.state.permissions import check_self, doctor_of, host, participant
from actors.call_session.state.refusals import (
    NobodyThere,
    NoCall,
    NoRecording,
    NoRelay,
    NotPlayedYet,
    RecordingGoesOn,
    RecordingOver,
)
from actors.ids import RecordingId, UserId
from actors.refusal import NotFound, required_text

LONGEST_REASON = 300

PLAYS_FOR = timedelta(hours=8)
"""How long a recording may be looked at after a reason was given."""


# --- while it is made ----------------------------------------------------------------------------


def ask(draft: Draft, _command: AskRecording, *, relay: bool) -> None:
    """Let everybody in the call be asked."""
    person = host(draft.state, draft.asked)
    if not draft.policy.recording:
        raise NoRecording
    _check_may_ask(draft.state, person.user)
    if not relay:
        raise NoRelay
    draft.relay = True
    if draft.state.recording is not None:
        draft.add(RecordingStopped(draft.state.recording.id, "refused", "", draft.at))
    draft.add(RecordingAsked(_new(draft), person.user, draft.at))


def _new(draft: Draft) -> RecordingId:
    return RecordingId(draft.asked.new_id("recording"))


def _check_may_ask(state: Session, user: UserId) -> None:
    if user not in state.in_call:
        raise NoCall
    if len(state.in_call) == 1:
        raise NobodyThere
    if state.recording is not None and not state.refused:
        raise RecordingGoesOn


def consent(draft: Draft, command: Consent) -> None:
    """Let somebody in the call agree, or not (any more)."""
    user = _talker(draft)
    recording = _at_hand(draft.state, command.recording)
    known = recording.agreed if command.agreed else draft.state.refused
    if user not in known:
        draft.add(ConsentGiven(recording.id, user, command.agreed, draft.at))


def stop(draft: Draft, command: StopRecording) -> None:
    """Let the recording, or the asking for it, end at once."""
    user = _talker(draft)
    recording = _at_hand(draft.state, command.recording)
    draft.add(RecordingStopped(recording.id, "asked", user, draft.at))


def _talker(draft: Draft) -> UserId:
    person = participant(draft.state, draft.asked)
    if person.user not in draft.state.in_call:
        raise NoCall
    return person.user


def _at_hand(state: Session, name: RecordingId) -> Recording:
    if state.recording is None or state.recording.id != name:
        raise RecordingOver
    return state.recording


def check(draft: Draft) -> None:
    """Stop what not everybody in the call agrees to (any more)."""
    before, recording = draft.before, draft.state.recording
    if recording is None:
        return
    if draft.state.call is None:
        draft.add(RecordingStopped(recording.id, "call_over", "", draft.at))
    elif _ran(before, recording) and not consented(draft.state):
        withdrawn = bool(draft.state.refused)
        why = "consent_withdrawn" if withdrawn else "somebody_joined"
        by = draft.state.refused[-1] if withdrawn else ""
        draft.add(RecordingStopped(recording.id, why, by, draft.at))
        if not withdrawn and recording.by in draft.state.in_call:
            _ask_on(draft, recording)


def _ask_on(draft: Draft, before: Recording) -> None:
    """Ask who has joined; the others have agreed to the one *before*."""
    others = (each for each in before.agreed if each != before.by)
    agreed = tuple(each for each in others if each in draft.state.in_call)
    draft.add(RecordingAsked(_new(draft), before.by, draft.at, agreed))


def _ran(before: Session, recording: Recording) -> bool:
    """Return whether everybody had agreed: the recorder runs, or is about to."""
    known = before.recording is not None and before.recording.id == recording.id
    return recording.started_at is not None or (known and consented(before))


# --- what became of it ---------------------------------------------------------------------------


def unfinished(state: Session) -> Recording | None:
    """Return the recording that has stopped and of which not all is kept, the oldest first."""
    for each in state.recordings:
        if not each.done and each.deleted_at is None:
            return each
    return None


def tended(draft: Draft, command: MediaTended) -> None:
    """Let the recorder run, or have ended by itself; take note of what is kept."""
    recording = draft.state.recording
    if recording is not None and recording.id == command.recording:
        _run(draft, recording, command)
    known = _known(draft.state, command.fetched)
    if known is None or (known.kept, known.done, known.tapes) == _kept(command):
        return
    draft.add(RecordingKept(known.id, command.kept, command.done, draft.at, command.tapes))


def _run(draft: Draft, recording: Recording, command: MediaTended) -> None:
    current = command.epoch == draft.state.media.epoch and consented(draft.state)
    if recording.started_at is None and command.recorded and current:
        draft.add(
            RecordingStarted(recording.id, command.epoch, command.key, draft.at, command.worker)
        )
    elif recording.started_at is not None and command.worker and not command.recorded:
        draft.add(RecordingStopped(recording.id, "lost", "", draft.at))


def _known(state: Session, name: RecordingId | None) -> Recording | None:
    here = state.recording
    if name is None or (here is not None and here.id == name and here.started_at is None):
        return None
    found = here if here is not None and here.id == name else state.kept_recording(name)
    return found if found is not None and found.deleted_at is None and not found.done else None


def _kept(command: MediaTended) -> tuple[int, bool, object]:
    return command.kept, command.done, command.tapes


# --- afterwards ----------------------------------------------------------------------------------


def play(draft: Draft, command: PlayRecording) -> None:
    """Let a doctor of the visit look at it; why is kept for ever."""
    person = doctor_of(draft.state, draft.asked)
    recording = _there(draft.state, command.recording)
    reason = required_text("reason", command.reason, LONGEST_REASON)
    draft.add(RecordingPlayed(recording.id, person.user, reason, draft.at))


def delete(draft: Draft, command: DeleteRecording) -> None:
    """Let a doctor of the visit take it away."""
    person = doctor_of(draft.state, draft.asked)
    recording = _there(draft.state, command.recording)
    reason = required_text("reason", command.reason, LONGEST_REASON)
    draft.add(RecordingDeleted(recording.id, person.user, reason, draft.at))


def gone(draft: Draft, command: RecordingGone) -> None:
    """Let nothing be left of a deleted recording."""
    check_self(draft.state, draft.asked)
    found = draft.state.kept_recording(command.recording)
    if not command.deleted or found is None or found.deleted_at is None:
        return
    if found.kept or found.worker is not None or not found.done:
        draft.add(RecordingSwept(command.recording, draft.at))


def playable(state: Session, name: RecordingId, asked: Asked) -> Recording:
    """Return the recording that the caller has given a reason to look at, or a `Refusal`."""
    person = doctor_of(state, asked)
    recording = _there(state, name)
    played = state.played.get(f"{recording.id}/{person.user}")
    if played is None or asked.at - played >= PLAYS_FOR:
        raise NotPlayedYet
    return recording


def opened(state: Session, asked: Asked) -> tuple[Opened, ...]:
    """Return what the caller has given a reason to look at, and until when they may."""
    names = (each.id for each in state.recordings if each.deleted_at is None)
    found = ((name, state.played.get(f"{name}/{asked.caller.user}")) for name in names)
    return tuple(
        Opened(name, at + PLAYS_FOR)
        for name, at in found
        if at is not None and asked.at - at < PLAYS_FOR
    )


def _there(state: Session, name: RecordingId) -> Recording:
    found = state.kept_recording(name)
    if found is None:
        raise NotFound
    if found.deleted_at is not None:
        raise RecordingOver
    return found
