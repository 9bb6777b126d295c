"""A doctor's week, absences, duty, profile and other calendar."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from actors.doctor.messages import (
    AddAbsence,
    Affected,
    GetPractice,
    GetWeek,
    GoOffDuty,
    GoOnDuty,
    Practice,
    PreviewAbsence,
    Profile,
    RefreshBusy,
    RemoveAbsence,
    SetBusyFeed,
    SetProfile,
)
from actors.ids import AbsenceId
from http_edge import keys
from http_edge.api.appointments import Instant, SpanOut
from http_edge.api.doctor import OfferOut, me
from http_edge.api.shape import (
    Body,
    Nothing,
    SecretBody,
    View,
    api_route,
    json_response,
    present,
    query_of,
)
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.policy import DOCTOR
from http_edge.weeks import whole_week

Wall = Annotated[datetime, Meta(tz=False, examples=["2026-03-02T09:00:00"])]
"""Wall time of your zone, without an offset."""


class DayOut(View, frozen=True):
    """One day of yours; *free* visits of your own length still fit.

    *more*: so many further visits there are, on a day with more than one answer holds.
    """

    day: date
    hours: tuple[SpanOut, ...]
    off: tuple[SpanOut, ...]
    busy: tuple[SpanOut, ...]
    visits: tuple[OfferOut, ...]
    free: int
    note: str
    more: int


class WeekOut(View, frozen=True):
    """Seven days from Monday on, in your zone."""

    zone: str
    days: tuple[DayOut, ...]


class AbsenceOut(View, frozen=True):
    """Days or hours off: wall times of your zone."""

    id: str
    start: datetime
    end: datetime
    note: str


class ClosureOut(View, frozen=True):
    """The clinic is closed from *first* to *last*, both included."""

    first: date
    last: date
    name: str


class AbsenceList(View, frozen=True):
    """Your absences that are not over, and when the clinic is closed."""

    items: tuple[AbsenceOut, ...]
    closures: tuple[ClosureOut, ...]


class WallsBody(Body, frozen=True):
    """From *start* to *end*, wall times of your zone."""

    start: Wall
    end: Wall


class AbsenceBody(Body, frozen=True):
    """From *start* to *end*, wall times of your zone; *give_back*: visits in it go to others."""

    start: Wall
    end: Wall
    note: str = ""
    give_back: bool = False


class AffectedOut(View, frozen=True):
    """The visits that an absence would touch, by start; *span* is the absence as instants.

    Of *count* visits the first are listed, at most 200.
    """

    visits: tuple[OfferOut, ...]
    span: SpanOut
    count: int


class DutyBody(Body, frozen=True):
    """Until when you are on duty; without, until you end it."""

    until: Instant | None = None


class DutyOut(View, frozen=True):
    """Whether you are on duty, and until when."""

    on_duty: bool
    duty_until: datetime | None


class ProfileBody(Body, frozen=True):
    """What routing may know of you; *languages* are BCP 47 tags."""

    specialties: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class BusyFeedBody(SecretBody, frozen=True):
    """The address (https or webcal) from which your other calendar is read."""

    url: str


class BusyFeedOut(View, frozen=True):
    """Your other calendar: its address without the secret part, and how the last reading went."""

    address: str
    read_at: datetime | None
    trouble: str
    times: int


class BusyFeedState(View, frozen=True):
    """Your other calendar, if one is read."""

    feed: BusyFeedOut | None


async def _practice(request: web.Request) -> Practice:
    return await ask(request, me(request), GetPractice(), Practice)


async def get_week(request: web.Request) -> web.Response:
    """See the week that *day* (or today) lies in."""
    day = query_of(request, "day", date, request.app[keys.CLOCK].now().date())
    week, _ = await whole_week(request, me(request), GetWeek(day))
    return json_response(present(week, WeekOut))


async def list_absences(request: web.Request) -> web.Response:
    """See your absences."""
    return json_response(_absences(await _practice(request)))


def _absences(practice: Practice) -> AbsenceList:
    return AbsenceList(
        present(practice.absences, tuple[AbsenceOut, ...]),
        present(practice.closures, tuple[ClosureOut, ...]),
    )


async def preview_absence(request: web.Request) -> web.Response:
    """See which visits an absence would touch; nothing changes."""
    body = await read_json(request, WallsBody)
    affected = await ask(request, me(request), PreviewAbsence(body.start, body.end), Affected)
    return json_response(present(affected, AffectedOut))


async def add_absence(request: web.Request) -> web.Response:
    """Be away then."""
    body = await read_json(request, AbsenceBody)
    command = AddAbsence(body.start, body.end, body.note, give_back=body.give_back)
    await tell(request, me(request), command)
    return json_response(_absences(await _practice(request)), status=201)


async def remove_absence(request: web.Request) -> web.Response:
    """Be there after all."""
    await tell(request, me(request), RemoveAbsence(AbsenceId(request.match_info["absence"])))
    return await list_absences(request)


async def get_duty(request: web.Request) -> web.Response:
    """See whether you are on duty."""
    return json_response(present(await _practice(request), DutyOut))


async def go_on_duty(request: web.Request) -> web.Response:
    """Be on duty from now on."""
    body = await read_json(request, DutyBody)
    return await _duty(request, GoOnDuty(body.until))


async def go_off_duty(request: web.Request) -> web.Response:
    """Be on duty no more."""
    return await _duty(request, GoOffDuty())


async def _duty(request: web.Request, command: msgspec.Struct) -> web.Response:
    await tell(request, me(request), command)
    return await get_duty(request)


async def get_doctor_profile(request: web.Request) -> web.Response:
    """See what routing knows of you."""
    return json_response(present((await _practice(request)).profile, ProfileBody))


async def set_doctor_profile(request: web.Request) -> web.Response:
    """Say what routing may know of you."""
    body = await read_json(request, ProfileBody)
    await tell(request, me(request), SetProfile(Profile(body.specialties, body.languages)))
    return await get_doctor_profile(request)


async def get_busy_feed(request: web.Request) -> web.Response:
    """See which other calendar is read, and how that goes."""
    feed = (await _practice(request)).busy_feed
    return json_response(BusyFeedState(present(feed, BusyFeedOut) if feed else None))


async def set_busy_feed(request: web.Request) -> web.Response:
    """Have another calendar of yours read, for the times that are taken there."""
    return await _feed(request, SetBusyFeed((await read_json(request, BusyFeedBody)).url))


async def remove_busy_feed(request: web.Request) -> web.Response:
    """Have the other calendar read no more."""
    return await _feed(request, SetBusyFeed(""))


async def refresh_busy_feed(request: web.Request) -> web.Response:
    """Have the other calendar read now."""
    await read_json(request, Nothing)
    return await _feed(request, RefreshBusy())


async def _feed(request: web.Request, command: msgspec.Struct) -> web.Response:
    await tell(request, me(request), command)
    return await get_busy_feed(request)


_ABSENCES = "/doctor/absences"
_FEED = "/doctor/busy-feed"

ROUTES = (
    api_route(
        "GET",
        "/doctor/week",
        get_week,
        DOCTOR,
        response=WeekOut,
        query={"day": "A date in that week (YYYY-MM-DD)."},
    ),
    api_route("GET", _ABSENCES, list_absences, DOCTOR, response=AbsenceList),
    api_route(
        "POST",
        f"{_ABSENCES}/preview",
        preview_absence,
        DOCTOR,
        request=WallsBody,
        response=AffectedOut,
    ),
    api_route(
        "POST",
        _ABSENCES,
        add_absence,
        DOCTOR,
        request=AbsenceBody,
        response=AbsenceList,
        status=201,
    ),
    api_route("DELETE", f"{_ABSENCES}/{{absence}}", remove_absence, DOCTOR, response=AbsenceList),
    api_route("GET", "/doctor/duty", get_duty, DOCTOR, response=DutyOut),
    api_route("PUT", "/doctor/duty", go_on_duty, DOCTOR, request=DutyBody, response=DutyOut),
    api_route("DELETE", "/doctor/duty", go_off_duty, DOCTOR, response=DutyOut),
    api_route("GET", "/doctor/profile", get_doctor_profile, DOCTOR, response=ProfileBody),
    api_route(
        "PUT",
        "/doctor/profile",
        set_doctor_profile,
        DOCTOR,
        request=ProfileBody,
        response=ProfileBody,
    ),
    api_route("GET", _FEED, get_busy_feed, DOCTOR, response=BusyFeedState),
    api_route(
        "PUT",
        _FEED,
        set_busy_feed,
        DOCTOR,
        request=BusyFeedBody,
        response=BusyFeedState,
        limit="fetch",
    ),
    api_route("DELETE", _FEED, remove_busy_feed, DOCTOR, response=BusyFeedState),
    api_route(
        "POST",
        f"{_FEED}/refresh",
        refresh_busy_feed,
        DOCTOR,
        request=Nothing,
        response=BusyFeedState,
        limit="fetch",
    ),
)
