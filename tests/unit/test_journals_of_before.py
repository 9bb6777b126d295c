"""What was written before visits could be moved is still read, and goes on from there.

The file has the journals of a clinic of that time: every event that there was, a claim on its way,
and the alarms that were set.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.address import Address
from actors.admin_router import messages as router
from actors.appointment import Status
from actors.ids import AppointmentId
from actors.patient import messages as patient
from tests.rooms import ADMIN, DESK, Alarm, Clinic, Letter, as_patient, patient_at, withdraw

FILE = Path(__file__).with_name("journals_of_before.json")
BEFORE: dict[str, Any] = msgspec.json.decode(FILE.read_bytes())
VISITS = {name: AppointmentId(each) for name, each in BEFORE["visits"].items()}


def address(text: str) -> Address:
    kind, _, key = text.partition("/")
    return Address(kind, key)


def reopened() -> Clinic:
    """Return the clinic of that time, with the rooms of now."""
    clinic = Clinic()
    clinic.now = clinic.latest = datetime.fromisoformat(BEFORE["now"])
    for text, journal in BEFORE["journals"].items():
        where = address(text)
        room = clinic.rooms[where.kind]
        events = tuple(msgspec.convert(event, room.event) for event in journal)
        state = room.born(where.key)
        for event in events:
            state = room.evolve(state, event)
        clinic.journals[where], clinic.states[where] = events, state
    _go_on(clinic)
    return clinic


def _go_on(clinic: Clinic) -> None:
    """Let what was on its way go on."""
    for sender, to, commands in BEFORE["lanes"]:
        language = clinic.rooms[address(to).kind].command
        letters = [Letter(f"old{n}", msgspec.convert(c, language)) for n, c in enumerate(commands)]
        clinic.lanes[address(sender), address(to)] = tuple(letters)
    for text, name, at, command in BEFORE["alarms"]:
        where = address(text)
        called = msgspec.convert(command, clinic.rooms[where.kind].command)
        clinic.alarms[where, name] = Alarm(datetime.fromisoformat(at), called)


def status(clinic: Clinic, name: str) -> Status:
    """Return how far the appointment came, for the department and the patient alike."""
    routed = clinic.ask(DESK, router.GetRequest(VISITS[name]), ADMIN)
    who = routed.request.patient.id
    view = clinic.ask(patient_at(who), patient.GetAppointment(VISITS[name]), as_patient(who))
    assert view.status is routed.status
    found: Status = view.status
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stands", Status.CONFIRMED),
        ("withdrawn", Status.CANCELLED),
        ("declined", Status.DECLINED),
        ("expired", Status.EXPIRED),
        ("waits", Status.ROUTED),
        ("claimed", Status.ROUTED),
    ],
)
def test_each_appointment_is_where_it_was(name: str, expected: Status) -> None:
    assert status(reopened(), name) is expected


def test_what_was_on_its_way_arrives_and_old_alarms_go_off() -> None:
    clinic = reopened()
    clinic.settle()
    assert status(clinic, "claimed") is Status.CONFIRMED
    clinic.wait(timedelta(days=3))
    assert status(clinic, "waits") is Status.EXPIRED
    assert not clinic.refused
    clinic.check_journals()


def test_a_visit_of_before_can_be_given_up_by_all_that_is_new() -> None:
    clinic = reopened()
    withdraw(clinic, "pat", VISITS["stands"])
    clinic.settle()
    assert status(clinic, "stands") is Status.CANCELLED
    assert not clinic.refused
    clinic.check_journals()
