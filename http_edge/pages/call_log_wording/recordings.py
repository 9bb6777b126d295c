"""What was recorded, who agreed, who looked at it and why, in words."""

from typing import TypeAlias

from actors.call_session.messages import (
    ConsentGiven,
    RecordingAsked,
    RecordingDeleted,
    RecordingPlayed,
    RecordingStarted,
    RecordingStopped,
    RecordingSwept,
)
from http_edge.pages.call_log_wording.names import Names, Said

OfRecording: TypeAlias = (
    RecordingAsked
    | ConsentGiven
    | RecordingStarted
    | RecordingStopped
    | RecordingPlayed
    | RecordingDeleted
    | RecordingSwept
)

STOPPED = {
    "asked": "was stopped by {by}",
    "consent_withdrawn": "stopped: {by} does not agree any more",
    "somebody_joined": "stopped: somebody joined who had not agreed",
    "call_over": "ended with the call",
    "lost": "stopped: the media worker that recorded was lost",
    "refused": "was given up: not everybody agreed",
}


def said_of_recording(event: OfRecording, names: Names) -> Said:
    """Return what *event* was."""
    which = names.recording(event.recording)
    match event:
        case RecordingAsked() | ConsentGiven():
            return _consent(event, names)
        case RecordingStarted():
            return f"{which} began: everybody had agreed.", "warn"
        case RecordingStopped(why=why, by=by):
            return f"{which} {STOPPED.get(why, 'stopped').format(by=names.who(by))}.", ""
        case RecordingPlayed(by=by, reason=reason):
            return f"{names.who(by)} looked at {_inside(which)}: “{reason}”", "warn"
        case RecordingDeleted(by=by, reason=reason):
            return f"{names.who(by)} deleted {_inside(which)}: “{reason}”", "danger"
        case RecordingSwept():
            return f"Nothing of {_inside(which)} is kept any more.", ""


def _consent(event: RecordingAsked | ConsentGiven, names: Names) -> Said:
    match event:
        case RecordingAsked(by=by, agreed=()):
            return f"{names.who(by)} asked everybody whether the call may be recorded.", ""
        case RecordingAsked():
            return "Who had joined was asked whether the recording may go on.", ""
        case ConsentGiven(user=user, agreed=True):
            return f"{names.who(user)} agreed to be recorded.", "ok"
        case ConsentGiven(user=user):
            return f"{names.who(user)} did not agree to be recorded.", "warn"


def _inside(which: str) -> str:
    return which[0].lower() + which[1:]
