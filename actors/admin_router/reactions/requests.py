"""Whom a router tells of the department and of those who look for a doctor."""

from collections.abc import Iterable
from typing import assert_never

from msgspec.structs import replace

from actors.admin_router.messages import (
    AnswerDue,
    CategoriesChanged,
    Category,
    ClaimDenied,
    DeadlinesSet,
    DepartmentOpened,
    DoctorNoted,
    GroupRemoved,
    GroupSet,
    OfferDeclined,
    PatientAnswered,
    PatientAsked,
    PolicySet,
    Reason,
    RequestClaimed,
    RequestConfirmed,
    RequestDeclined,
    RequestEvent,
    RequestExpired,
    RequestRouted,
    RequestWithdrawn,
    SetupEvent,
    TimesOffered,
    UrgencySet,
    WindowsOver,
)
from actors.admin_router.state.visit_types import offered_of
from actors.appointment import GroupRef, Stage
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.doctor.messages import Closed
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import AppointmentId, DepartmentId, DoctorId, PatientId
from actors.notify import messages as notify
from actors.patient import messages as patient
from actors.visit_type import VisitType

TOLD_WHY = {Reason.PICKED: "picked", Reason.KEPT: "kept"}
"""What a patient is told of why it is this doctor."""


def react_to_setup(event: SetupEvent) -> list[Effect]:
    """Return whom a change of the department makes this actor tell."""
    match event:
        case DepartmentOpened() | CategoriesChanged():
            return [Send(directory.ADDRESS, directory.NoteDepartment(_listed(event)))]
        case GroupSet(department=department, joined=joined, left=left):
            return [*_members(department, joined, True), *_members(department, left, False)]
        case GroupRemoved(department=department, left=left):
            return _members(department, left, False)
        case DeadlinesSet() | PolicySet() | DoctorNoted():
            return []
        case _:
            assert_never(event)


def react_to_request(event: RequestEvent) -> list[Effect]:  # noqa: PLR0911 - one case per event
    """Return whom what happens to a request makes this actor tell, and what it wakes up for."""
    match event:
        case RequestRouted():
            return _routed(event)
        case RequestClaimed() | ClaimDenied():
            return _claim_answered(event)
        case TimesOffered():
            return _offered(event)
        case RequestConfirmed():
            return _confirmed(event)
        case RequestWithdrawn() | RequestDeclined() | RequestExpired():
            return [*_forget_alarms(event.appointment), *_ended(event)]
        case PatientAsked(appointment=appointment, patient=to, text=text):
            return [_to_patient(to.id, patient.AskPatient(appointment, text))]
        case OfferDeclined() | UrgencySet() | PatientAnswered():
            return []
        case _:
            assert_never(event)


# --- the department ------------------------------------------------------------------------------


def _listed(event: DepartmentOpened | CategoriesChanged) -> directory.ListedDepartment:
    categories = tuple(_listed_category(each, event.visits) for each in event.categories)
    return directory.ListedDepartment(event.department, event.name, categories)


def _listed_category(category: Category, visits: tuple[VisitType, ...]) -> directory.ListedCategory:
    """Return *category* as patients see it: not which answers are red flags."""
    questions = tuple(replace(each, red=()) for each in category.questions)
    return directory.ListedCategory(
        category.id, category.name, questions, offered_of(visits, category)
    )


def _members(department: DepartmentId, doctors: Iterable[DoctorId], member: bool) -> list[Effect]:
    noted = doctor.NoteMembership(department, member)
    return [Send(doctor.address_of(each), noted) for each in doctors]


# --- a request on its way ------------------------------------------------------------------------


def _answer_alarm(appointment: AppointmentId) -> str:
    return f"answer:{appointment}"


def _windows_alarm(appointment: AppointmentId) -> str:
    return f"windows:{appointment}"


def _forget_alarms(appointment: AppointmentId) -> list[Effect]:
    return [Unwake(_answer_alarm(appointment)), Unwake(_windows_alarm(appointment))]


def _to_patient(to: PatientId, command: patient.Command) -> Send:
    return Send(patient.address_of(to), command)


def _close(
    doctors: Iterable[DoctorId],
    appointment: AppointmentId,
    number: int,
    why: Closed,
    by_name: str = "",
) -> list[Effect]:
    close = doctor.CloseOffer(appointment, number, why, by_name)
    return [Send(doctor.address_of(each), close) for each in doctors]


def _routed(event: RequestRouted) -> list[Effect]:
    appointment = event.appointment
    closing = Closed(event.close_why or Closed.TOO_LATE)
    due = AnswerDue(appointment, event.round)
    return [
        *_close(event.closed, appointment, event.round - 1, closing),
        *_asking(event),
        Wake(_answer_alarm(appointment), event.answer_by, due),
        _windows_over(event),
        *_told(event),
    ]


