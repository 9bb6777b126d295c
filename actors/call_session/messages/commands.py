"""What may be told to a call session, and by whom."""

from datetime import datetime
from typing import TypeAlias

from actors.appointment import DoctorRef, PatientRef
from actors.call_session.messages.common import (
    DeclineReason,
    Message,
    Outcome,
    Person,
    Plan,
    Signal,
    Worker,
)
from actors.ids import (
    AppointmentId,
    ConversationId,
    GuestId,
    LegId,
    RecordingId,
    RingId,
    UserId,
)
from actors.media import DeviceCheck, Source, Tape
from actors.visit_type import Medium

# --- from other actors -------------------------------------------------------------------------


class SetVisit(Message, frozen=True):
    """From `patient`: the visit stands so (confirmed, moved, or with another doctor now)."""

    appointment: AppointmentId
    conversation: ConversationId
    patient: PatientRef
    doctor: DoctorRef
    start: datetime
    end: datetime
    medium: Medium


class EndVisit(Message, frozen=True):
    """From `patient`: the visit is over, called off, or looks for a doctor again."""

    appointment: AppointmentId
    outcome: str
    """The appointment's status: `fulfilled`, `noshow`, `cancelled`, ..."""


class RecordArrival(Message, frozen=True):
    """From `patient`: they have checked in."""

    appointment: AppointmentId
    since: datetime


class NoteLine(Message, frozen=True):
    """From `doctor`: where the patient stands in the line has changed, or what the doctor does."""

    appointment: AppointmentId


class SetThread(Message, frozen=True):
    """From `conversation`: these people may call one another (*open*), or may not any more."""

    conversation: ConversationId
    people: tuple[Person, ...]
    open: bool


class RecordBusy(Message, frozen=True):
    """From `phone`: who is rung by *ring* is in another call."""

    ring: RingId


# --- by the person at a page -------------------------------------------------------------------


class TakeSeat(Message, frozen=True):
    """By who may take part: I wait with this page. A newer page of mine takes its place."""

    leg: LegId


class JoinCall(Message, frozen=True):
    """By who may take part: I am in the call with this page.

    A host starts the call and rings who is not there (*ring*); the patient and guests come in when
    the host is there, or when they are rung. The same *leg* again takes up where it was.

    Prepared: `WithRelay` is decided in its place.
    """

    leg: LegId
    medium: Medium
    sends: tuple[Source, ...]
    key: str
    """As `Leg.key`."""
    ring: bool = False


class DeclineCall(Message, frozen=True):
    """By who is rung: not now."""

    ring: RingId
    reason: DeclineReason = DeclineReason.NOT_NOW


class CancelRing(Message, frozen=True):
    """By who rings: never mind."""

    ring: RingId


class SetTracks(Message, frozen=True):
    """By who takes part: I send these now; *muted* ones are there and carry nothing."""

    leg: LegId
    sends: tuple[Source, ...]
    muted: tuple[Source, ...]


class LoseLeg(Message, frozen=True):
    """By who takes part, said by the edge: the line of this page broke, it may come back.

    Also by another who takes part and sees that nothing was heard of it. Prepared: `LoseSilent` is
    decided in its place.
    """

    leg: LegId


class LeaveCall(Message, frozen=True):
    """By who takes part: I hang up, or leave the room. *tell*: say when the doctor comes."""

    leg: LegId
    tell: bool = False


class ReportPath(Message, frozen=True):
    """By who takes part: in *epoch* my page is (not) connected to *to* (empty: to the relay).

    Prepared: `WithRelay` is decided in its place.
    """

    leg: LegId
    epoch: int
    connected: bool
    to: LegId = LegId("")
    """The other leg of a direct call."""
    took_ms: int = 0
    why: str = ""
    """`ice_failed`, `timeout`, `no_packets`, ..."""


class RecordCheck(Message, frozen=True):
    """By the patient or a guest: this is what I found about my device."""

    check: DeviceCheck


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


# --- by the host -------------------------------------------------------------------------------


class TellWaiting(Message, frozen=True):
    """By the host: a word for who waits (`five minutes late`); empty takes it back."""

    text: str


