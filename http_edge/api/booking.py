"""Free times that a patient may pick, and the one that is held while they decide."""

from datetime import date, datetime, timedelta

from aiohttp import web

from actors.address import Address
from actors.appointment import DoctorRef
from actors.doctor.messages import GetHold, Hold, HoldTime, ReleaseTime
from actors.doctor.messages import address_of as doctor_at
from actors.ids import AppointmentId, DoctorId, PatientId
from actors.patient.messages import GetProfile, Profile
from actors.patient.messages import address_of as patient_at
from http_edge import keys
from http_edge.api.appointments import Instant
from http_edge.api.departments import DoctorOut
from http_edge.api.shape import Body, View, api_route, empty, json_response, query_of
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import invalid, read_json
from http_edge.lookup import offered
from http_edge.open_times import DoctorTimes, Wanted, bookable, open_times
from http_edge.policy import PATIENT

LONGEST = timedelta(days=62)
WEEK = timedelta(days=7)


class ClockNoteOut(View, frozen=True):
    """On *day*, clocks in the doctor's zone go forward (`skipped`) or back (`once`)."""

    day: date
    kind: str


class DoctorTimesOut(View, frozen=True):
    """The free times of one doctor."""

    doctor: DoctorOut
    zone: str
    visit_minutes: int
    starts: tuple[datetime, ...]
    notes: tuple[ClockNoteOut, ...]


class BookableTimes(View, frozen=True):
    """Free times by doctor; at most 100 of each."""

    items: tuple[DoctorTimesOut, ...]


class HoldBody(Body, frozen=True):
    """Which time to hold; *moving* is your own visit with this doctor that would move there."""

    department: str
    category: str
    start: Instant
    visit: str = ""
    moving: str | None = None


class HoldOut(View, frozen=True):
    """A time that is kept for you until *until*."""

    id: str
    visit: str
    start: datetime
    end: datetime
    until: datetime
    zone: str


QUERY = {
    "department": "Of which department.",
    "category": "For which of its categories.",
    "visit": "For which kind of visit; may be left out where there is one.",
    "from": "From when on (RFC 3339 with an offset); now, unless said.",
    "to": "Until when, at most 62 days on; a week, unless said.",
    "doctor": "Of this doctor alone.",
    "moving": "Your own visit that would move: its time counts as free.",
}


async def list_bookable_times(request: web.Request) -> web.Response:
    """See the free times that you may pick."""
    asked = [query_of(request, name, str, "") for name in ("department", "category", "visit")]
    found = await offered(request, *asked)
    now = request.app[keys.CLOCK].now()
    start = query_of(request, "from", Instant, now)
    end = query_of(request, "to", Instant, start + WEEK, lambda end: start < end <= start + LONGEST)
    moving = query_of(request, "moving", str, "")
    wanted = Wanted(
        department=found.department.id,
        category=found.category.id,
        visit=found.visit,
        moving=AppointmentId(moving) if moving else None,
    )
    profile = await ask(request, _me(request), GetProfile(), Profile)
    doctors = _only(request, (await bookable(request, wanted, profile)).doctors)
    times = await open_times(request, doctors, wanted, start, end)
    return json_response(BookableTimes(tuple(_times_out(each) for each in times)))


def _only(request: web.Request, doctors: tuple[DoctorRef, ...]) -> tuple[DoctorRef, ...]:
    wanted = query_of(request, "doctor", str, "")
    found = tuple(doctor for doctor in doctors if doctor.id == wanted or not wanted)
    if wanted and not found:
        raise invalid({"doctor": "No times of that doctor can be picked here."})
    return found


def _times_out(found: DoctorTimes) -> DoctorTimesOut:
    times = found.times
    return DoctorTimesOut(
        doctor=DoctorOut(found.doctor.id, found.doctor.name),
        zone=times.zone,
        visit_minutes=times.visit_minutes,
        starts=times.starts,
        notes=tuple(ClockNoteOut(note.day, note.kind) for note in times.notes),
    )


async def hold_time(request: web.Request) -> web.Response:
    """Hold a free time while you make up your mind; an earlier hold of yours there ends."""
    body = await read_json(request, HoldBody)
    found = await offered(request, body.department, body.category, body.visit)
    moving = AppointmentId(body.moving) if body.moving else None
    if moving is None:
        await _check_bookable(request, Wanted(found.department.id, found.category.id, found.visit))
    await tell(request, _doctor(request), HoldTime(found.visit, body.start, moving))
    hold = await ask(request, _doctor(request), GetHold(), Hold)
    return json_response(_hold_out(hold), status=201)


async def _check_bookable(request: web.Request, wanted: Wanted) -> None:
    """Refuse to hold a time of somebody who is not asked for that: it would lead nowhere."""
    profile = await ask(request, _me(request), GetProfile(), Profile)
    known = {doctor.id for doctor in (await bookable(request, wanted, profile)).doctors}
    if DoctorId(request.match_info["doctor"]) not in known:
        raise invalid({"doctor": "No times of that doctor can be picked here."})


async def get_hold(request: web.Request) -> web.Response:
    """See the time that this doctor holds for you."""
    return json_response(_hold_out(await ask(request, _doctor(request), GetHold(), Hold)))


async def release_time(request: web.Request) -> web.Response:
    """Let the held time go."""
    await tell(request, _doctor(request), ReleaseTime())
    return empty()


def _me(request: web.Request) -> Address:
    return patient_at(PatientId(caller_of(request).user))


def _doctor(request: web.Request) -> Address:
    return doctor_at(DoctorId(request.match_info["doctor"]))


def _hold_out(hold: Hold) -> HoldOut:
    return HoldOut(hold.id, hold.visit.id, hold.start, hold.end, hold.until, hold.zone)


ROUTES = (
    api_route(
        "GET",
        "/bookable-times",
        list_bookable_times,
        PATIENT,
        response=BookableTimes,
        query=QUERY,
    ),
    api_route(
        "POST",
        "/doctors/{doctor}/hold",
        hold_time,
        PATIENT,
        request=HoldBody,
        response=HoldOut,
        status=201,
        limit="hold",
    ),
    api_route("GET", "/doctors/{doctor}/hold", get_hold, PATIENT, response=HoldOut),
    api_route("DELETE", "/doctors/{doctor}/hold", release_time, PATIENT, status=204),
)
