"""Words of calls that rooms, relay and edge share. No rules stand here. Names are WebRTC's."""

from datetime import datetime
from enum import StrEnum

import msgspec

from actors.ids import LegId


class Source(StrEnum):
    """What somebody sends: one track each."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    SCREEN = "screen"

    @property
    def kind(self) -> str:
        """The kind of the track: `audio` or `video`."""
        return "audio" if self is Source.MICROPHONE else "video"


class Mode(StrEnum):
    """How media travel."""

    DIRECT = "direct"
    """From browser to browser."""
    RELAY = "relay"
    """Through a media worker, which forwards packets and decodes nothing."""


class Sealing(StrEnum):
    """Whether frames are encrypted end to end, and if not, why."""

    ON = "on"
    UNSUPPORTED = "unsupported"
    """A browser that takes part can't do it."""
    RECORDED = "recorded"
    """They are, and the recorder has the key: everybody has agreed."""


class Why(StrEnum):
    """Why media travel through a relay."""

    MANY = "many"
    """Three or more take part."""
    RECORDED = "recorded"
    HIDDEN = "hidden"
    """The clinic hides people's addresses from one another."""
    NO_PATH = "no_path"
    """No direct path stood in time."""


class Section(msgspec.Struct, frozen=True):
    """What one media section of an offer (`a=mid`) carries: *source* of *leg*."""

    mid: str
    leg: LegId
    source: Source


class Tape(msgspec.Struct, frozen=True):
    """One file of a recording: somebody's microphone and camera, or their screen.

    *begins_ms*: how long after the recording's beginning. *size*: bytes so far; *done*: all of it.
    """

    number: int
    leg: LegId
    screen: bool
    begins_ms: int
    size: int = 0
    done: bool = False
    video: bool = True
    """Whether there are pictures on it."""


class IceServer(msgspec.Struct, frozen=True):
    """A STUN or TURN server, as `RTCConfiguration.iceServers` has it."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class Heard(StrEnum):
    """What somebody said of a step of the check before a call."""

    GOOD = "good"
    BAD = "bad"
    SKIPPED = "skipped"


class Echo(msgspec.Struct, frozen=True):
    """What ten seconds of subscribing to oneself through a relay have measured."""

    round_trip_ms: int
    loss_percent: float
    jitter_ms: int
    path: str = ""
    """`udp` or `tcp`."""


class DeviceCheck(msgspec.Struct, frozen=True):
    """What somebody found out about their device before a call."""

    camera: Heard
    microphone: Heard
    sound: Heard
    echo: Echo | None
    """None: it was skipped, or no relay answered."""
    device: str
    """How the person knows it: `Firefox on Linux`."""
    at: datetime
