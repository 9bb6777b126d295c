"""What a doctor's actor keeps."""

from datetime import datetime

import msgspec

from actors.appointment import Because, GroupRef, Request, Span, Window
from actors.correspondence import Answering, CannedReply
from actors.directory.messages import Closure
from actors.doctor.diary import Booked
from actors.doctor.messages import Absence, Closed, DoctorFacts, Hours, OfferStatus, Profile
from actors.ids import AbsenceId, AppointmentId, DepartmentId, DoctorId, HoldId, PatientId
from actors.visit_type import VisitType


class Move(msgspec.Struct, frozen=True):
    """Further times that are held while a visit that stands may move; it keeps its own meanwhile.

    One span once it is claimed, up to three while the patient chooses.
    """

    round: int
    spans: tuple[Span, ...]
    zone: str
    until: datetime | None = None
    """Set while the patient chooses."""


class Wish(msgspec.Struct, frozen=True):
    """The patient would like another time."""

    windows: tuple[Window, ...]
    note: str


class Live(msgspec.Struct, frozen=True):
    """A request that the doctor has to do with: open, held, standing, or over not long ago."""

    request: Request
    round: int
    answer_by: datetime
    group: GroupRef | None
    status: OfferStatus = OfferStatus.OPEN
    span: Span | None = None
    """The time that is held or confirmed; for an open offer the picked time that is kept for it."""
    zone: str = ""
    """The doctor's zone when they accepted."""
    proposed: tuple[Span, ...] = ()
    """For a proposal: the times that are held."""
    until: datetime | None = None
    """For a proposal: until when."""
    move: Move | None = None
    wish: Wish | None = None
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    sequence: int = 0
    """What the doctor's calendar was told last of this appointment (RFC 5546); 0: nothing yet."""
    because: Because | None = None
    """Why it was this doctor who was asked."""

    @property
    def taken(self) -> tuple[Span, ...]:
        """All times that it takes in the diary."""
        own = () if self.span is None else (self.span,)
        return (*own, *self.proposed, *(self.move.spans if self.move else ()))


class Past(msgspec.Struct, frozen=True):
    """What became of an offer that is over. Nothing in it is about the patient."""

    round: int
    status: OfferStatus
    why: Closed | None = None
    by_name: str = ""
    reason: str = ""
    sequence: int = 0
    """As of `Live`: a visit may come back."""


class Hold(msgspec.Struct, frozen=True):
    """A shown time that is kept for a patient who fills in the form."""

    id: HoldId
    visit: VisitType
    span: Span
    until: datetime


class OtherCalendar(msgspec.Struct, frozen=True):
    """What is read from the doctor's other calendar."""

    url: str
    busy: tuple[Span, ...] = ()
    """In order, not overlapping."""
    read_at: datetime | None = None
    trouble: str = ""
    troubles: int = 0
    """How often there was trouble, since it was read last."""


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
    profile: Profile = Profile()
    on_duty: bool = False
    duty_until: datetime | None = None
    absences: dict[AbsenceId, Absence] = {}
    closures: tuple[Closure, ...] = ()
    departments: tuple[DepartmentId, ...] = ()
    """Those that are told what changes about this doctor."""
    told: DoctorFacts | None = None
    """What they were told last."""
    other: OtherCalendar | None = None
    holds: dict[PatientId, Hold] = {}
    answering: Answering = Answering()
    """When messages of patients are answered; without weekly hours the clinic's hold."""
    replies: tuple[CannedReply, ...] = ()
    seen_at: datetime | None = None
    """When a page of theirs was open last, give or take ten minutes."""
    lengths: tuple[int, ...] = ()
    """Seconds that their last visits took, oldest first."""

    @property
    def receives(self) -> bool:
        """Whether the doctor can be asked to see somebody."""
        return self.hours is not None and not self.suspended

    def booked(
        self,
        now: datetime,
        *,
        without: AppointmentId | None = None,
        holder: PatientId | None = None,
    ) -> list[Booked]:
        """Return all that takes time, in order.

        *without*: as if that appointment were not there; *holder*: as if they held no time. A hold
        whose time is over at *now* does not count.
        """
        taken = [
            Booked(span, live.request.visit)
            for appointment, live in self.live.items()
            if appointment != without
            for span in live.taken
        ]
        held = [
            Booked(hold.span, hold.visit)
            for patient, hold in self.holds.items()
            if patient != holder and hold.until > now
        ]
        return sorted([*taken, *held], key=lambda each: each.span)


def born(key: str) -> Doctor:
    """Return a doctor whose practice is not open yet."""
    return Doctor(DoctorId(key))
