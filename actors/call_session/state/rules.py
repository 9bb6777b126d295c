"""What may happen to a call session: each command goes to the file that knows.

Whatever it is, the call, the recording and the media follow from who is there then.
"""

from typing import TypeAlias, assert_never

from actors.asked import Asked
from actors.call_session.messages import (
    AskRecording,
    BackDue,
    CancelRing,
    CloseDue,
    Command,
    Consent,
    DeclineCall,
    DeleteRecording,
    EndCall,
    EndVisit,
    EnterAsGuest,
    Event,
    HoldPerson,
    InviteDoctor,
    InviteGuest,
    JoinCall,
    LeaveCall,
    LegDue,
    LoseLeg,
    LoseSilent,
    LoseWorker,
    MediaTended,
    NoteConnected,
    NoteLine,
    PlayRecording,
    Prepared,
    RecordArrival,
    RecordBusy,
    RecordCheck,
    RecordingGone,
    RemovePerson,
    ReportPath,
    RingDue,
    SetOutcome,
    SetThread,
    SetTracks,
    SetVisit,
    StopRecording,
    SweepRecording,
    TakeSeat,
    TellWaiting,
    TendMedia,
    Uninvite,
    WithRelay,
)
from actors.call_session.state import (
    guests,
    hosting,
    joining,
    leaving,
    media,
    opening,
    recording,
    ringing,
    tending,
    waiting,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.kept import Policy, Session

OfActors: TypeAlias = SetVisit | EndVisit | RecordArrival | NoteLine | SetThread | RecordBusy
OfTimers: TypeAlias = RingDue | LegDue | BackDue | CloseDue | MediaTended | RecordingGone
OfDesk: TypeAlias = LoseWorker | NoteConnected
OfPages: TypeAlias = (
    TakeSeat | SetTracks | LoseSilent | LeaveCall | RecordCheck | DeclineCall | CancelRing
)
OfRecordings: TypeAlias = Consent | StopRecording | PlayRecording | DeleteRecording
OfHosts: TypeAlias = TellWaiting | HoldPerson | RemovePerson | InviteDoctor | EndCall | SetOutcome
OfGuests: TypeAlias = InviteGuest | Uninvite | EnterAsGuest
ToPrepare: TypeAlias = JoinCall | AskRecording | ReportPath | LoseLeg | TendMedia | SweepRecording


def decide(
    state: Session, command: Command | Prepared, asked: Asked, policy: Policy
) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    draft = Draft(state, asked, policy)
    _give(draft, command)
    _follow(draft)
    return draft.events


def _follow(draft: Draft) -> None:
    """Let follow what follows from who is there now."""
    leaving.check_call(draft)
    ringing.check_ringers(draft)
    joining.check_begun(draft)
    recording.check(draft)
    media.set_media(draft)
    media.tell_worker(draft)


def _give(draft: Draft, command: Command | Prepared) -> None:  # noqa: C901  one case each
    match command:
        case WithRelay():
            _with_relay(draft, command)
        case SetVisit() | EndVisit() | RecordArrival() | NoteLine() | SetThread() | RecordBusy():
            _by_actor(draft, command)
        case RingDue() | LegDue() | BackDue() | CloseDue() | MediaTended() | RecordingGone():
            _by_timer(draft, command)
        case LoseWorker():
            tending.lose_worker(draft, command)
        case NoteConnected():
            tending.note_connected(draft, command)
        case Consent() | StopRecording() | PlayRecording() | DeleteRecording():
            _recording(draft, command)
        case (
            TellWaiting()
            | HoldPerson()
            | RemovePerson()
            | InviteDoctor()
            | EndCall()
            | SetOutcome()
        ):
            _by_host(draft, command)
        case InviteGuest():
            guests.invite(draft, command)
        case Uninvite():
            guests.uninvite(draft, command)
        case EnterAsGuest():
            guests.enter(draft, command)
        case (
            JoinCall() | AskRecording() | ReportPath() | LoseLeg() | TendMedia() | SweepRecording()
        ):
            raise TypeError(f"A {type(command).__name__} must be prepared before it is decided.")
        case _:
            _by_page(draft, command)


def _with_relay(draft: Draft, command: WithRelay) -> None:
    match command.command:
        case JoinCall():
            joining.join(draft, command.command, relay=command.relay)
        case AskRecording():
            recording.ask(draft, command.command, relay=command.relay)
        case ReportPath():
            tending.report_path(draft, command.command, relay=command.relay)
        case _:
            assert_never(command.command)


def _by_actor(draft: Draft, command: OfActors) -> None:
    match command:
        case SetVisit():
            opening.set_visit(draft, command)
        case EndVisit():
            opening.end_visit(draft, command)
        case RecordArrival():
            opening.record_arrival(draft, command)
        case NoteLine():
            waiting.note_line(draft, command)
        case SetThread():
            opening.set_thread(draft, command)
        case RecordBusy():
            ringing.busy(draft, command)
        case _:
            assert_never(command)


def _by_timer(draft: Draft, command: OfTimers) -> None:
    match command:
        case RingDue():
            ringing.ring_due(draft, command)
        case LegDue():
            leaving.leg_due(draft, command)
        case BackDue():
            tending.back_due(draft, command)
        case CloseDue():
            leaving.close_due(draft, command)
        case MediaTended():
            tending.tended(draft, command)
        case RecordingGone():
            recording.gone(draft, command)
        case _:
            assert_never(command)


def _by_page(draft: Draft, command: OfPages) -> None:
    match command:
        case TakeSeat():
            joining.take_seat(draft, command)
        case SetTracks():
            joining.set_tracks(draft, command)
        case LoseSilent():
            leaving.lose(draft, command)
        case LeaveCall():
            leaving.leave_call(draft, command)
        case RecordCheck():
            waiting.record_check(draft, command)
        case DeclineCall():
            ringing.decline(draft, command)
        case CancelRing():
            ringing.cancel(draft, command)
        case _:
            assert_never(command)


def _recording(draft: Draft, command: OfRecordings) -> None:
    match command:
        case Consent():
            recording.consent(draft, command)
        case StopRecording():
            recording.stop(draft, command)
        case PlayRecording():
            recording.play(draft, command)
        case DeleteRecording():
            recording.delete(draft, command)
        case _:
            assert_never(command)


def _by_host(draft: Draft, command: OfHosts) -> None:
    match command:
        case TellWaiting():
            waiting.tell(draft, command)
        case HoldPerson():
            hosting.hold(draft, command)
        case RemovePerson():
            hosting.remove(draft, command)
        case InviteDoctor():
            hosting.invite_doctor(draft, command)
        case EndCall():
            hosting.end_call(draft, command)
        case SetOutcome():
            hosting.set_outcome(draft, command)
        case _:
            assert_never(command)
