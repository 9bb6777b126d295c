"""Words of care that several rooms share. No rules stand here."""

from datetime import datetime
from enum import StrEnum

import msgspec

from actors.ids import AppointmentId, CategoryId, DepartmentId, DoctorId, GroupId, PatientId


class Status(StrEnum):
    """States of an appointment. They map to FHIR R4 Appointment.status."""

    REQUESTED = "requested"  # proposed
    ROUTED = "routed"  # pending
    CONFIRMED = "confirmed"  # booked
    CANCELLED = "cancelled"  # cancelled
    DECLINED = "declined"  # cancelled
    EXPIRED = "expired"  # cancelled

    @property
    def final(self) -> bool:
        """Whether nothing more happens to an appointment in this state by itself."""
        return self in {Status.CANCELLED, Status.DECLINED, Status.EXPIRED}


class Urgency(StrEnum):
    """How soon somebody must answer."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


class Stage(StrEnum):
    """Who has to answer a request now."""

    DOCTOR = "doctor"
    GROUP = "group"
    TRIAGE = "triage"
    """The department's administrators."""


class Window(msgspec.Struct, frozen=True):
    """A time in which a patient could come: from *start* until *end*, UTC instants."""

    start: datetime
    end: datetime


class PatientRef(msgspec.Struct, frozen=True):
    """A patient as others may call them."""

    id: PatientId
    name: str
    zone: str
    """IANA name of the patient's zone."""


class DoctorRef(msgspec.Struct, frozen=True):
    """A doctor as others may call them."""

    id: DoctorId
    name: str


class GroupRef(msgspec.Struct, frozen=True):
    """A group of doctors as others may call it."""

    id: GroupId
    name: str


class Request(msgspec.Struct, frozen=True):
    """What a patient asked for; it does not change while it travels."""

    appointment: AppointmentId
    department: DepartmentId
    patient: PatientRef
    category: CategoryId
    category_name: str
    reason: str
    urgency: Urgency
    windows: tuple[Window, ...]
    """Up to three; none means "first available"."""
    requested_at: datetime

    @property
    def last_chance(self) -> datetime | None:
        """The instant after which no asked-for time is left, if there is one."""
        return max((window.end for window in self.windows), default=None)
