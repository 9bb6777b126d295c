"""What the patient sees of their appointments."""

from itertools import islice
from typing import assert_never

from msgspec.structs import replace

from actors.asked import Asked, fitting
from actors.caller import Caller, Role
from actors.ids import AppointmentId
from actors.patient.messages import (
    Appointments,
    GetAppointment,
    GetProfile,
    ListAppointments,
    Profile,
    Query,
    View,
)
from actors.patient.state.kept import Patient
from actors.refusal import NotFound

LONGEST_PAGE = 100


def may_see(state: Patient, caller: Caller) -> bool:
    """Return whether *caller* is the patient, or the operator of the machine."""
    owner = caller.role is Role.PATIENT and caller.user == state.id
    return owner or caller.role is Role.OPERATOR


def answer(state: Patient, query: Query, asked: Asked) -> View:
    """Return what *asked*'s caller sees, or raise `NotFound`."""
    if not may_see(state, asked.caller):
        raise NotFound
    match query:
        case GetProfile():
            return Profile(state.id, state.name, state.zone, state.facts)
        case GetAppointment(appointment):
            return state.get(appointment)
        case ListAppointments(after, limit):
            return _page(state, after, _length(limit))
        case _:
            assert_never(query)


def _length(limit: int) -> int:
    return max(1, min(limit, LONGEST_PAGE))


def _page(state: Patient, after: AppointmentId | None, limit: int) -> Appointments:
    newest_first = reversed(state.appointments.values())
    if after is not None:
        state.get(after)
        for each in newest_first:
            if each.id == after:
                break
    found = list(islice(newest_first, limit + 1))
    page = tuple(replace(each, timeline=()) for each in found[:limit])
    items = page[: fitting(page)]
    return Appointments(items, more=len(found) > len(items))
