"""Requests on their way to a doctor and a time."""

from datetime import datetime
from typing import TypeAlias

from actors.admin_router.messages.common import Left, Message
from actors.appointment import (
    Because,
    DoctorRef,
    GroupRef,
    PatientRef,
    Request,
    Span,
    Stage,
    Urgency,
    Window,
)
from actors.caller import NOBODY_YET, By
from actors.ids import AppointmentId, DoctorId, GroupId

# --- commands ----------------------------------------------------------------------------------


class RouteRequest(Message, frozen=True):
    """From `patient`: find somebody for this request."""

    request: Request


class RouteToDoctor(Message, frozen=True):
    """By an administrator: ask this doctor (and nobody else any more)."""

    appointment: AppointmentId
    doctor: DoctorRef


class RouteToGroup(Message, frozen=True):
    """By an administrator: ask this group in its mode (and nobody else any more)."""

    appointment: AppointmentId
    group: GroupId


class PullBack(Message, frozen=True):
    """By an administrator: take the request back to triage."""

    appointment: AppointmentId


class SetUrgency(Message, frozen=True):
    """By an administrator: so soon must it be answered; the deadline of its stage is set anew."""

    appointment: AppointmentId
    urgency: Urgency


class AskPatient(Message, frozen=True):
    """By an administrator: the patient is asked this, and may answer on the visit's page."""

    appointment: AppointmentId
    text: str


class RecordPatientAnswer(Message, frozen=True):
    """From `patient`: my answer to what triage asked last."""

    appointment: AppointmentId
    text: str


class DeclineForClinic(Message, frozen=True):
    """By an administrator: the clinic can't take this request, because *reason*.

    Also of a visit that stands and has not begun: the clinic cancels it.
    """

    appointment: AppointmentId
    reason: str


class ClaimRequest(Message, frozen=True):
    """From `doctor`: I hold this time for it; is it mine?"""

    appointment: AppointmentId
    round: int
    doctor: DoctorRef
    doctor_zone: str
    start: datetime
    end: datetime


class RecordProposal(Message, frozen=True):
    """From `doctor`: not then, but I hold these times for the patient until *until*."""

    appointment: AppointmentId
    round: int
    doctor: DoctorRef
    doctor_zone: str
    spans: tuple[Span, ...]
    until: datetime


class RecordDecline(Message, frozen=True):
    """From `doctor`: I can't, because *reason*; also for a move or a booking of that round."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    reason: str


class RecordConfirmation(Message, frozen=True):
    """From `doctor`: the granted visit stands in my diary."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    start: datetime
    end: datetime
    doctor_zone: str


class ReturnRequest(Message, frozen=True):
    """From `doctor`: whatever this is to me (offer, claim, visit), take it back.

    *away* when I am not there at that time, or can't keep the visit for *reason*; else suspended.
    """

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    away: bool = False
    reason: str = ""


class RecordChoice(Message, frozen=True):
    """From `patient`: I take this one of the times that were held for me in *round*."""

    appointment: AppointmentId
    round: int
    start: datetime


class RecordRefusal(Message, frozen=True):
    """From `patient`: none of the times of *round*. These *windows* would suit (none: whenever).

    A request goes to the same doctor again; a visit that stands keeps its time.
    """

    appointment: AppointmentId
    round: int
    windows: tuple[Window, ...] = ()
    note: str = ""


class WithdrawRequest(Message, frozen=True):
    """From `patient`: I do not want this any more."""

    appointment: AppointmentId
    reason: str


class AnswerDue(Message, frozen=True):
    """By a timer: the answer of this round (a doctor's, or the patient's) is due now."""

    appointment: AppointmentId
    round: int


class WindowsOver(Message, frozen=True):
    """By a timer: no asked-for time is left, if *last_chance* was still the end of them."""

    appointment: AppointmentId
    last_chance: datetime | None = None
    """None in wake-ups from before times could be asked for anew."""


RequestCommand: TypeAlias = (
    RouteRequest
    | RouteToDoctor
    | RouteToGroup
    | PullBack
    | SetUrgency
    | AskPatient
    | RecordPatientAnswer
    | DeclineForClinic
    | ClaimRequest
    | RecordProposal
    | RecordDecline
    | RecordConfirmation
    | ReturnRequest
    | RecordChoice
    | RecordRefusal
    | WithdrawRequest
    | AnswerDue
    | WindowsOver
)

# --- events ------------------------------------------------------------------------------------


