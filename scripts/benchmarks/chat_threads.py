"""Patients and doctors of a clinic that is up, and the threads that they have with one another."""

import asyncio
import itertools
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import aiohttp

from actors.appointment import DoctorRef
from actors.caller import actor_caller
from actors.conversation import messages as conversation
from actors.conversation.messages import RecordVisit, VisitStep
from actors.ids import AppointmentId, ConversationId, DoctorId, PatientId
from actors.operations.bus import Operator, connected
from actors.patient import messages as patient
from scripts.benchmarks.chat_lines import Crowd, Side
from scripts.benchmarks.people import Person, open_ward
from scripts.benchmarks.processes import Up

V = TypeVar("V")

AT_ONCE = 32


@dataclass(frozen=True)
class Known:
    """Somebody who is signed in, and their id."""

    person: Person
    user: str


@dataclass(frozen=True)
class Thread:
    """A patient and a doctor with a visit to come."""

    id: ConversationId
    patient: Known
    doctor: Known


End: TypeAlias = tuple[Thread, Known]
"""A thread, and one of the two who take part."""


async def open_threads(
    session: aiohttp.ClientSession, up: Up, data: Path, people: int, threads: int
) -> list[Thread]:
    """Sign in so many patients and as many doctors, and give them *threads* in all.

    Any two of them have one thread at most, and the first *people* threads share nobody.
    """
    ward = await open_ward(session, up.url, up.invitation, (people + 1) // 2, people)
    patients = [await _known(each) for each in ward.patients]
    doctors = [await _known(each) for pair in ward.doctors for each in pair][:people]
    opened = [
        _thread(patients[number % people], doctors[(number + number // people) % people])
        for number in range(threads)
    ]
    async with connected(data) as operator:
        await gathered(_open(operator, each) for each in opened)
    return opened


async def gathered(parts: Iterable[Coroutine[Any, Any, V]]) -> list[V]:
    """Return what *parts* return, of which some are done at a time."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(part: Coroutine[Any, Any, V]) -> V:
        async with places:
            return await part

    return await asyncio.gather(*(one(part) for part in parts))


async def _known(person: Person) -> Known:
    return Known(person, (await person.call("GET", "/me"))["id"])


def _thread(pat: Known, doc: Known) -> Thread:
    return Thread(conversation.between(PatientId(pat.user), DoctorId(doc.user)), pat, doc)


async def _open(operator: Operator, thread: Thread) -> None:
    start = operator.clock.now() + timedelta(days=1)
    visit = RecordVisit(
        AppointmentId(f"of-{thread.id}"),
        VisitStep.CONFIRMED,
        DoctorRef(DoctorId(thread.doctor.user), "Dr Ness"),
        "Pat Ient",
        start,
        start + timedelta(minutes=20),
    )
    sender = actor_caller(patient.address_of(PatientId(thread.patient.user)))
    await operator.client.tell(conversation.address_of(thread.id), visit, sender)


async def open_sides(url: str, crowd: Crowd, ends: Iterable[End]) -> list[Side]:
    """Open a page for each of *ends*."""
    return await gathered(
        Side.open(url, who.person.token, crowd, user=who.user, thread=thread.id)
        for thread, who in ends
    )


def both_sides(threads: list[Thread], many: int) -> list[End]:
    """Return so many ends of *threads*: both of each, and again from the first when they end."""
    ends = [(each, who) for each in threads for who in (each.patient, each.doctor)]
    return list(itertools.islice(itertools.cycle(ends), many))
