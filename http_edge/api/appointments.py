"""A patient's requests and appointments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta
from msgspec.structs import replace

from actors.address import Address
from actors.appointment import Picked, Stage, Status, Urgency, Window
from actors.ids import AppointmentId, PatientId, QuestionId
from actors.intake import Answer, Question, trouble_with
from actors.patient.messages import (
    AppointmentRequested,
    Appointments,
    AppointmentView,
    CancelReason,
    GetAppointment,
    ListAppointments,
    ReminderState,
    RequestAppointment,
    Step,
    WithdrawRequest,
    address_of,
)
from actors.runtime.errors import DeliveryFailed, Fault
from actors.visit_type import Asking
from http_edge.api.departments import DoctorOut, VisitTypeOut
from http_edge.api.shape import (
    PAGING,
    PREFIX,
    Body,
    View,
    api_route,
    json_response,
    limit_of,
    next_link,
    present,
    query_of,
)
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import invalid, read_json
from http_edge.lookup import Offered, doctors_by_id, offered
from http_edge.open_times import Wanted, has_asked_for, window_at
from http_edge.policy import PATIENT
from http_edge.problems import Problem

Instant = Annotated[datetime, Meta(tz=True)]
LATELY = 20
"""How many requests back one that is sent again is looked for."""


class WindowBody(Body, frozen=True):
    """A time in which you could come; both with their offset from UTC."""

    start: Instant
    end: Instant


class AnswerBody(Body, frozen=True):
    """Your answer to one of the category's questions; `yes` or `no` where that is asked."""

    question: str
    value: str


class PickedBody(Body, frozen=True):
    """A shown time that you picked; hold it first to be sure of it.

    409 `time_gone` says that it is not to be had any more: choose another.
    """

    doctor: str
    start: Instant


class NewAppointment(Body, frozen=True):
    """What you want to be seen for. No *windows* means "first available".

    *visit* may be left out where there is one kind of visit. With *picked* there are no windows.
    """

    department: str
    category: str
    reason: str
    urgency: Urgency = Urgency.ROUTINE
    windows: tuple[WindowBody, ...] = ()
    visit: str = ""
    answers: tuple[AnswerBody, ...] = ()
    picked: PickedBody | None = None
    same_doctor: bool = True
    earlier: bool = False


class CancelBody(Body, frozen=True):
    """Why you do not want it any more, if you like to say."""

    reason: str = ""
    why: CancelReason = CancelReason.OTHER


class WindowOut(View, frozen=True):
    """A time in which the patient could come."""

    start: datetime
    end: datetime


class TimelineOut(View, frozen=True):
    """One step in the life of an appointment."""

    step: Step
    at: datetime
    who: str = ""
    why: str = ""
    stage: Stage | None = None
    until: datetime | None = None
    start: datetime | None = None


class AnswerOut(View, frozen=True):
    """What was answered; the question's text is as it was asked."""

    question: str
    text: str
    value: str


class SpanOut(View, frozen=True):
    """From *start* until *end*."""

    start: datetime
    end: datetime


class ChoicesOut(View, frozen=True):
    """Times that are held for you until *until*; *earlier*: your visit keeps its own meanwhile."""

    doctor: DoctorOut
    doctor_zone: str
    spans: tuple[SpanOut, ...]
    until: datetime
    earlier: bool


class ReminderOut(View, frozen=True):
    """One reminder, *minutes* before the start."""

    minutes: int
    due: datetime
    state: ReminderState
    at: datetime | None
    why: str


class AskedOut(View, frozen=True):
    """Something that the clinic asked; *answer* is empty until you have answered."""

    text: str
    at: datetime
    answer: str


class AppointmentOut(View, frozen=True):
    """One appointment as its patient sees it."""

    id: str
    status: Status
    department: str
    category: str
    category_name: str
    reason: str
    urgency: Urgency
    windows: tuple[WindowOut, ...]
    requested_at: datetime
    with_name: str
    stage: Stage | None
    answer_by: datetime | None
    doctor: DoctorOut | None
    start: datetime | None
    end: datetime | None
    doctor_zone: str
    closed_because: str
    timeline: tuple[TimelineOut, ...]
    visit: VisitTypeOut
    answers: tuple[AnswerOut, ...]
    series: str | None
    because: str
    choices: ChoicesOut | None
    chosen: datetime | None
    moving_to: datetime | None
    wished: bool
    earlier: bool
    change_until: datetime | None
    reminders: tuple[ReminderOut, ...]
    sequence: int
    cancelled_for: CancelReason | None
    asked: tuple[AskedOut, ...]
    arrived_at: datetime | None


class AppointmentPage(View, frozen=True):
    """A page of appointments, newest request first; *next* is the link to the page after."""

    items: tuple[AppointmentOut, ...]
    next: str | None


async def request_appointment(request: web.Request) -> web.Response:
    """Ask to be seen."""
    wanted = await read_json(request, NewAppointment)
    found = await offered(request, wanted.department, wanted.category, wanted.visit)
    answers = answers_to(found.category.questions, wanted.answers)
    command = RequestAppointment(
        department=found.department.id,
        category=found.category.id,
        category_name=found.category.name,
        reason=wanted.reason,
        urgency=wanted.urgency,
        windows=tuple(Window(window.start, window.end) for window in wanted.windows),
        visit=found.visit,
        answers=answers,
        same_doctor=wanted.same_doctor,
        earlier=wanted.earlier,
    )
    if wanted.picked is not None:
        command = await _picked(request, command, wanted.picked, found)
    requested = (await tell(request, me(request), command)).first(AppointmentRequested)
    if requested is None:
        raise DeliveryFailed(Fault.UNREADABLE)
    view = await appointment_of(request, requested.appointment)
    location = f"{PREFIX}/appointments/{requested.appointment}"
    return json_response(appointment_out(view), status=201, headers={"Location": location})


