"""What a doctor's actor keeps."""

from datetime import datetime

import msgspec

from actors.appointment import GroupRef, Request
from actors.doctor.diary import Span
from actors.doctor.messages import Closed, Hours, OfferStatus
from actors.ids import AppointmentId, DoctorId


class Live(msgspec.Struct, frozen=True):
    """A request that the doctor still has to do with: open, held or confirmed."""

    request: Request
    round: int
    answer_by: datetime
    group: GroupRef | None
    status: OfferStatus = OfferStatus.OPEN
    span: Span | None = None
    """The time that is held or confirmed."""
    zone: str = ""
    """The doctor's zone when they accepted."""


class Past(msgspec.Struct, frozen=True):
    """What became of an offer that is over. Nothing in it is about the patient."""

    round: int
    status: OfferStatus
    why: Closed | None = None
    by_name: str = ""
    reason: str = ""


class Doctor(msgspec.Struct, frozen=True):
    """One doctor."""

    id: DoctorId
    name: str = ""
    hours: Hours | None = None
    """None until the practice is opened."""
    suspended: bool = False
    live: dict[AppointmentId, Live] = {}
    past: dict[AppointmentId, Past] = {}
    """Oldest first."""

    @property
    def receives(self) -> bool:
        """Whether the doctor can be asked to see somebody."""
        return self.hours is not None and not self.suspended

    def diary(self) -> list[Span]:
        """Return the times that are held or confirmed, in order; they never overlap."""
        return sorted(each.span for each in self.live.values() if each.span is not None)


def born(key: str) -> Doctor:
    """Return a doctor whose practice is not open yet."""
    return Doctor(DoctorId(key))