class HoldPerson(Message, frozen=True):
    """By the host: *user* is neither heard nor seen for now (*held*), or is again."""

    user: UserId
    held: bool


class RemovePerson(Message, frozen=True):
    """By the host: *user* leaves the call at once. A guest's link is over then."""

    user: UserId


class InviteGuest(Message, frozen=True):
    """By the host or the patient: let this person into the visit. *code_hash*: see `Guest`."""

    name: str
    as_what: str
    code_hash: str


class InviteDoctor(Message, frozen=True):
    """By the host: ring a colleague to join, or (*take_over*) to go on in my place."""

    doctor: DoctorRef
    take_over: bool = False


class Uninvite(Message, frozen=True):
    """By the host, or who invited them: the link of this guest is over."""

    guest: GuestId


class EndCall(Message, frozen=True):
    """By the host: over for all. *outcome* tells the diary; None: it is asked later."""

    outcome: Outcome | None = None


class SetOutcome(Message, frozen=True):
    """By the host, after the call: what it came to."""

    outcome: Outcome


class PlayRecording(Message, frozen=True):
    """By a doctor of the visit: I look at *recording*, because *reason*. Kept for ever."""

    recording: RecordingId
    reason: str


class DeleteRecording(Message, frozen=True):
    """By a doctor of the visit: take *recording* away, because *reason*."""

    recording: RecordingId
    reason: str


# --- by guests at the door -----------------------------------------------------------------------


class EnterAsGuest(Message, frozen=True):
    """By nobody yet: I have a link with this code, and am called so."""

    code_hash: str
    name: str


# --- by timers, and by the media desk of the node ------------------------------------------------


class RingDue(Message, frozen=True):
    """By a timer: nobody has answered."""

    ring: RingId


class LegDue(Message, frozen=True):
    """By a timer: the leg has not come back, unless it has since."""

    leg: LegId
    lost_at: datetime


class BackDue(Message, frozen=True):
    """By a timer: the call of *epoch* could be direct."""

    epoch: int


class CloseDue(Message, frozen=True):
    """By a timer: the session is over."""


class TendMedia(Message, frozen=True):
    """By a timer: tell the worker how the call is, choose another, or fetch what was recorded.

    Prepared: `MediaTended` is decided in its place.
    """

    epoch: int


class SweepRecording(Message, frozen=True):
    """By a timer: the worker's copy of *recording* can go; all of it, if it was *deleted*.

    Prepared: `RecordingGone` is decided in its place.
    """

    recording: RecordingId
    deleted: bool = False


class LoseWorker(Message, frozen=True):
    """By the media desk (the operator's role): this worker does not answer any more."""

    worker: Worker


class NoteConnected(Message, frozen=True):
    """By the media desk: in *epoch* the relay has (not) the media of *leg*."""

    epoch: int
    leg: LegId
    connected: bool


Command: TypeAlias = (
    SetVisit
    | EndVisit
    | RecordArrival
    | NoteLine
    | SetThread
    | RecordBusy
    | TakeSeat
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
    | InviteGuest
    | InviteDoctor
    | Uninvite
    | EndCall
    | SetOutcome
    | PlayRecording
    | DeleteRecording
    | EnterAsGuest
    | RingDue
    | LegDue
    | BackDue
    | CloseDue
    | TendMedia
    | SweepRecording
    | LoseWorker
    | NoteConnected
)

# --- what `actor.prepare` makes of some of them; never over the wire -----------------------------


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

# --- passing: told to who watches, kept in memory alone ------------------------------------------


class SendSignal(Message, frozen=True):
    """By who takes part: tell leg *to*. Each leg numbers what it sends to each other from 1 on.

    What is there already (by *leg*, *to*, *number*) has no second effect. Acknowledged means that
    it is held until `HearSignals` says that it came, or either leg is gone.
    """

    leg: LegId
    to: LegId
    number: int
    signal: Signal
    body: str
    """At most 32 KiB."""


class HearSignals(Message, frozen=True):
    """By who takes part: I am here, and have had what was told to *leg* up to *number*.

    Said every 5 s at least, so that others know that the page lives.
    """

    leg: LegId
    number: int


Passing: TypeAlias = SendSignal | HearSignals
