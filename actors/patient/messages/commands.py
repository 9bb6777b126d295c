"""What a patient, and the department on the way, may tell a patient's actor."""

from datetime import datetime
from typing import TypeAlias

from actors.appointment import DoctorRef, Picked, Request, Span, Stage, Status, Urgency, Window
from actors.ids import AppointmentId, CategoryId, DepartmentId
from actors.intake import Answer
from actors.patient.messages.common import CancelReason, Facts, Message
from actors.visit_type import STANDARD, VisitType

# --- by the patient ----------------------------------------------------------------------------


class ChangeProfile(Message, frozen=True):
    """By the patient: call me so, show my times in this zone, and know this of me."""

    name: str
    zone: str
    facts: Facts | None = None
    """None: as before."""


class RequestAppointment(Message, frozen=True):
    """By the patient: I want to be seen.

    The edge has looked up that *department* offers *category* and *visit*, how they are called,
    and that *answers* are to its questions. *windows*: at most three, in the future, not reversed;
    none means "first available". *picked* is a shown time, which is then the only window.
    *same_doctor*: the doctor of my last visit for this category is asked first.
    """

    department: DepartmentId
    category: CategoryId
    category_name: str
    reason: str
    urgency: Urgency = Urgency.ROUTINE
    windows: tuple[Window, ...] = ()
    visit: VisitType = STANDARD
    answers: tuple[Answer, ...] = ()
    picked: Picked | None = None
    same_doctor: bool = True
    earlier: bool = False


class TakeTime(Message, frozen=True):
    """By the patient: I take this one of the times that are held for me."""

    appointment: AppointmentId
    start: datetime


class RefuseTimes(Message, frozen=True):
    """By the patient: none of the held times; these *windows* would suit (none: whenever)."""

    appointment: AppointmentId
    windows: tuple[Window, ...] = ()
    note: str = ""


class MoveAppointment(Message, frozen=True):
    """By the patient: move my visit to this shown time. The old one is kept until it is sure.

    *doctor* is given when it is another than before. Refused after the cut-off.
    """

    appointment: AppointmentId
    start: datetime
    doctor: DoctorRef | None = None


class WishMove(Message, frozen=True):
    """By the patient: I would like another time, in these *windows* (none: whenever).

    For visits whose times are not shown. The doctor proposes some; the old time stands meanwhile.
    """

    appointment: AppointmentId
    windows: tuple[Window, ...] = ()
    note: str = ""


class SetEarlier(Message, frozen=True):
    """By the patient: offer me an earlier time if one is freed, or do not any more."""

    appointment: AppointmentId
    wanted: bool


class CheckIn(Message, frozen=True):
    """By the patient: I am there. From 30 minutes before the start until the end."""

    appointment: AppointmentId


class AnswerClinic(Message, frozen=True):
    """By the patient: my answer to what the clinic asked last."""

    appointment: AppointmentId
    text: str


class WithdrawRequest(Message, frozen=True):
    """By the patient: I do not want this any more, requested or confirmed.

    A confirmed visit can be cancelled until the cut-off of its kind.
    """

    appointment: AppointmentId
    reason: str = ""
    why: CancelReason = CancelReason.OTHER


OwnCommand: TypeAlias = (
    ChangeProfile
    | RequestAppointment
    | TakeTime
    | RefuseTimes
    | MoveAppointment
    | WishMove
    | SetEarlier
    | CheckIn
    | AnswerClinic
    | WithdrawRequest
)

# --- by others ---------------------------------------------------------------------------------


class RegisterPatient(Message, frozen=True):
    """From `accounts`: this person is now a patient of the clinic."""

    name: str
    zone: str


class RemindPatient(Message, frozen=True):
    """By a timer: the visit that starts at *start* is *minutes* away, or was when this was due."""

    appointment: AppointmentId
    minutes: int
    start: datetime


class RecordRouting(Message, frozen=True):
    """From `admin_router`: your request is now with *with_name*, who answers by *answer_by*.

    *why* is a code: `first`, `chosen` (an administrator chose), `deadline`, `declined`, `returned`
    (a confirmed or claimed doctor fell away), `away` (the doctor is not there then), `pulled_back`,
    `time_gone` (the picked time was taken), `refused` (you took none of the times), `lapsed` (you
    did not choose in time), `freed` (a time was freed), `booked` (directly). *because* says why
    this doctor: `picked`, `kept`, or empty.
    """

    appointment: AppointmentId
    stage: Stage
    with_name: str
    answer_by: datetime
    why: str
    because: str = ""


class AskPatient(Message, frozen=True):
    """From `admin_router`: the clinic would like to know *text*."""

    appointment: AppointmentId
    text: str


class OfferTimes(Message, frozen=True):
    """From `admin_router`: *doctor* holds these times for you until *until*: choose one.

    For a request, for a visit that stands (it keeps its time until you have chosen), or (*earlier*)
    because a time was freed.
    """

    appointment: AppointmentId
    round: int
    doctor: DoctorRef
    doctor_zone: str
    spans: tuple[Span, ...]
    until: datetime
    earlier: bool = False


class CloseChoices(Message, frozen=True):
    """From `admin_router`: the times of *round* are not held any more, by *why* (`lapsed`, ...)."""

    appointment: AppointmentId
    round: int
    why: str


class ConfirmAppointment(Message, frozen=True):
    """From `admin_router`: a doctor has accepted and the time stands.

    *reminder_minutes* are the clinic's; the patient's own go before them.
    """

    appointment: AppointmentId
    doctor: DoctorRef
    start: datetime
    end: datetime
    doctor_zone: str
    reminder_minutes: tuple[int, ...] = ()


class RecordMove(Message, frozen=True):
    """From `admin_router`: the visit stands at this time with this doctor now, by *cause*.

    *cause* is a `router.MoveCause` value; *number* the patient's own (0: not begun by them).
    """

    appointment: AppointmentId
    doctor: DoctorRef
    start: datetime
    end: datetime
    doctor_zone: str
    cause: str
    number: int = 0
    reminder_minutes: tuple[int, ...] = ()


class RecordMoveEnd(Message, frozen=True):
    """From `admin_router`: the move did not come about, by *why* (as `router.MoveEnded`).

    Your visit stays as it was.
    """

    appointment: AppointmentId
    why: str
    number: int = 0


class AdoptAppointment(Message, frozen=True):
    """From `admin_router`: a further visit of a series is booked for you; its time follows."""

    request: Request


class RecordProgress(Message, frozen=True):
    """From `admin_router`: the visit has begun, took place, or you did not come."""

    appointment: AppointmentId
    status: Status


class RecordClocks(Message, frozen=True):
    """From `admin_router`: clocks show another hour now for your visit; its instant is the same."""

    appointment: AppointmentId
    doctor_wall: datetime
    patient_wall: datetime


class DeclineAppointment(Message, frozen=True):
    """From `admin_router`: the clinic can't take this request, and says why."""

    appointment: AppointmentId
    reason: str


class ExpireAppointment(Message, frozen=True):
    """From `admin_router`: the last asked-for time passed without a confirmed visit."""

    appointment: AppointmentId


RouterCommand: TypeAlias = (
    RecordRouting
    | AskPatient
    | OfferTimes
    | CloseChoices
    | ConfirmAppointment
    | RecordMove
    | RecordMoveEnd
    | RecordProgress
    | RecordClocks
    | DeclineAppointment
    | ExpireAppointment
)

Command: TypeAlias = OwnCommand | RouterCommand | AdoptAppointment | RegisterPatient | RemindPatient
