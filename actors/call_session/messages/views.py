"""What can be asked of a call session, and the views that answer."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.call_session.messages.common import (
    Guest,
    Hosting,
    Leg,
    Message,
    Outcome,
    Part,
    Person,
    Recording,
    Ring,
    Unanswered,
)
from actors.call_session.messages.events import Event
from actors.call_session.messages.events.signals import Signalled
from actors.ids import (
    AppointmentId,
    CallId,
    ConversationId,
    LegId,
    RecordingId,
    UserId,
)
from actors.media import DeviceCheck, IceServer, Mode, Sealing, Section, Why


class GetCall(Message, frozen=True):
    """Ask (as who may take part) for a `CallView`.

    Prepared: `CallSeen` is answered in its place.
    """


class GetSignals(Message, frozen=True):
    """Ask (as the owner of *leg*) for `Signals`: what it was told after *number*.

    Prepared: `HeldSignals` is answered in its place.
    """

    leg: LegId
    number: int


class OfferMedia(Message, frozen=True):
    """Ask (as the owner of *leg*) for the relay's `MediaAnswer` to an SDP offer (at most 32 KiB).

    *neg* counts the leg's offers in *epoch*; the same again gets the same answer. Prepared:
    `MediaAnswered` is answered in its place.
    """

    leg: LegId
    epoch: int
    neg: int
    sdp: str
    sends: tuple[Section, ...]
    receives: tuple[Section, ...]


class OfferEcho(Message, frozen=True):
    """Ask (as who may take part) for a `MediaAnswer`: a relay that sends me back what I send.

    It ends by itself after 30 s. Prepared: `MediaAnswered` is answered in its place.
    """

    leg: LegId
    neg: int
    sdp: str
    sends: tuple[Section, ...]
    receives: tuple[Section, ...]


class PreferLayer(Message, frozen=True):
    """Ask (as the owner of *leg*) that video of *of* comes in at most this simulcast layer.

    0 is the smallest, 2 the largest; -1: none at all (audio only). Prepared: `LayerPreferred`.
    """

    leg: LegId
    epoch: int
    of: Section
    layer: int


class GetInvitation(Message, frozen=True):
    """Ask (as nobody yet) for an `InvitationView` by the hash of a link's code."""

    code_hash: str


class GetLog(Message, frozen=True):
    """Ask (as a doctor of the visit, or an administrator) for a `CallLog`.

    Prepared: `LogRead` is answered in its place.
    """


class ReadRecording(Message, frozen=True):
    """Ask (as a doctor of the visit, after `PlayRecording`) for a `RecordingPart` of a tape.

    From byte *offset* of the WebM file on. Prepared: `PartRead` is answered in its place.
    """

    recording: RecordingId
    offset: int
    tape: int = 0


Query: TypeAlias = (
    GetCall
    | GetSignals
    | OfferMedia
    | OfferEcho
    | PreferLayer
    | GetInvitation
    | GetLog
    | ReadRecording
)


class CallSeen(Message, frozen=True):
    """`GetCall` with servers for the caller's browser, and whether a media worker lives."""

    query: GetCall
    ice: tuple[IceServer, ...]
    relay: bool


class LogRead(Message, frozen=True):
    """`GetLog` with the newest events of the journal."""

    query: GetLog
    events: tuple[Event, ...]


class HeldSignals(Message, frozen=True):
    """`GetSignals` with what is held, in order; *run* as in `Signalled`."""

    query: GetSignals
    run: str
    signals: tuple[Signalled, ...]


class MediaAnswered(Message, frozen=True):
    """`OfferMedia` or `OfferEcho` with the relay's answer (empty, and *why*: it refused)."""

    query: OfferMedia | OfferEcho
    sdp: str
    why: str = ""


class LayerPreferred(Message, frozen=True):
    """`PreferLayer`, told to the relay."""

    query: PreferLayer


class PartRead(Message, frozen=True):
    """`ReadRecording` with the bytes, decrypted. *size* is of the whole tape."""

    query: ReadRecording
    data: bytes
    size: int = 0
    video: bool = True


