"""Free times that a patient may pick: whose to show, what they are, and the one that is held."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from msgspec.structs import replace

from actors.admin_router.messages import Bookable, FindDoctors
from actors.admin_router.messages import address_of as router_at
from actors.appointment import DoctorRef, Window
from actors.doctor.messages import FreeTimes, GetHold, Hold, ListOpenTimes
from actors.doctor.messages import address_of as doctor_at
from actors.ids import AppointmentId, CategoryId, DepartmentId, DoctorId, PatientId
from actors.intake import Answer
from actors.patient.messages import AppointmentView, GetProfile, Profile
from actors.patient.messages import address_of as patient_at
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from actors.visit_type import VisitType
from http_edge.ask import ask, caller_of

MOST_DOCTORS = 20
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What free times are looked for."""

    department: DepartmentId
    category: CategoryId
    visit: VisitType
    answers: tuple[Answer, ...] = ()
    preferred: DoctorId | None = None
    moving: AppointmentId | None = None
    now_at: tuple[DoctorId, datetime] | None = None
    """Where the visit that moves is now: no time to move to."""


@dataclass(frozen=True, slots=True)
class DoctorTimes:
    """The free times of one doctor."""

    doctor: DoctorRef
    times: FreeTimes


async def bookable(request: web.Request, wanted: Wanted, profile: Profile) -> Bookable:
    """Return whose free times to show to the patient of *profile*."""
    query = FindDoctors(
        category=wanted.category,
        visit=wanted.visit.id,
        answers=wanted.answers,
        language=profile.facts.language,
        born_on=profile.facts.born_on,
        preferred=wanted.preferred,
    )
    return await ask(request, router_at(wanted.department), query, Bookable)


async def doctors_for_move(request: web.Request, view: AppointmentView) -> tuple[DoctorRef, ...]:
    """Return to whom the patient may move that visit: its doctor first, then who else sees them."""
    asked = view.request
    wanted = Wanted(asked.department, asked.category, asked.visit, asked.answers)
    mine = patient_at(PatientId(caller_of(request).user))
    profile = await ask(request, mine, GetProfile(), Profile)
    try:
        others = (await bookable(request, wanted, profile)).doctors
    except Refusal:
        others = ()
    own = (view.doctor,) if view.doctor else ()
    return (*own, *(doctor for doctor in others if doctor not in own))


async def open_times(
    request: web.Request,
    doctors: Iterable[DoctorRef],
    wanted: Wanted,
    start: datetime,
    end: datetime,
    *,
    limit: int = 100,
) -> list[DoctorTimes]:
    """Return the free times of each of *doctors*; who can't answer just now is left out."""
    query = ListOpenTimes(wanted.visit, start, end, limit, wanted.moving)
    asked = [_times(request, doctor, query) for doctor in list(doctors)[:MOST_DOCTORS]]
    return [_elsewhere(found, wanted) for found in await asyncio.gather(*asked) if found]


def _elsewhere(found: DoctorTimes, wanted: Wanted) -> DoctorTimes:
    """Return *found* without the time at which the visit is already."""
    who = found.doctor.id
    starts = tuple(each for each in found.times.starts if (who, each) != wanted.now_at)
    return DoctorTimes(found.doctor, replace(found.times, starts=starts))


async def _times(
    request: web.Request, doctor: DoctorRef, query: ListOpenTimes
) -> DoctorTimes | None:
    try:
        return DoctorTimes(doctor, await ask(request, doctor_at(doctor.id), query, FreeTimes))
    except (Refusal, DeliveryFailed):
        return None


async def first_open(
    request: web.Request, doctors: Iterable[DoctorRef], wanted: Wanted, now: datetime
) -> tuple[datetime, DoctorRef] | None:
    """Return the first free time of all *doctors*, and whose it is."""
    found = await open_times(request, doctors, wanted, now, now + FARTHEST, limit=2)
    firsts = [(each.times.starts[0], each.doctor) for each in found if each.times.starts]
    return min(firsts, key=lambda first: first[0], default=None)


async def hold_of(request: web.Request, doctor: DoctorId) -> Hold | None:
    """Return the time that this doctor keeps for the patient who asks, if any."""
    try:
        return await ask(request, doctor_at(doctor), GetHold(), Hold)
    except Refusal:
        return None


def has_asked_for(
    views: Iterable[AppointmentView], doctor: DoctorId, start: datetime
) -> AppointmentId | None:
    """Return the one of a patient's requests, not over, for which that time was picked."""
    for view in views:
        picked = view.request.picked
        same = picked is not None and (picked.doctor.id, picked.start) == (doctor, start)
        if same and not view.status.final:
            return view.id
    return None


async def window_at(
    request: web.Request, doctor: DoctorRef, wanted: Wanted, start: datetime
) -> tuple[Window, bool]:
    """Return the time that a visit takes that begins at *start*, and whether it can be had.

    It can while it is kept for the patient who asks, or is free.
    """
    hold = await hold_of(request, doctor.id)
    if hold is not None and hold.start == start:
        return Window(start, hold.end), True
    soon = start + timedelta(seconds=1)
    found = await open_times(request, (doctor,), wanted, start, soon, limit=1)
    minutes = found[0].times.visit_minutes if found else wanted.visit.minutes or 0
    free = bool(found) and start in found[0].times.starts
    return Window(start, start + timedelta(minutes=max(minutes, 1))), free
