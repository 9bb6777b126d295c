"""What every message of a doctor's actor is made of."""

from datetime import date, datetime, time
from enum import StrEnum

import msgspec

from actors.address import Address
from actors.appointment import DoctorRef
from actors.ids import AbsenceId, DoctorId

KIND = "doctor"


def address_of(doctor: DoctorId) -> Address:
    """Return where this doctor's actor is reached."""
    return Address(KIND, doctor)


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about a doctor's actor."""


class WeeklyHours(msgspec.Struct, frozen=True):
    """On every *weekday* (Monday is 0), from *start* until *end*, wall time of the doctor's zone.

    An *end* of 00:00 means midnight at the end of that day.
    """

    weekday: int
    start: time
    end: time


class Block(msgspec.Struct, frozen=True):
    """From *start* until *end* of one day, wall time; an *end* of 00:00 is midnight."""

    start: time
    end: time


class DateHours(msgspec.Struct, frozen=True):
    """On this one date these hours, and not the weekly ones; no *blocks*: closed that day."""

    day: date
    blocks: tuple[Block, ...] = ()


class Hours(msgspec.Struct, frozen=True):
    """When a doctor can be seen, and how a visit is laid into that time.

    A kind of visit may say its own length, buffers, notice and window; these hold otherwise.
    """

    zone: str
    """IANA name."""
    weekly: tuple[WeeklyHours, ...]
    visit_minutes: int = 20
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 5
    dates: tuple[DateHours, ...] = ()
    """Dates that differ from the week, each named once."""
    notice_minutes: int = 15
    """A visit is not proposed sooner than this from now."""
    window_days: int = 60
    """Nor later than this."""


class Absence(msgspec.Struct, frozen=True):
    """Days or hours off: wall times of the doctor's zone, no offset, the end not included."""

    id: AbsenceId
    start: datetime
    end: datetime
    note: str = ""
    """For the doctor and the administrators; patients never see it."""


class Profile(msgspec.Struct, frozen=True):
    """What routing may know of a doctor."""

    specialties: tuple[str, ...] = ()
    """In the clinic's own words."""
    languages: tuple[str, ...] = ()
    """BCP 47 tags."""


class DoctorFacts(msgspec.Struct, frozen=True):
    """What a department knows of a doctor, told by the doctor's actor whenever it changes."""

    doctor: DoctorRef
    zone: str
    receives: bool
    """Whether the practice is open and not suspended."""
    on_duty: bool = False
    specialties: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Closed(StrEnum):
    """Why an offer is closed."""

    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    TOO_LATE = "too_late"
    PULLED_BACK = "pulled_back"
    EXPIRED = "expired"
    DECLINED = "declined"
    """The clinic declined the request as a whole."""
    MOVED = "moved"
    """The visit has another time or another doctor now."""
    REFUSED = "refused"
    """The patient took none of the times held for them."""
    LAPSED = "lapsed"
    """The patient did not answer in time."""


class OfferStatus(StrEnum):
    """How far an offer came."""

    OPEN = "open"
    HELD = "held"
    """Accepted here; the department has not said yet whether this doctor won it."""
    PROPOSED = "proposed"
    """Other times are held; the patient has not chosen yet."""
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    """Confirmed, and the patient is there."""
    IN_CALL = "in_call"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"

    @property
    def waits(self) -> bool:
        """Whether somebody's word is still missing for it to be a visit."""
        return self in {OfferStatus.OPEN, OfferStatus.HELD, OfferStatus.PROPOSED}

    @property
    def stands(self) -> bool:
        """Whether it is a visit to come, or one that goes on."""
        return self in {OfferStatus.CONFIRMED, OfferStatus.WAITING, OfferStatus.IN_CALL}


class Every(StrEnum):
    """How often a series repeats."""

    WEEK = "week"
    MONTH = "month"


class Repeat(msgspec.Struct, frozen=True):
    """A recurring series: *count* further visits, one every *interval* weeks or months.

    Monthly is "the same weekday of the month" (the second Tuesday). The wall time is kept, also
    across changes of clocks. *count* is 1 to 52, *interval* 1 to 12.
    """

    every: Every
    interval: int = 1
    count: int = 1
