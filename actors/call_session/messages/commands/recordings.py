"""Told about recordings: by the host, by who is asked, by doctors who look at them."""

from typing import TypeAlias

from actors.call_session.messages.common import Message
from actors.ids import RecordingId


class AskRecording(Message, frozen=True):
    """By the host: may this be recorded? Asked of everybody who is in the call.

    Prepared: `WithRelay` is decided in its place.
    """


class Consent(Message, frozen=True):
    """By who takes part: I agree to *recording*, or do not (any more: it stops then)."""

    recording: RecordingId
    agreed: bool


class StopRecording(Message, frozen=True):
    """By anybody in the call."""

    recording: RecordingId


class PlayRecording(Message, frozen=True):
    """By a doctor of the visit: I look at *recording*, because *reason*. Kept for ever."""

    recording: RecordingId
    reason: str


class DeleteRecording(Message, frozen=True):
    """By a doctor of the visit: take *recording* away, because *reason*."""

    recording: RecordingId
    reason: str


RecordingCommand: TypeAlias = (
    AskRecording | Consent | StopRecording | PlayRecording | DeleteRecording
)
