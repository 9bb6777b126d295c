"""What happens to a call session: the call log. Descriptions and candidates are not in it."""

from datetime import datetime
from typing import TypeAlias

from actors.appointment import DoctorRef, PatientRef
from actors.call_session.messages.common import (
    Guest,
    Hosting,
    Leaving,
    Leg,
    LegState,
    Message,
    Outcome,
    Person,
    Ring,
    RingEnd,
    Worker,
)
from actors.ids import (
    AppointmentId,
    ConversationId,
    GuestId,
    LegId,
    RecordingId,
    UserId,
)
from actors.media import DeviceCheck, Mode, Sealing, Source, Tape, Why


class SessionOpened(Message, frozen=True):
    """The people of a visit (*hosting*) or of a thread may call one another from now on."""

    appointment: AppointmentId | None
    conversation: ConversationId
    hosting: Hosting | None
    people: tuple[Person, ...]
    """All who may take part, without guests."""
    at: datetime


class SessionClosed(Message, frozen=True):
    """Nobody may take part any more: `fulfilled`, `cancelled`, ..., `thread_closed`, `too_long`."""

    appointment: AppointmentId | None
    why: str
    at: datetime


class VisitOver(Message, frozen=True):
    """The visit (or the thread) is over while people talk: the session closes after their call."""

    appointment: AppointmentId | None
    why: str
    at: datetime


class ClosingPutOff(Message, frozen=True):
    """Somebody is still there or has checked in: the session closes at *until* at the earliest."""

    appointment: AppointmentId | None
    until: datetime
    at: datetime


class DoctorsSet(Message, frozen=True):
    """Who treats *patient* in the visit, and may write its note."""

    appointment: AppointmentId
    patient: PatientRef
    doctors: tuple[DoctorRef, ...]
    start: datetime
    at: datetime


class PatientArrived(Message, frozen=True):
    """The patient has checked in."""

    appointment: AppointmentId
    since: datetime
    at: datetime


class CheckRecorded(Message, frozen=True):
    """Somebody has checked their device."""

    user: UserId
    check: DeviceCheck
    at: datetime


class LineNoted(Message, frozen=True):
    """Where the patient stands in the doctor's line has changed."""

    at: datetime


class WordTold(Message, frozen=True):
    """A word for who waits."""

    text: str
    by: UserId
    at: datetime


class CallStarted(Message, frozen=True):
    """The first is in the call. *number* counts the calls of the session from 1 on."""

    appointment: AppointmentId | None
    conversation: ConversationId
    number: int
    by: UserId
    at: datetime


class VisitStarted(Message, frozen=True):
    """Host and patient are both in the call. *doctor* is whose diary has the visit."""

    appointment: AppointmentId
    doctor: UserId
    at: datetime


class Rang(Message, frozen=True):
    """Somebody is rung."""

    ring: Ring
    by_name: str
    appointment: AppointmentId | None
    conversation: ConversationId
    at: datetime


class RingEnded(Message, frozen=True):
    """It rings no more. *leg*: who answered, with which page. *reason*: of a decline."""

    ring: Ring
    how: RingEnd
    appointment: AppointmentId | None
    conversation: ConversationId
    at: datetime
    leg: LegId | None = None
    reason: str = ""
    colleague: bool = False
    """Whether a doctor rang a colleague to join: the patient's thread has nothing of that."""


class LegEntered(Message, frozen=True):
    """A page of somebody is in the waiting room or in the call (*leg* says which)."""

    leg: Leg
    name: str
    appointment: AppointmentId | None
    at: datetime
    back: bool = False
    """Whether it takes up where it was."""
    guest: bool = False


class LegChanged(Message, frozen=True):
    """A page of somebody is in another state: held, back from it, or returning."""

    leg: LegId
    user: UserId
    state: LegState
    at: datetime
    why: str = ""


class LegAwaited(Message, frozen=True):
    """The place of a page whose line broke at *lost_at* is kept *until* then: media still flow."""

    leg: LegId
    lost_at: datetime
    until: datetime
    at: datetime


class LegSilent(Message, frozen=True):
    """The page *by* hears nothing of *leg* any more, with which it was connected directly."""

    leg: LegId
    by: LegId
    at: datetime


class TracksSet(Message, frozen=True):
    """A page sends these tracks now."""

    leg: LegId
    sends: tuple[Source, ...]
    muted: tuple[Source, ...]
    at: datetime


class LegLeft(Message, frozen=True):
    """A page of somebody is not in the waiting room or the call any more."""

    leg: LegId
    user: UserId
    why: Leaving
    was: LegState
    at: datetime
    by: str = ""
    tell: bool = False
    guest: bool = False


class MediaSet(Message, frozen=True):
    """From *epoch* on media travel so. *why*: for a relay. What earlier ones say is stale.

    The same *epoch* once more: *worker* has the call now, which had none.
    """

    epoch: int
    mode: Mode
    sealing: Sealing
    at: datetime
    why: Why | None = None
    worker: Worker | None = None
    no_relay: bool = False
    """Whether it is direct because no media worker lives."""


