"""One event of a call in words: each goes to the file that knows."""

from actors.call_session.messages import (
    CallEnded,
    CallStarted,
    CheckRecorded,
    ClosingPutOff,
    ConsentGiven,
    DirectDue,
    DoctorInvited,
    DoctorsSet,
    Event,
    GuestEntered,
    GuestInvited,
    GuestUninvited,
    HostChanged,
    LegAwaited,
    LegChanged,
    LegEntered,
    LegLeft,
    LegSilent,
    LineNoted,
    MediaDue,
    MediaSet,
    OutcomeSet,
    PathReported,
    PatientArrived,
    Rang,
    RecordingAsked,
    RecordingDeleted,
    RecordingKept,
    RecordingPlayed,
    RecordingStarted,
    RecordingStopped,
    RecordingSwept,
    RingEnded,
    SessionClosed,
    SessionOpened,
    TracksSet,
    VisitOver,
    VisitStarted,
    WordTold,
    WorkerLost,
)
from http_edge.pages.call_log_wording.media import said_of_media
from http_edge.pages.call_log_wording.names import Names, Said
from http_edge.pages.call_log_wording.people import said_of_invited, said_of_pages, said_of_rings
from http_edge.pages.call_log_wording.recordings import said_of_recording
from http_edge.pages.call_log_wording.visits import said_of_call, said_of_visit


def said_of(event: Event, names: Names, zone: str) -> Said | None:  # noqa: PLR0911  one per file
    """Return what *event* was, with times as the clocks of *zone* show them; None: no word."""
    match event:
        case SessionOpened() | SessionClosed() | VisitOver() | PatientArrived():
            return said_of_visit(event, zone)
        case (
            CheckRecorded()
            | WordTold()
            | CallStarted()
            | VisitStarted()
            | CallEnded()
            | OutcomeSet()
        ):
            return said_of_call(event, names)
        case Rang() | RingEnded():
            return said_of_rings(event, names)
        case LegEntered() | LegChanged() | LegLeft():
            return said_of_pages(event, names)
        case GuestInvited() | GuestEntered() | GuestUninvited() | DoctorInvited() | HostChanged():
            return said_of_invited(event, names)
        case MediaSet() | PathReported() | WorkerLost():
            return said_of_media(event, names)
        case (
            RecordingAsked()
            | ConsentGiven()
            | RecordingStarted()
            | RecordingStopped()
            | RecordingPlayed()
            | RecordingDeleted()
            | RecordingSwept()
        ):
            return said_of_recording(event, names)
        case (
            TracksSet()
            | LegAwaited()
            | LegSilent()
            | LineNoted()
            | MediaDue()
            | DirectDue()
            | DoctorsSet()
            | ClosingPutOff()
            | RecordingKept()
        ):
            return None
