"""A department full of requests, and doctors who accept all of them at once."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from actors.accounts import messages as accounts
from actors.admin_router import messages as router
from actors.appointment import DoctorRef, Mark, Window
from actors.caller import Caller, Role, actor_caller
from actors.doctor import messages as doctor
from actors.ids import AccountKey, AppointmentId, CategoryId, DepartmentId, DoctorId, GroupId
from actors.ids import PatientId as Patient
from actors.patient import messages as patient
from actors.refusal import Refusal
from actors.visit_type import STANDARD
from tests.clinic import Clinic

ADMIN = Caller("admin-1", Role.ADMIN)
BERLIN = ZoneInfo("Europe/Berlin")
WARD = DepartmentId("ward")
CATEGORY = router.Category(CategoryId("any"), "Any", GroupId("all"))
PATIENCE = 30.0


def midnight(clinic: Clinic) -> datetime:
    """Return the start of a day to come, where the doctors work."""
    day = clinic.clock.now().astimezone(BERLIN).date() + timedelta(days=3)
    return datetime.combine(day, time(0), BERLIN)


def every_day(end: time) -> tuple[doctor.WeeklyHours, ...]:
    """Return hours from nine until *end*, every day."""
    return tuple(doctor.WeeklyHours(day, time(9), end) for day in range(7))


@dataclass(frozen=True)
class Storm:
    """Doctors of one group, and requests that were offered to each of them."""

    clinic: Clinic
    doctors: tuple[DoctorRef, ...]
    requests: dict[AppointmentId, Patient]

    async def accept(
        self, who: DoctorId, appointment: AppointmentId, start: datetime | None = None
    ) -> Refusal | None:
        """Accept as that doctor; return the refusal, if it is one."""
        command = doctor.AcceptRequest(appointment, start)
        caller = Caller(who, Role.DOCTOR)
        try:
            await self.clinic.client.tell(doctor.address_of(who), command, caller, wait=PATIENCE)
        except Refusal as refusal:
            return refusal
        return None

    async def offer(self, who: DoctorId, appointment: AppointmentId) -> doctor.Offer:
        """Return the request as that doctor sees it."""
        return await self.clinic.client.ask(
            doctor.address_of(who),
            doctor.GetOffer(appointment),
            doctor.Offer,
            Caller(who, Role.DOCTOR),
        )

    async def seen_by_patient(self, appointment: AppointmentId) -> patient.AppointmentView:
        """Return the request as its patient sees it."""
        who = self.requests[appointment]
        return await self.clinic.client.ask(
            patient.address_of(who),
            patient.GetAppointment(appointment),
            patient.AppointmentView,
            Caller(who, Role.PATIENT),
        )

    async def routed(self, appointment: AppointmentId) -> router.RoutedRequest:
        """Return the request as the administrators see it."""
        query = router.GetRequest(appointment)
        at = router.address_of(WARD)
        return await self.clinic.client.ask(at, query, router.RoutedRequest, ADMIN)

    async def visits(self, who: DoctorId) -> tuple[doctor.Offer, ...]:
        """Return that doctor's confirmed visits, by start."""
        at, caller = doctor.address_of(who), Caller(who, Role.DOCTOR)
        query, found = doctor.GetInbox(only=doctor.InboxPart.VISITS), list[doctor.Offer]()
        while True:
            page = await self.clinic.client.ask(at, query, doctor.Inbox, caller)
            found += page.visits
            if not page.more_visits or found[-1].start is None:
                return tuple(found)
            after = Mark(found[-1].start, found[-1].id)
            query = msgspec.structs.replace(query, after=after)


async def gather_storm(
    clinic: Clinic,
    doctors: int,
    hours: doctor.Hours,
    windows: Sequence[tuple[Window, ...]],
    kind: str = "doctor",
) -> Storm:
    """Open a department, and offer one request per item of *windows* to all *doctors*."""
    members = tuple(DoctorRef(DoctorId(f"{kind}-{n}"), f"Dr {n}") for n in range(doctors))
    for member in members:
        at = doctor.address_of(member.id)
        opened = doctor.OpenPractice(member.name, hours.zone)
        await clinic.client.tell(at, opened, account_of(member.id))
        await clinic.client.tell(at, doctor.SetHours(hours), ADMIN)
    for command in (
        router.OpenDepartment("Ward"),
        router.SetGroup(router.Group(GroupId("all"), "All", members)),
        router.SetCategory(CATEGORY),
    ):
        await clinic.client.tell(router.address_of(WARD), command, ADMIN)
    parts = [
        (Patient(f"patient-{first}"), windows[first : first + STANDARD.most_per_day])
        for first in range(0, len(windows), STANDARD.most_per_day)
    ]
    asked = await asyncio.gather(*(_ask(clinic, who, wanted) for who, wanted in parts))
    await clinic.settled()
    requests = {each: who for (who, _), made in zip(parts, asked, strict=True) for each in made}
    return Storm(clinic, members, requests)


async def _ask(
    clinic: Clinic, who: Patient, wanted: Iterable[tuple[Window, ...]]
) -> list[AppointmentId]:
    at = patient.address_of(who)
    registered = patient.RegisterPatient(who, "Europe/Berlin")
    await clinic.client.tell(at, registered, account_of(who), wait=PATIENCE)
    made = []
    for windows in wanted:
        command = patient.RequestAppointment(
            WARD, CATEGORY.id, CATEGORY.name, "It hurts.", windows=windows
        )
        caller = Caller(who, Role.PATIENT)
        happened = await clinic.client.tell(at, command, caller, wait=PATIENCE)
        requested = happened.first(patient.AppointmentRequested)
        assert requested is not None
        made.append(requested.appointment)
    return made


def account_of(user: str) -> Caller:
    """Return the account of *user* as a caller."""
    return actor_caller(accounts.address_of(AccountKey(f"of-{user}")))


class Stretch(msgspec.Struct, frozen=True, order=True):
    """What a visit takes of a doctor's day, its buffers included."""

    start: datetime
    end: datetime


def stretches(visits: Iterable[doctor.Offer], hours: doctor.Hours) -> list[Stretch]:
    """Return what *visits* take, in order."""
    before = timedelta(minutes=hours.buffer_before_minutes)
    behind = timedelta(minutes=hours.buffer_after_minutes)
    return sorted(
        Stretch(visit.start - before, visit.end + behind)
        for visit in visits
        if visit.start is not None and visit.end is not None
    )


def overlapping(taken: list[Stretch]) -> list[tuple[Stretch, Stretch]]:
    """Return the neighbours among *taken* that share time."""
    return [(one, two) for one, two in pairwise(taken) if one.end > two.start]
