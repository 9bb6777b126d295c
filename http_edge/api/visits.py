"""What a patient does about an appointment that is on its way or stands."""

from aiohttp import web

from actors.appointment import DoctorRef, Window
from actors.patient.messages import (
    AnswerClinic,
    AppointmentView,
    CheckIn,
    MoveAppointment,
    RefuseTimes,
    SetEarlier,
    TakeTime,
    WishMove,
)
from http_edge.api.appointments import (
    AppointmentOut,
    Instant,
    WindowBody,
    appointment_of,
    named,
    tell_and_show,
)
from http_edge.api.shape import Body, Nothing, api_route
from http_edge.bodies import invalid, read_json
from http_edge.open_times import doctors_for_move
from http_edge.policy import PATIENT


class StartBody(Body, frozen=True):
    """Which of the times that are held for you."""

    start: Instant


class OtherTimesBody(Body, frozen=True):
    """When you could come instead; no *windows*: whenever. A visit that stands keeps its time."""

    windows: tuple[WindowBody, ...] = ()
    note: str = ""


class MoveBody(Body, frozen=True):
    """A free time to move to; *doctor* when it is another's."""

    start: Instant
    doctor: str | None = None


class EarlierBody(Body, frozen=True):
    """Whether you would come earlier if a time is freed."""

    wanted: bool


class TextBody(Body, frozen=True):
    """What you answer."""

    text: str


async def take_time(request: web.Request) -> web.Response:
    """Take one of the times that are held for you."""
    taken = await read_json(request, StartBody)
    return await tell_and_show(request, TakeTime(named(request), taken.start))


async def refuse_times(request: web.Request) -> web.Response:
    """Take none of the times that are held for you."""
    said = await read_json(request, OtherTimesBody)
    return await tell_and_show(
        request, RefuseTimes(named(request), _windows(said.windows), said.note)
    )


async def move_appointment(request: web.Request) -> web.Response:
    """Move your visit; the old time is kept until the new one is sure."""
    wanted = await read_json(request, MoveBody)
    doctor = await _other_doctor(request, wanted.doctor) if wanted.doctor else None
    return await tell_and_show(request, MoveAppointment(named(request), wanted.start, doctor))


async def _other_doctor(request: web.Request, wanted: str) -> DoctorRef | None:
    view: AppointmentView = await appointment_of(request, named(request))
    if view.doctor is not None and view.doctor.id == wanted:
        return None
    for doctor in await doctors_for_move(request, view):
        if doctor.id == wanted:
            return doctor
    raise invalid({"doctor": "The visit can't be moved to that doctor."})


async def wish_move(request: web.Request) -> web.Response:
    """Ask for another time; the doctor proposes some, and your visit stands meanwhile."""
    said = await read_json(request, OtherTimesBody)
    return await tell_and_show(request, WishMove(named(request), _windows(said.windows), said.note))


async def set_earlier(request: web.Request) -> web.Response:
    """Say whether you would come earlier if a time is freed."""
    said = await read_json(request, EarlierBody)
    return await tell_and_show(request, SetEarlier(named(request), said.wanted))


async def check_in(request: web.Request) -> web.Response:
    """Say that you are there, from 30 minutes before the start."""
    await read_json(request, Nothing)
    return await tell_and_show(request, CheckIn(named(request)))


async def answer_clinic(request: web.Request) -> web.Response:
    """Answer what the clinic asked last."""
    said = await read_json(request, TextBody)
    return await tell_and_show(request, AnswerClinic(named(request), said.text))


def _windows(windows: tuple[WindowBody, ...]) -> tuple[Window, ...]:
    return tuple(Window(window.start, window.end) for window in windows)


_ACTIONS = (
    ("take", take_time, StartBody),
    ("refuse", refuse_times, OtherTimesBody),
    ("move", move_appointment, MoveBody),
    ("wish-move", wish_move, OtherTimesBody),
    ("earlier", set_earlier, EarlierBody),
    ("check-in", check_in, Nothing),
    ("answer", answer_clinic, TextBody),
)

ROUTES = tuple(
    api_route(
        "POST",
        f"/appointments/{{appointment}}/{verb}",
        handler,
        PATIENT,
        request=body,
        response=AppointmentOut,
    )
    for verb, handler, body in _ACTIONS
)
