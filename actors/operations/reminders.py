"""Reminders: which are set, and what became of those of one visit."""

from datetime import datetime

import msgspec

from actors.address import Address
from actors.ids import AppointmentId
from actors.operations.bus import Operator, Refused, View
from actors.patient import messages as patient
from actors.patient.messages import AppointmentView, GetAppointment, Reminder
from actors.runtime.operations import AlarmList, Explain, Explanation, ListAlarms

ALARM = "remind:"
"""How the names of a patient's reminders begin; the visit and the minutes follow."""


class ReminderRow(msgspec.Struct, frozen=True):
    """A reminder that is set: of which visit, how many minutes before it, due when (Unix ms)."""

    appointment: str
    minutes: int
    due: int


class ReminderList(msgspec.Struct, frozen=True, tag=True):
    """Reminders that are set, the earliest first."""

    items: tuple[ReminderRow, ...]
    total: int


class ReminderStory(msgspec.Struct, frozen=True, tag=True):
    """What became of each reminder of one visit. *alarms* are the minutes of those still set."""

    appointment: str
    status: str
    start: datetime | None
    reminders: tuple[Reminder, ...]
    alarms: tuple[int, ...]


async def listed(operator: Operator, node: str, limit: int) -> ReminderList:
    """Return the reminders that are set."""
    found = await _alarms(operator, node, ALARM, limit)
    return ReminderList(tuple(_row(row.name, row.due) for row in found.items), found.total)


async def why(operator: Operator, node: str, appointment: str) -> ReminderStory:
    """Return what became of the reminders of *appointment*, or refuse when there is none."""
    owner = await _owner(operator, node, appointment)
    query = GetAppointment(AppointmentId(appointment))
    view = await operator.client.ask(owner, query, AppointmentView, operator.caller)
    found = await _alarms(operator, node, f"{ALARM}{appointment}:", len(view.reminders) + 1)
    return ReminderStory(
        appointment=appointment,
        status=view.status.value,
        start=view.start,
        reminders=view.reminders,
        alarms=tuple(_row(row.name, row.due).minutes for row in found.items),
    )


def _row(name: str, due: int) -> ReminderRow:
    appointment, _, minutes = name.removeprefix(ALARM).rpartition(":")
    return ReminderRow(appointment, int(minutes), due)


async def _alarms(operator: Operator, node: str, name: str, limit: int) -> AlarmList:
    answer: View = await operator.ask(node, ListAlarms(patient.KIND, name, limit))
    if not isinstance(answer, AlarmList):
        raise Refused("The node gave another answer than it was asked for.")
    return answer


async def _owner(operator: Operator, node: str, appointment: str) -> Address:
    """Return the patient whose visit it is: one of those to whom something happened with it."""
    told: View = await operator.ask(node, Explain(appointment, False, operator.caller.user))
    entries = told.entries if isinstance(told, Explanation) else ()
    actors = (Address.parse(entry.actor) for entry in entries)
    owner = next((each for each in actors if each.kind == patient.KIND), None)
    if owner is None:
        raise Refused("There is no appointment of that id.")
    return owner