async def _picked(
    request: web.Request, command: RequestAppointment, picked: PickedBody, found: Offered
) -> RequestAppointment:
    if command.windows:
        raise invalid({"windows": "A picked time is the only one."})
    if found.visit.asking is Asking.REQUEST:
        raise invalid({"picked": "Times of this kind of visit can't be picked."})
    (doctor,) = await doctors_by_id(request, (picked.doctor,), "picked.doctor")
    wanted = Wanted(command.department, command.category, found.visit)
    window, sure = await window_at(request, doctor, wanted, picked.start)
    choice = Picked(doctor, picked.start)
    if not sure and not await _asked_already(request, choice):
        raise Problem(409, "time_gone", "That time is not free any more. Please choose another.")
    return replace(command, windows=(window,), picked=choice)


async def _asked_already(request: web.Request, picked: Picked) -> bool:
    """Return whether it is the patient's own request that took that time: this one, sent again."""
    lately = await ask(request, me(request), ListAppointments(None, LATELY), Appointments)
    return has_asked_for(lately.items, picked.doctor.id, picked.start) is not None


def answers_to(questions: Sequence[Question], given: Sequence[AnswerBody]) -> tuple[Answer, ...]:
    """Return what was answered, or raise `Problem` (422) naming what does not fit."""
    texts = {question.id: question.text for question in questions}
    for index, each in enumerate(given):
        if QuestionId(each.question) not in texts:
            raise invalid({f"answers[{index}].question": "There is no such question."})
    answers = tuple(
        Answer(QuestionId(each.question), texts[QuestionId(each.question)], each.value.strip())
        for each in given
    )
    trouble = trouble_with(questions, answers)
    if trouble:
        raise invalid({f"answers.{question}": words for question, words in trouble.items()})
    return tuple(answer for answer in answers if answer.value)


async def list_appointments(request: web.Request) -> web.Response:
    """See your appointments, without their timelines."""
    after = query_of(request, "cursor", str, "")
    query = ListAppointments(AppointmentId(after) if after else None, limit_of(request))
    page = await ask(request, me(request), query, Appointments)
    cursor = page.items[-1].id if page.more else None
    items = tuple(appointment_out(view) for view in page.items)
    return json_response(AppointmentPage(items, next_link(request, cursor)))


async def get_appointment(request: web.Request) -> web.Response:
    """See one appointment and what happened to it."""
    return json_response(appointment_out(await appointment_of(request, named(request))))


async def cancel_appointment(request: web.Request) -> web.Response:
    """Withdraw a request, or cancel a confirmed appointment."""
    cancel = await read_json(request, CancelBody)
    command = WithdrawRequest(named(request), cancel.reason, cancel.why)
    return await tell_and_show(request, command)


async def tell_and_show(request: web.Request, command: msgspec.Struct) -> web.Response:
    """Give *command* to the patient's actor, and answer with the appointment as it stands then."""
    await tell(request, me(request), command)
    return json_response(appointment_out(await appointment_of(request, named(request))))


def me(request: web.Request) -> Address:
    """Return where the patient who asks lives."""
    return address_of(PatientId(caller_of(request).user))


def named(request: web.Request) -> AppointmentId:
    """Return which appointment the path names."""
    return AppointmentId(request.match_info["appointment"])


async def appointment_of(request: web.Request, appointment: AppointmentId) -> AppointmentView:
    """Return that appointment of the patient who asks."""
    return await ask(request, me(request), GetAppointment(appointment), AppointmentView)


def appointment_out(view: AppointmentView) -> AppointmentOut:
    """Return an appointment as the API shows it."""
    asked = view.request
    return AppointmentOut(
        id=view.id,
        status=view.status,
        department=asked.department,
        category=asked.category,
        category_name=asked.category_name,
        reason=asked.reason,
        urgency=asked.urgency,
        windows=present(asked.windows, tuple[WindowOut, ...]),
        requested_at=asked.requested_at,
        with_name=view.with_name,
        stage=view.stage,
        answer_by=view.answer_by,
        doctor=DoctorOut(view.doctor.id, view.doctor.name) if view.doctor else None,
        start=view.start,
        end=view.end,
        doctor_zone=view.doctor_zone,
        closed_because=view.reason,
        timeline=present(view.timeline, tuple[TimelineOut, ...]),
        visit=present(asked.visit, VisitTypeOut),
        answers=present(asked.answers, tuple[AnswerOut, ...]),
        series=asked.series,
        because=view.because,
        choices=present(view.choices, ChoicesOut) if view.choices else None,
        chosen=view.chosen,
        moving_to=view.moving_to,
        wished=view.wished,
        earlier=view.earlier,
        change_until=view.cutoff(),
        reminders=present(view.reminders, tuple[ReminderOut, ...]),
        sequence=view.sequence,
        cancelled_for=view.cancelled_for,
        asked=present(view.asked, tuple[AskedOut, ...]),
        arrived_at=view.arrived_at,
    )


ROUTES = (
    api_route(
        "POST",
        "/appointments",
        request_appointment,
        PATIENT,
        request=NewAppointment,
        response=AppointmentOut,
        status=201,
    ),
    api_route(
        "GET", "/appointments", list_appointments, PATIENT, response=AppointmentPage, query=PAGING
    ),
    api_route(
        "GET", "/appointments/{appointment}", get_appointment, PATIENT, response=AppointmentOut
    ),
    api_route(
        "POST",
        "/appointments/{appointment}/cancel",
        cancel_appointment,
        PATIENT,
        request=CancelBody,
        response=AppointmentOut,
    ),
)