def _asking(event: RequestRouted) -> list[Effect]:
    """Ask each doctor; one who is booked directly takes it unasked; who is on call is woken."""
    asked = [doctor.address_of(each.id) for each in event.doctors]
    if event.book:
        picked = event.because is not None and event.because.reason is Reason.PICKED
        booking = doctor.BookVisit(event.request, event.round, event.book, picked=picked)
        return [Send(each, booking) for each in asked]
    offer = doctor.OfferRequest(
        event.request, event.round, event.answer_by, _asked_group(event), event.because
    )
    offers: list[Effect] = [Send(each, offer) for each in asked]
    if event.stage is not Stage.ON_CALL:
        return offers
    notice = notify.Notice(notify.Topic.ON_CALL, event.appointment, until=event.answer_by)
    calls = [Send(notify.address_of(each.id), notify.Notify(notice)) for each in event.doctors]
    return [*offers, *calls]


def _asked_group(event: RequestRouted) -> GroupRef | None:
    """Return the group all of which is asked; a member whose turn it is is asked alone."""
    return event.group if event.stage is Stage.GROUP else None


def _windows_over(event: RequestRouted) -> Effect:
    alarm, last_chance = _windows_alarm(event.appointment), event.request.last_chance
    if last_chance is None:
        return Unwake(alarm)
    return Wake(alarm, last_chance, WindowsOver(event.appointment, last_chance))


def _told(event: RequestRouted) -> list[Effect]:
    to, appointment = event.request.patient.id, event.appointment
    because = TOLD_WHY.get(event.because.reason, "") if event.because else ""
    routing = patient.RecordRouting(
        appointment, event.stage, event.with_name, event.answer_by, event.why, because
    )
    told: list[Effect] = [_to_patient(to, routing)]
    if event.why != "lapsed":
        return told
    lapsed = patient.CloseChoices(appointment, event.round - 1, event.why)
    return [_to_patient(to, lapsed), *told]


def _claim_answered(event: RequestClaimed | ClaimDenied) -> list[Effect]:
    appointment, number = event.appointment, event.round
    match event:
        case RequestClaimed(doctor=winner, start=start, losers=losers):
            granted = doctor.GrantClaim(appointment, number, start)
            return [
                Unwake(_answer_alarm(appointment)),
                Send(doctor.address_of(winner.id), granted),
                *_close(losers, appointment, number, Closed.TAKEN, winner.name),
            ]
        case ClaimDenied(doctor=loser, why=why, by_name=by_name):
            return _close([loser], appointment, number, Closed(why), by_name)
        case _:
            assert_never(event)


def _offered(event: TimesOffered) -> list[Effect]:
    appointment, number = event.appointment, event.round
    offer = patient.OfferTimes(
        appointment, number, event.doctor, event.doctor_zone, event.spans, event.until
    )
    return [
        Wake(_answer_alarm(appointment), event.until, AnswerDue(appointment, number)),
        *_close(event.losers, appointment, number, Closed.TAKEN, event.doctor.name),
        _to_patient(event.patient.id, offer),
    ]


def _confirmed(event: RequestConfirmed) -> list[Effect]:
    confirm = patient.ConfirmAppointment(
        event.appointment,
        event.doctor,
        event.start,
        event.end,
        event.doctor_zone,
        event.reminder_minutes,
    )
    return [*_forget_alarms(event.appointment), _to_patient(event.patient.id, confirm)]


# --- over ----------------------------------------------------------------------------------------


def _ended(event: RequestWithdrawn | RequestDeclined | RequestExpired) -> list[Effect]:
    appointment, number = event.appointment, event.round
    match event:
        case RequestWithdrawn():
            return _withdrawn(event)
        case RequestDeclined():
            return _declined(event)
        case RequestExpired(closed=closed):
            told = _to_patient(event.patient.id, patient.ExpireAppointment(appointment))
            return [*_close(closed, appointment, number, Closed.EXPIRED), told]
        case _:
            assert_never(event)


def _withdrawn(event: RequestWithdrawn) -> list[Effect]:
    cancel = doctor.CancelVisit(event.appointment, event.reason)
    return [
        *_close(event.closed, event.appointment, event.round, Closed.WITHDRAWN),
        *_to_holders(event, cancel),
    ]


def _declined(event: RequestDeclined) -> list[Effect]:
    cancel = doctor.CancelVisit(event.appointment, event.reason, by_clinic=True)
    decline = patient.DeclineAppointment(event.appointment, event.reason)
    return [
        *_close(event.closed, event.appointment, event.round, Closed.DECLINED),
        *_to_holders(event, cancel),
        _to_patient(event.patient.id, decline),
    ]


def _to_holders(
    event: RequestWithdrawn | RequestDeclined, cancel: doctor.CancelVisit
) -> list[Effect]:
    holders = (each for each in (event.winner, event.moving) if each)
    return [Send(doctor.address_of(each), cancel) for each in holders]
