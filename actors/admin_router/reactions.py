"""Whom a router tells, and what it wakes up for.

All that a patient hears of a request comes from here, so that one lane keeps its order.
"""

from collections.abc import Iterable
from typing import assert_never

from actors.address import Address
from actors.admin_router.messages import (
    AnswerDue,
    CategoriesChanged,
    ClaimDenied,
    DeadlinesSet,
    DepartmentOpened,
    Event,
    GroupSet,
    OfferDeclined,
    RequestClaimed,
    RequestConfirmed,
    RequestDeclined,
    RequestExpired,
    RequestRouted,
    RequestWithdrawn,
    WindowsOver,
)
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.doctor.messages import Closed
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import AppointmentId, DoctorId
from actors.patient import messages as patient


def react(event: Event, me: Address) -> list[Effect]:  # noqa: ARG001 - every room is told its address
    """Return what *event* makes this actor send and wake up for."""
    match event:
        case DepartmentOpened() | CategoriesChanged():
            return [Send(directory.ADDRESS, directory.NoteDepartment(_listed(event)))]
        case RequestRouted():
            return _routed(event)
        case RequestClaimed() | ClaimDenied():
            return _claim_answered(event)
        case RequestConfirmed():
            return _confirmed(event)
        case RequestWithdrawn() | RequestDeclined() | RequestExpired():
            return [*_forget_alarms(event.appointment), *_ended(event)]
        case GroupSet() | DeadlinesSet() | OfferDeclined():
            return []
        case _:
            assert_never(event)


def _listed(event: DepartmentOpened | CategoriesChanged) -> directory.ListedDepartment:
    categories = tuple(directory.ListedCategory(each.id, each.name) for each in event.categories)
    return directory.ListedDepartment(event.department, event.name, categories)


def _answer_alarm(appointment: AppointmentId) -> str:
    return f"answer:{appointment}"


def _windows_alarm(appointment: AppointmentId) -> str:
    return f"windows:{appointment}"


def _forget_alarms(appointment: AppointmentId) -> list[Effect]:
    return [Unwake(_answer_alarm(appointment)), Unwake(_windows_alarm(appointment))]


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
    appointment, last_chance = event.appointment, event.request.last_chance
    offer = doctor.OfferRequest(event.request, event.round, event.answer_by, event.group)
    due = AnswerDue(appointment, event.round)
    over = WindowsOver(appointment)
    told = patient.RecordRouting(
        appointment, event.stage, event.with_name, event.answer_by, event.why
    )
    closing = Closed(event.close_why or Closed.TOO_LATE)
    return [
        *_close(event.closed, appointment, event.round - 1, closing),
        *(Send(doctor.address_of(each.id), offer) for each in event.doctors),
        Wake(_answer_alarm(appointment), event.answer_by, due),
        *([Wake(_windows_alarm(appointment), last_chance, over)] if last_chance else []),
        Send(patient.address_of(event.request.patient.id), told),
    ]


def _claim_answered(event: RequestClaimed | ClaimDenied) -> list[Effect]:
    appointment, number = event.appointment, event.round
    match event:
        case RequestClaimed(doctor=winner, losers=losers):
            granted = doctor.GrantClaim(appointment, number)
            return [
                Unwake(_answer_alarm(appointment)),
                Send(doctor.address_of(winner.id), granted),
                *_close(losers, appointment, number, Closed.TAKEN, winner.name),
            ]
        case ClaimDenied(doctor=loser, why=why, by_name=by_name):
            return _close([loser], appointment, number, Closed(why), by_name)
        case _:
            assert_never(event)


def _confirmed(event: RequestConfirmed) -> list[Effect]:
    confirm = patient.ConfirmAppointment(
        event.appointment, event.doctor, event.start, event.end, event.doctor_zone
    )
    return [
        *_forget_alarms(event.appointment),
        Send(patient.address_of(event.patient.id), confirm),
    ]


def _ended(event: RequestWithdrawn | RequestDeclined | RequestExpired) -> list[Effect]:
    appointment, number = event.appointment, event.round
    match event:
        case RequestWithdrawn(closed=closed, winner=winner, reason=reason):
            cancel = doctor.CancelVisit(appointment, reason)
            told = [Send(doctor.address_of(winner), cancel)] if winner else []
            return [*_close(closed, appointment, number, Closed.WITHDRAWN), *told]
        case RequestDeclined(closed=closed, reason=reason):
            decline = patient.DeclineAppointment(appointment, reason)
            to = patient.address_of(event.patient.id)
            return [*_close(closed, appointment, number, Closed.DECLINED), Send(to, decline)]
        case RequestExpired(closed=closed):
            expire = patient.ExpireAppointment(appointment)
            to = patient.address_of(event.patient.id)
            return [*_close(closed, appointment, number, Closed.EXPIRED), Send(to, expire)]
        case _:
            assert_never(event)