class RequestRouted(Message, frozen=True):
    """The request lies with a doctor, a group, triage or who is on call, by *why*.

    Also the first event of a request. *why* is a code, as in `patient.RecordRouting`. *closed* are
    the doctors whose offers of the round before end with it, for *close_why* (a `doctor.Closed`).
    *book* is set for a direct booking: the one doctor takes it at that time unasked; *freed* is
    the whole of a freed time that it is booked into.
    """

    appointment: AppointmentId
    request: Request
    round: int
    stage: Stage
    with_name: str
    doctors: tuple[DoctorRef, ...]
    group: GroupRef | None
    answer_by: datetime
    why: str
    closed: tuple[DoctorId, ...]
    close_why: str
    at: datetime
    by: By = NOBODY_YET
    because: Because | None = None
    book: datetime | None = None
    note: str = ""
    """The reason that a doctor or the patient gave for it to come back."""
    freed: Span | None = None
    left: Left | None = None


class UrgencySet(Message, frozen=True):
    """It must be answered so soon; those who are asked are told the new deadline."""

    appointment: AppointmentId
    urgency: Urgency
    round: int
    answer_by: datetime
    by: By
    at: datetime


class PatientAsked(Message, frozen=True):
    """Triage asked the patient something."""

    appointment: AppointmentId
    patient: PatientRef
    text: str
    by: By
    at: datetime


class PatientAnswered(Message, frozen=True):
    """The patient answered what triage asked."""

    appointment: AppointmentId
    text: str
    at: datetime


class RequestClaimed(Message, frozen=True):
    """The first claim of this round: it is *doctor*'s. *losers* are told who took it."""

    appointment: AppointmentId
    round: int
    doctor: DoctorRef
    doctor_zone: str
    start: datetime
    end: datetime
    losers: tuple[DoctorId, ...]
    at: datetime


class ClaimDenied(Message, frozen=True):
    """A claim (or a proposal) came when the request was not to be had any more; why is told."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    why: str
    """A `doctor.Closed` value."""
    by_name: str
    at: datetime


class OfferDeclined(Message, frozen=True):
    """One of those asked can't; others of the round may still."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    reason: str
    at: datetime


class TimesOffered(Message, frozen=True):
    """The first answer of this round were other times: the patient chooses until *until*.

    *losers* are told that *doctor* is dealing with it.
    """

    appointment: AppointmentId
    patient: PatientRef
    round: int
    doctor: DoctorRef
    doctor_zone: str
    spans: tuple[Span, ...]
    until: datetime
    losers: tuple[DoctorId, ...]
    at: datetime


class RequestConfirmed(Message, frozen=True):
    """The winner's diary has the visit; the patient is told.

    The walls are what clocks showed by the zones' rules as they were then; they tell later whether
    a change of law has moved the visit on somebody's clock.
    """

    appointment: AppointmentId
    patient: PatientRef
    doctor: DoctorRef
    doctor_zone: str
    start: datetime
    end: datetime
    at: datetime
    doctor_wall: datetime | None = None
    patient_wall: datetime | None = None
    reminder_minutes: tuple[int, ...] = ()
    left: Left | None = None


class RequestWithdrawn(Message, frozen=True):
    """The patient does not want it any more: offers close, a claimed visit is cancelled.

    *moving* is the doctor of a move that was on its way, with its round.
    """

    appointment: AppointmentId
    round: int
    closed: tuple[DoctorId, ...]
    winner: DoctorId | None
    reason: str
    at: datetime
    moving: DoctorId | None = None
    moving_round: int = 0
    left: Left | None = None


class RequestDeclined(Message, frozen=True):
    """The clinic can't take the request: offers close, a visit that stood is cancelled.

    *moving* as for `RequestWithdrawn`.
    """

    appointment: AppointmentId
    patient: PatientRef
    round: int
    closed: tuple[DoctorId, ...]
    reason: str
    at: datetime
    by: By = NOBODY_YET
    winner: DoctorId | None = None
    moving: DoctorId | None = None
    moving_round: int = 0
    left: Left | None = None


class RequestExpired(Message, frozen=True):
    """The last asked-for time passed without a confirmed visit."""

    appointment: AppointmentId
    patient: PatientRef
    round: int
    closed: tuple[DoctorId, ...]
    at: datetime
    left: Left | None = None


RequestEvent: TypeAlias = (
    RequestRouted
    | UrgencySet
    | PatientAsked
    | PatientAnswered
    | RequestClaimed
    | ClaimDenied
    | OfferDeclined
    | TimesOffered
    | RequestConfirmed
    | RequestWithdrawn
    | RequestDeclined
    | RequestExpired
)