class MediaDue(Message, frozen=True):
    """The media of *epoch* are to be tended at *due*: the worker is told how the call is.

    *tries* counts the times in a row that there was none.
    """

    epoch: int
    due: datetime
    at: datetime
    tries: int = 0


class DirectDue(Message, frozen=True):
    """The call could be direct, and will be at *due* if it still could (None: it could no more)."""

    epoch: int
    due: datetime | None
    at: datetime


class PathReported(Message, frozen=True):
    """A page got its media connected (after *took_ms*), or could not, because *why*."""

    leg: LegId
    epoch: int
    connected: bool
    took_ms: int
    at: datetime
    to: LegId = LegId("")
    why: str = ""


class WorkerLost(Message, frozen=True):
    """The media worker does not answer any more."""

    worker: Worker
    epoch: int
    at: datetime


class GuestInvited(Message, frozen=True):
    """Somebody may come in by a link."""

    guest: Guest
    appointment: AppointmentId | None
    at: datetime


class GuestEntered(Message, frozen=True):
    """The link was opened; they are called *name*."""

    guest: GuestId
    name: str
    at: datetime


class GuestUninvited(Message, frozen=True):
    """The link is over."""

    guest: GuestId
    by: str
    at: datetime


class DoctorInvited(Message, frozen=True):
    """A colleague may take part; with *take_over* they become the host when they come."""

    person: Person
    take_over: bool
    by: UserId
    at: datetime


class HostChanged(Message, frozen=True):
    """Another doctor goes on in the place of *before*."""

    appointment: AppointmentId | None
    host: Person
    before: Person
    at: datetime


class RecordingAsked(Message, frozen=True):
    """Everybody in the call is asked whether it may be recorded; *by* has agreed."""

    recording: RecordingId
    by: UserId
    at: datetime
    agreed: tuple[UserId, ...] = ()
    """Who else has agreed already: to the one before, which stopped because somebody joined."""


class ConsentGiven(Message, frozen=True):
    """Somebody has agreed, or has not (any more)."""

    recording: RecordingId
    user: UserId
    agreed: bool
    at: datetime


class RecordingStarted(Message, frozen=True):
    """The recorder runs, in *epoch*. *key*: see `Recording`."""

    recording: RecordingId
    epoch: int
    key: str
    at: datetime
    worker: Worker | None = None


class RecordingStopped(Message, frozen=True):
    """It runs no more: `asked`, `consent_withdrawn`, `somebody_joined`, `call_over`, `lost`."""

    recording: RecordingId
    why: str
    by: str
    at: datetime


class RecordingKept(Message, frozen=True):
    """So much of it is in the store; with *done* that is all."""

    recording: RecordingId
    kept: int
    done: bool
    at: datetime
    tapes: tuple[Tape, ...] = ()


class RecordingPlayed(Message, frozen=True):
    """A doctor looked at it, because *reason*."""

    recording: RecordingId
    by: UserId
    reason: str
    at: datetime


class RecordingDeleted(Message, frozen=True):
    """It is taken away, because *reason*."""

    recording: RecordingId
    by: UserId
    reason: str
    at: datetime


class RecordingSwept(Message, frozen=True):
    """Its bytes are gone, too."""

    recording: RecordingId
    at: datetime


class CallEnded(Message, frozen=True):
    """Nobody is in the call any more. *seconds* is how long it lasted; *joined*: who was in it."""

    appointment: AppointmentId | None
    conversation: ConversationId
    number: int
    started_at: datetime
    seconds: int
    joined: tuple[UserId, ...]
    at: datetime
    by: UserId = UserId("")
    """Who started it."""
    closes_at: datetime | None = None
    """When the session of a visit closes if nobody calls again."""


class OutcomeSet(Message, frozen=True):
    """What the visit came to, by the doctor's word."""

    appointment: AppointmentId | None
    outcome: Outcome
    by: UserId
    at: datetime
    doctor: UserId | None = None
    """Whose diary has the visit."""


Event: TypeAlias = (
    SessionOpened
    | SessionClosed
    | VisitOver
    | ClosingPutOff
    | DoctorsSet
    | PatientArrived
    | CheckRecorded
    | LineNoted
    | WordTold
    | CallStarted
    | VisitStarted
    | Rang
    | RingEnded
    | LegEntered
    | LegChanged
    | LegAwaited
    | LegSilent
    | TracksSet
    | LegLeft
    | MediaSet
    | MediaDue
    | DirectDue
    | PathReported
    | WorkerLost
    | GuestInvited
    | GuestEntered
    | GuestUninvited
    | DoctorInvited
    | HostChanged
    | RecordingAsked
    | ConsentGiven
    | RecordingStarted
    | RecordingStopped
    | RecordingKept
    | RecordingPlayed
    | RecordingDeleted
    | RecordingSwept
    | CallEnded
    | OutcomeSet
)


# --- passing: told to who watches, kept in memory alone ------------------------------------------


class Signalled(Message, frozen=True):
    """Leg *leg* tells leg *to*; *number* counts what that one was told, by all, from 1 on.

    *run* names the memory in which it is counted: with another one, the count began anew.
    """

    to: LegId
    number: int
    run: str
    leg: LegId
    signal: str
    body: str


PassingEvent: TypeAlias = Signalled