PreparedQuery: TypeAlias = (
    CallSeen | LogRead | HeldSignals | MediaAnswered | LayerPreferred | PartRead
)

# --- views -------------------------------------------------------------------------------------


class PersonView(msgspec.Struct, frozen=True):
    """Somebody of the call, as others may see them."""

    person: Person
    legs: tuple[Leg, ...] = ()
    """At most one; it is empty for who is not there."""
    check: DeviceCheck | None = None
    """Shown to hosts alone, and to the person."""
    arrived_at: datetime | None = None


class RecordingView(msgspec.Struct, frozen=True):
    """The recording at hand. *asked*: who is in the call and has not answered."""

    recording: Recording
    asked: tuple[UserId, ...]
    refused: tuple[UserId, ...]
    running: bool


class Recorded(msgspec.Struct, frozen=True):
    """That a recording was made: when, asked for by whom, agreed to by whom; nothing that is in it.

    The id is the recording's.
    """

    id: RecordingId
    by: UserId
    started_at: datetime
    stopped_at: datetime
    consented: tuple[UserId, ...]
    deleted_at: datetime | None = None


class CallView(Message, frozen=True):
    """A call session at a glance, for one who may take part. Pages are made from it alone."""

    id: CallId
    appointment: AppointmentId | None
    conversation: ConversationId
    hosting: Hosting | None
    me: UserId
    part: Part
    people: tuple[PersonView, ...]
    """Guests see who is in the call; hosts and the patient also who was invited."""
    open: bool
    """Whether the session may be entered now."""
    opens_at: datetime | None
    number: int
    """Which call of the session it is; 0: there was none yet."""
    started_at: datetime | None
    """Of the call that goes on; None: there is none."""
    rings: tuple[Ring, ...]
    epoch: int
    mode: Mode
    why: Why | None
    sealing: Sealing
    ice: tuple[IceServer, ...]
    may_direct: bool
    """False: connect through the relay alone, show no address to the other side."""
    relay: bool
    """Whether there is a media worker at all."""
    word: str
    """What the doctor tells who waits."""
    guests: tuple[Guest, ...]
    """Without code hashes; empty for guests."""
    recording: RecordingView | None
    outcome: Outcome | None
    ask_outcome: bool
    """Whether the caller is the host of a visit whose call is over and was asked nothing yet."""
    may_record: bool = False
    """Whether the caller may ask to record: the host, where the clinic allows it."""
    recorded: tuple[Recorded, ...] = ()
    """Recordings that were made; empty for guests."""
    unanswered: tuple[Unanswered, ...] = ()
    """Whom the caller (for hosts: anybody) rang last and who did not come, in this call."""
    line: int = 0
    """How often the line has moved: with another number, the place in it is to be read anew."""


class Signals(Message, frozen=True):
    """What a leg was told, in order; *run* as in `Signalled`."""

    run: str
    signals: tuple[Signalled, ...]


class MediaAnswer(Message, frozen=True):
    """The relay's SDP answer."""

    epoch: int
    neg: int
    sdp: str


class Preferred(Message, frozen=True):
    """The relay knows."""


class InvitationView(Message, frozen=True):
    """What a link says before it is used. Nothing in it is about the patient."""

    name: str
    as_what: str
    host: str
    start: datetime | None
    until: datetime


class Opened(msgspec.Struct, frozen=True):
    """That the caller may look at a recording *until* then: they have said why."""

    recording: RecordingId
    until: datetime


class CallLog(Message, frozen=True):
    """The newest events of the session, oldest first, and its recordings."""

    events: tuple[Event, ...]
    people: tuple[Person, ...]
    recordings: tuple[Recording, ...]
    may_play: bool = False
    """Whether the caller may look at recordings, for a reason."""
    opened: tuple[Opened, ...] = ()
    """Which the caller has given a reason for."""


class RecordingPart(Message, frozen=True):
    """Bytes of a WebM file; none at its end. *size* is of all of it."""

    data: bytes
    size: int
    video: bool = True
    """Whether there are pictures on the tape."""


View: TypeAlias = (
    CallView | Signals | MediaAnswer | Preferred | InvitationView | CallLog | RecordingPart
)
