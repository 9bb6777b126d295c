"""The practice: hours, days off, closures, duty, profile, and what another calendar says."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.appointment import Span
from actors.directory.messages import Closure
from actors.doctor.messages.common import Absence, DoctorFacts, Hours, Message, Profile
from actors.ids import AbsenceId, AppointmentId, DepartmentId

# --- commands ----------------------------------------------------------------------------------


class OpenPractice(Message, frozen=True):
    """From `accounts`: this person is now a doctor of the clinic, in this zone."""

    name: str
    zone: str


class SuspendPractice(Message, frozen=True):
    """From `accounts`: this doctor can't see anybody now; all that is open goes back."""


class ResumePractice(Message, frozen=True):
    """From `accounts`: this doctor is back."""


class SetHours(Message, frozen=True):
    """By the doctor or an administrator: these are the hours from now on.

    What is confirmed already stays.
    """

    hours: Hours


class SetProfile(Message, frozen=True):
    """By the doctor or an administrator: routing may know this."""

    profile: Profile


class GoOnDuty(Message, frozen=True):
    """By the doctor or an administrator: on duty from now on, until *until* if it is said."""

    until: datetime | None = None


class GoOffDuty(Message, frozen=True):
    """By the doctor or an administrator: not on duty any more."""


class DutyOver(Message, frozen=True):
    """By a timer: the duty that was to end at *until* is over."""

    until: datetime


class AddAbsence(Message, frozen=True):
    """By the doctor or an administrator: away from *start* to *end*, wall time of their zone.

    With *give_back*, the visits in it go back to routing and the patients are told; without, they
    stay and the doctor keeps them (or proposes other times, one by one).
    """

    start: datetime
    end: datetime
    note: str = ""
    give_back: bool = False


class RemoveAbsence(Message, frozen=True):
    """By the doctor or an administrator: not away then after all."""

    absence: AbsenceId


class NoteClosures(Message, frozen=True):
    """From `directory`: on these days the clinic is closed."""

    closures: tuple[Closure, ...]


class NoteMembership(Message, frozen=True):
    """From `admin_router`: you belong (or do not any more) to a group of *department*."""

    department: DepartmentId
    member: bool


class SetBusyFeed(Message, frozen=True):
    """By the doctor: my other calendar is at *url* (https or webcal; empty: none).

    Only times are taken from it, never words. It is read again every quarter of an hour.
    """

    url: str


class RefreshBusy(Message, frozen=True):
    """By a timer or the doctor: read the other calendar now.

    Prepared: the feed is fetched beside the mailbox, and `RecordBusy` is decided in its place.
    """


class RecordBusy(Message, frozen=True):
    """What was read from the feed at *url*: busy times, or (else) the *trouble* in a code."""

    url: str
    busy: tuple[Span, ...] = ()
    trouble: str = ""


PracticeCommand: TypeAlias = (
    OpenPractice
    | SuspendPractice
    | ResumePractice
    | SetHours
    | SetProfile
    | GoOnDuty
    | GoOffDuty
    | DutyOver
    | AddAbsence
    | RemoveAbsence
    | NoteClosures
    | NoteMembership
    | SetBusyFeed
    | RefreshBusy
)

Prepared: TypeAlias = RecordBusy
"""What is decided in place of a command that needs slow work first; never said from outside."""

# --- events ------------------------------------------------------------------------------------


class PracticeOpened(Message, frozen=True):
    """The person is a doctor of the clinic."""

    name: str
    zone: str
    at: datetime


class Returned(msgspec.Struct, frozen=True):
    """A request that a doctor gives back to the department that sent it.

    *stood* is its time if it was a visit to come, which calendars strike out with *sequence*.
    """

    appointment: AppointmentId
    department: DepartmentId
    round: int
    stood: Span | None = None
    patient_zone: str = ""
    sequence: int = 0


class PracticeSuspended(Message, frozen=True):
    """The doctor can't see anybody; *returned* (offers, holds, visits to come) went back."""

    returned: tuple[Returned, ...]
    at: datetime


class PracticeResumed(Message, frozen=True):
    """The doctor is back."""

    at: datetime


class HoursSet(Message, frozen=True):
    """The doctor's hours are these from now on."""

    hours: Hours
    at: datetime


class ProfileSet(Message, frozen=True):
    """Routing may know this."""

    profile: Profile
    at: datetime


class DutyStarted(Message, frozen=True):
    """On duty, until *until* if it is said."""

    until: datetime | None
    at: datetime


class DutyEnded(Message, frozen=True):
    """Not on duty any more."""

    at: datetime


class AbsenceAdded(Message, frozen=True):
    """The doctor is away then; *returned* are the visits that went back to routing for it."""

    absence: Absence
    returned: tuple[Returned, ...]
    at: datetime


class AbsenceRemoved(Message, frozen=True):
    """The doctor is not away then after all."""

    absence: AbsenceId
    at: datetime


class ClosuresNoted(Message, frozen=True):
    """On these days the clinic is closed."""

    closures: tuple[Closure, ...]
    at: datetime


class MembershipNoted(Message, frozen=True):
    """The departments that are told what changes about this doctor."""

    departments: tuple[DepartmentId, ...]
    at: datetime


class FactsChanged(Message, frozen=True):
    """What *departments* know of this doctor is this now; each is told."""

    departments: tuple[DepartmentId, ...]
    facts: DoctorFacts
    at: datetime


class BusyFeedSet(Message, frozen=True):
    """The other calendar is read from *url* from now on (empty: from nowhere)."""

    url: str
    at: datetime


class BusyNoted(Message, frozen=True):
    """The other calendar was read: these times are taken there, or *trouble* came in between.

    With trouble, the times read before still count; with *same* they are what they were. *again_at*
    is when it is read again.
    """

    busy: tuple[Span, ...]
    trouble: str
    again_at: datetime
    at: datetime
    same: bool = False


PracticeEvent: TypeAlias = (
    PracticeOpened
    | PracticeSuspended
    | PracticeResumed
    | HoursSet
    | ProfileSet
    | DutyStarted
    | DutyEnded
    | AbsenceAdded
    | AbsenceRemoved
    | ClosuresNoted
    | MembershipNoted
    | FactsChanged
    | BusyFeedSet
    | BusyNoted
)
