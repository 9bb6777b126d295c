"""What `actor.prepare` makes of some commands; never over the wire."""

from typing import TypeAlias

from actors.call_session.messages.commands.recordings import AskRecording
from actors.call_session.messages.commands.taking_part import JoinCall, LoseLeg, ReportPath
from actors.call_session.messages.common import Message, Plan, Worker
from actors.ids import RecordingId
from actors.media import Tape


class LoseSilent(Message, frozen=True):
    """`LoseLeg` with whether anything was heard of the leg lately."""

    lose: LoseLeg
    silent: bool


class MediaTended(Message, frozen=True):
    """`TendMedia` with what came of it: the worker that has the call now (None: there is none).

    *kept* and *done*: bytes of the running or last recording that are in the store, and whether
    that is all of it. *key*: the recorder's.
    """

    epoch: int
    worker: Worker | None
    recording: RecordingId | None = None
    kept: int = 0
    done: bool = False
    key: str = ""
    recorded: bool = False
    """Whether the recorder runs."""
    tapes: tuple[Tape, ...] = ()
    """What of it is in the store."""
    arranged: Plan | None = None
    """What the worker was told."""
    fetched: RecordingId | None = None
    """Whose *kept*, *done* and *tapes* these are: one that has stopped, or *recording*."""


class WithRelay(Message, frozen=True):
    """A command with whether a media worker lives."""

    command: JoinCall | AskRecording | ReportPath
    relay: bool


class RecordingGone(Message, frozen=True):
    """`SweepRecording`, done. *deleted*: nothing of it is kept any more."""

    recording: RecordingId
    deleted: bool


Prepared: TypeAlias = LoseSilent | MediaTended | WithRelay | RecordingGone
