"""The part of a live socket's language that calls speak (see `frames`).

A page attends a call session: it is sent the whole session, as its reader may see it, each time
that changes (`call`), and what its leg is told (`signal`), each once and in order. What is sent
under a number or an id may be sent again over the next line until it was answered.
"""

from typing import TYPE_CHECKING, Annotated, TypeAlias

from msgspec import Meta

from actors.call_session.messages import (
    AskRecording,
    CallView,
    CancelRing,
    Consent,
    DeclineCall,
    EndCall,
    HoldPerson,
    InviteDoctor,
    JoinCall,
    LeaveCall,
    LoseLeg,
    RecordCheck,
    RemovePerson,
    ReportPath,
    SetOutcome,
    SetTracks,
    Signal,
    StopRecording,
    TakeSeat,
    TellWaiting,
    Uninvite,
)
from actors.media import Section
from http_edge.sockets.frame import Frame, Id, Number
from http_edge.strict import strict

MOST_BODY = 32 * 1024
MOST_SECTIONS = 32

_Act: TypeAlias = (
    TakeSeat
    | JoinCall
    | DeclineCall
    | CancelRing
    | SetTracks
    | LoseLeg
    | LeaveCall
    | ReportPath
    | RecordCheck
    | AskRecording
    | Consent
    | StopRecording
    | TellWaiting
    | HoldPerson
    | RemovePerson
    | InviteDoctor
    | Uninvite
    | EndCall
    | SetOutcome
)
if TYPE_CHECKING:
    Act: TypeAlias = _Act
else:
    Act = strict(_Act)
"""What a page may do in a call, in the session's own words. `InviteGuest` is not among them: its
code is made by the edge (`POST /api/v1/calls/{call}/guests`)."""

Sections: TypeAlias = Annotated[tuple[Section, ...], Meta(max_length=MOST_SECTIONS)]
Body: TypeAlias = Annotated[str, Meta(max_length=MOST_BODY)]

# --- from the browser --------------------------------------------------------------------------


class Attend(Frame, frozen=True):
    """Send me *call* as it is and changes, and what my *leg* is told after *number* of *run*.

    The same again on the next line goes on from there.
    """

    call: Id
    leg: Id
    run: Annotated[str, Meta(max_length=64)] = ""
    number: Number = 0


class Unattend(Frame, frozen=True):
    """Send me nothing more of *call*."""

    call: Id


class Do(Frame, frozen=True):
    """Do this in *call*; answered with `acted` or `refused` under the same *id*."""

    id: Id
    call: Id
    act: Act


class SignalTo(Frame, frozen=True, tag="signal"):
    """My *leg* tells leg *to*; *number* counts what it tells that one, from 1 on.

    Answered with `held`, or with `refused` under the id `LEG/NUMBER` of *to* and *number*.
    """

    call: Id
    leg: Id
    to: Id
    number: Number
    signal: Signal
    body: Body


class HeardUpTo(Frame, frozen=True, tag="heard"):
    """My *leg* lives, and had what it was told up to *number*. Say it every 5 s."""

    call: Id
    leg: Id
    number: Number


class Offer(Frame, frozen=True):
    """The SDP offer of my *leg* to the relay. Answered with `answer` or `refused`.

    With *echo* to a relay that sends me back what I send, outside of any call.
    """

    id: Id
    call: Id
    leg: Id
    epoch: Number
    neg: Number
    sdp: Body
    sends: Sections
    receives: Sections
    echo: bool = False


class Layer(Frame, frozen=True):
    """Video of *of* is wanted in at most this simulcast layer (0 to 2; -1: not at all)."""

    call: Id
    leg: Id
    epoch: Number
    of: Section
    layer: Annotated[int, Meta(ge=-1, le=2)]


# --- to the browser ----------------------------------------------------------------------------


class CallNow(Frame, frozen=True, tag="call"):
    """The session as the reader may see it, at its event number *seq*."""

    call: str
    seq: int
    view: CallView


class Acted(Frame, frozen=True):
    """What you did under *id* stands on disk; the session is at event number *seq*."""

    id: str
    call: str
    seq: int


class Held(Frame, frozen=True):
    """What your *leg* told *to*, up to *number*, is held until that one has had it."""

    call: str
    leg: str
    to: str
    number: int


class Signalled(Frame, frozen=True, tag="signal"):
    """Leg *leg* tells yours; *number* counts all that yours is told in *run*."""

    call: str
    number: int
    run: str
    leg: str
    signal: str
    body: str


class Answer(Frame, frozen=True):
    """The relay's SDP answer to the offer *neg* of *epoch*."""

    id: str
    call: str
    epoch: int
    neg: int
    sdp: str


CallIncoming: TypeAlias = Attend | Unattend | Do | SignalTo | HeardUpTo | Offer | Layer
CallOutgoing: TypeAlias = CallNow | Acted | Held | Signalled | Answer
