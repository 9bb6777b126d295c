"""The whole language of a patient's actor: my requests, my appointments, my profile, my notices.

One actor per patient, at `address_of(patient)`.
"""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.appointment import DoctorRef, Request, Stage, Status, Urgency, Window
from actors.ids import AppointmentId, CategoryId, DepartmentId, PatientId

KIND = "patient"


def address_of(patient: PatientId) -> Address:
    """Return where this patient's actor is reached."""
    return Address(KIND, patient)


class Message(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Everything that is said to, by or about a patient's actor."""


# --- commands ----------------------------------------------------------------------------------


class RegisterPatient(Message, frozen=True):
    """From `accounts`: this person is now a patient of the clinic."""

    name: str
    zone: str


class ChangeProfile(Message, frozen=True):
    """By the patient: call me so, and show my times in this zone."""

    name: str
    zone: str


class RequestAppointment(Message, frozen=True):
    """By the patient: I want to be seen.

    The edge has looked up that *department* offers *category* and how both are called.
    *windows*: at most three, in the future, not reversed; none means "first available".
    """

    department: DepartmentId
    category: CategoryId
    category_name: str
    reason: str
    urgency: Urgency = Urgency.ROUTINE
    windows: tuple[Window, ...] = ()


class WithdrawRequest(Message, frozen=True):
    """By the patient: I do not want this any more, requested or confirmed."""

    appointment: AppointmentId
    reason: str = ""


class MarkNoticesRead(Message, frozen=True):
    """By the patient: I have seen every notice up to and with number *up_to*."""

    up_to: int


class RecordRouting(Message, frozen=True):
    """From `admin_router`: your request is now with *with_name*, who answers by *answer_by*.

    *why* is a code: `first`, `chosen` (an administrator chose), `deadline`, `declined`,
    `returned` (a confirmed or claimed doctor fell away), `pulled_back`.
    """

    appointment: AppointmentId
    stage: Stage
    with_name: str
    answer_by: datetime
    why: str


class ConfirmAppointment(Message, frozen=True):
    """From `admin_router`: a doctor has accepted and the time stands."""

    appointment: AppointmentId
    doctor: DoctorRef
    start: datetime
    end: datetime
    doctor_zone: str


class DeclineAppointment(Message, frozen=True):
    """From `admin_router`: the clinic can't take this request, and says why."""

    appointment: AppointmentId
    reason: str


class ExpireAppointment(Message, frozen=True):
    """From `admin_router`: the last asked-for time passed without a confirmed visit."""

    appointment: AppointmentId


Command: TypeAlias = (
    RegisterPatient
    | ChangeProfile
    | RequestAppointment
    | WithdrawRequest
    | MarkNoticesRead
    | RecordRouting
    | ConfirmAppointment
    | DeclineAppointment
    | ExpireAppointment
)

# --- events ------------------------------------------------------------------------------------


class PatientRegistered(Message, frozen=True):
    """The person is a patient of the clinic."""

    name: str
    zone: str
    at: datetime


class ProfileChanged(Message, frozen=True):
    """The patient's name or zone is another now."""

    name: str
    zone: str
    at: datetime


class AppointmentRequested(Message, frozen=True):
    """The patient asked to be seen."""

    appointment: AppointmentId
    request: Request
    at: datetime


class AppointmentRouted(Message, frozen=True):
    """The request lies with somebody (again) who has to answer by a time."""

    appointment: AppointmentId
    stage: Stage
    with_name: str
    answer_by: datetime
    why: str
    at: datetime


class AppointmentConfirmed(Message, frozen=True):
    """The appointment has a doctor and a time."""

    appointment: AppointmentId
    doctor: DoctorRef
    start: datetime
    end: datetime
    doctor_zone: str
    at: datetime


class AppointmentCancelled(Message, frozen=True):
    """The patient withdrew it, requested or confirmed."""

    appointment: AppointmentId
    department: DepartmentId
    reason: str
    at: datetime


class AppointmentDeclined(Message, frozen=True):
    """The clinic can't take it."""

    appointment: AppointmentId
    reason: str
    at: datetime


class AppointmentExpired(Message, frozen=True):
    """The last asked-for time passed without a confirmed visit."""

    appointment: AppointmentId
    at: datetime


class NoticesRead(Message, frozen=True):
    """The patient has seen every notice up to and with number *up_to*."""

    up_to: int
    at: datetime


Event: TypeAlias = (
    PatientRegistered
    | ProfileChanged
    | AppointmentRequested
    | AppointmentRouted
    | AppointmentConfirmed
    | AppointmentCancelled
    | AppointmentDeclined
    | AppointmentExpired
    | NoticesRead
)

# --- queries and their views -------------------------------------------------------------------


class GetProfile(Message, frozen=True):
    """Ask for the patient's `Profile`."""


class ListAppointments(Message, frozen=True):
    """Ask for `Appointments`, newest request first; *after* is the last id already seen."""

    after: AppointmentId | None = None
    limit: int = 50


class GetAppointment(Message, frozen=True):
    """Ask for one `AppointmentView` with its timeline."""

    appointment: AppointmentId


class ListNotices(Message, frozen=True):
    """Ask for `Notices`, newest first, those with a number below *before* (0: from the newest)."""

    before: int = 0
    limit: int = 50


Query: TypeAlias = GetProfile | ListAppointments | GetAppointment | ListNotices


class Profile(Message, frozen=True):
    """Who the patient is, and how many notices wait unread."""

    id: PatientId
    name: str
    zone: str
    unread: int


class Step(StrEnum):
    """What happened to an appointment, for a timeline or a notice. The edge has the wording."""

    REQUESTED = "requested"
    ROUTED = "routed"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"


class TimelineEntry(msgspec.Struct, frozen=True):
    """One step in the life of an appointment.

    *who* is a name to show (empty: the patient); *why* a code or a sentence, as the event had it;
    *until* the answer-by time of a routing; *start* the confirmed time.
    """

    step: Step
    at: datetime
    who: str = ""
    why: str = ""
    stage: Stage | None = None
    until: datetime | None = None
    start: datetime | None = None


class AppointmentView(Message, frozen=True):
    """One appointment as its patient sees it."""

    id: AppointmentId
    status: Status
    request: Request
    with_name: str = ""
    stage: Stage | None = None
    answer_by: datetime | None = None
    doctor: DoctorRef | None = None
    start: datetime | None = None
    end: datetime | None = None
    doctor_zone: str = ""
    reason: str = ""
    """Why it was cancelled or declined."""
    timeline: tuple[TimelineEntry, ...] = ()


class Appointments(Message, frozen=True):
    """A page of appointments (without timelines); *more* says that others follow."""

    items: tuple[AppointmentView, ...]
    more: bool


class Notice(msgspec.Struct, frozen=True):
    """Something that the patient should know. Numbers count up from 1."""

    number: int
    step: Step
    appointment: AppointmentId
    at: datetime
    read: bool
    who: str = ""
    start: datetime | None = None


class Notices(Message, frozen=True):
    """A page of notices; *more* says that older ones follow."""

    items: tuple[Notice, ...]
    unread: int
    more: bool


View: TypeAlias = Profile | AppointmentView | Appointments | Notices
