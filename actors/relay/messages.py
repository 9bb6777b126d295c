"""The whole language of a media worker: what it is asked over the bus, and what it beats.

An order to `media.<worker>` names call and epoch; one of an older epoch is refused as `stale`. What
a call should be like is told whole (`Arrange`), so that telling it again changes nothing.
"""

from typing import TypeAlias

import msgspec

from actors.ids import CallId, LegId, RecordingId
from actors.media import Section, Tape

MOST_SDP = 32 * 1024
MOST_SECTIONS = 32
MOST_CANDIDATES = 50
CHUNK = 64 * 1024
SEALED = CHUNK + 16
"""Bytes of a recording that are encrypted together, and what that makes (see `vault`)."""

PART = 2 * SEALED
"""Bytes of a tape that are read, and kept, at a time."""

BEAT_SECONDS = 0.25
LEASE_SECONDS = 60
"""A call that was not arranged again within this is closed."""

ECHO_SECONDS = 30


class Message(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Everything that is said to or by a media worker."""


# --- orders: node to worker --------------------------------------------------------------------


class RecordOrder(msgspec.Struct, frozen=True, array_like=True):
    """Record all of it. *key*: 32 bytes under which the file is encrypted on the worker's disk."""

    recording: RecordingId
    key: bytes
    sealed: bool
    """Whether frames are encrypted end to end: the recorder shows a key and is told frame keys."""


class Arrange(Message, frozen=True):
    """The call has these legs and no others (what others send is dropped, at once).

    *held* ones are neither forwarded nor sent to. *echo*: its one leg subscribes to itself.
    """

    call: CallId
    epoch: int
    legs: tuple[LegId, ...]
    held: tuple[LegId, ...] = ()
    record: RecordOrder | None = None
    echo: bool = False


class Connect(Message, frozen=True):
    """Answer this leg's offer. *neg* counts its offers; the same again gets the same answer."""

    call: CallId
    epoch: int
    leg: LegId
    neg: int
    sdp: str
    sends: tuple[Section, ...]
    receives: tuple[Section, ...]


class Prefer(Message, frozen=True):
    """This leg wants that video at most in this simulcast *layer* (-1: not at all)."""

    call: CallId
    epoch: int
    leg: LegId
    of: Section
    layer: int


class TellRecorder(Message, frozen=True):
    """A frame key of *leg*, wrapped for the recorder's public key.

    *wrapped* is the JSON of a signal KEY with one field more, `key`: the raw public key (base64url)
    of the page that has wrapped it, `Leg.key`.
    """

    call: CallId
    epoch: int
    leg: LegId
    wrapped: str


class Close(Message, frozen=True):
    """The call is over here."""

    call: CallId
    epoch: int


class ListTapes(Message, frozen=True):
    """Which files a recording has on this worker's disk."""

    recording: RecordingId


class ReadPart(Message, frozen=True):
    """Bytes of a tape as they lie encrypted on the worker's disk, from *offset* on."""

    recording: RecordingId
    tape: int
    offset: int


class DropRecording(Message, frozen=True):
    """All of it is in the store: the worker's copy may go."""

    recording: RecordingId


Order: TypeAlias = (
    Arrange | Connect | Prefer | TellRecorder | Close | ListTapes | ReadPart | DropRecording
)

# --- replies -----------------------------------------------------------------------------------


class Arranged(Message, frozen=True):
    """So it is. *recorder_key*: the recorder's raw P-256 public key (base64url), when it runs."""

    boot: str
    recorder_key: str = ""
    recording: bool = False


class Answer(Message, frozen=True):
    """The SDP answer."""

    neg: int
    sdp: str


class Taken(Message, frozen=True):
    """Done (also when there was nothing to do)."""


class Tapes(Message, frozen=True):
    """The files of a recording. *running*: more may come."""

    tapes: tuple[Tape, ...]
    running: bool


class Part(Message, frozen=True):
    """Encrypted bytes; none at the end of what there is."""

    data: bytes


class Declined(Message, frozen=True):
    """Not done: `stale`, `no_such_call`, `no_such_leg`, `bad_offer`, `full`, ..."""

    code: str
    sentence: str


Reply: TypeAlias = Arranged | Answer | Taken | Tapes | Part | Declined

# --- beats: worker to node ---------------------------------------------------------------------


class Change(msgspec.Struct, frozen=True, array_like=True):
    """In *epoch* of *call*, the media of *leg* are (not) connected."""

    call: CallId
    epoch: int
    leg: LegId
    connected: bool


class Beat(Message, frozen=True):
    """Every `BEAT_SECONDS` to `media.beat`: I live. *load* is the share of a core in use (0 to 1).

    *changes* are repeated until a beat was answered.
    """

    worker: str
    boot: str
    calls: int
    streams: int
    load: float
    changes: tuple[Change, ...] = ()


class BeatHeard(Message, frozen=True):
    """The node knows."""


FromWorker: TypeAlias = Beat | BeatHeard
