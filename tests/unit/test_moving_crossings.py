"""A visit moves while something else happens: whatever comes first, all agree in the end."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import pytest

from actors.admin_router import messages as router
from actors.appointment import Status
from actors.doctor import messages as doctor
from actors.doctor.state.kept import Live
from actors.ids import AppointmentId, VisitTypeId
from actors.patient import messages as patient
from actors.visit_type import Asking, Medium, VisitType
from tests.rooms import (
    ADMIN,
    DESK,
    MONDAY,
    Clinic,
    Move,
    accept,
    as_doctor,
    as_patient,
    doctor_at,
    every_ending,
    patient_at,
    ref,
    request,
    small_clinic,
    suspend,
    withdraw,
)

DOCTORS = ("ann", "bob")
HOUR = timedelta(hours=1)
PAT = patient_at("pat")
BRIEF = VisitType(VisitTypeId("brief"), "Brief", 6, Medium.VIDEO, Asking.TIMES, 0, 0)
ALWAYS = tuple(doctor.WeeklyHours(day, time(0), time(0)) for day in range(7))


def with_visit() -> tuple[Clinic, AppointmentId]:
    """Return a clinic in which pat sees ann in a day."""
    clinic = small_clinic(*DOCTORS)
    for name in DOCTORS:
        hours = doctor.Hours("UTC", ALWAYS)
        clinic.tell(doctor_at(name), doctor.SetHours(hours), as_doctor(name))
    appointment = request(clinic, visit=BRIEF)
    clinic.settle()
    accept(clinic, "ann", appointment, MONDAY + 24 * HOUR)
    clinic.settle()
    return clinic, appointment


CLINIC, VISIT = with_visit()


def moves_to(name: str, hours: float = 30) -> Move:
    there = patient.MoveAppointment(VISIT, MONDAY + hours * HOUR, ref(name))
    return lambda clinic: clinic.tell(PAT, there, as_patient("pat"))


def withdraws(clinic: Clinic) -> None:
    withdraw(clinic, "pat", VISIT)


def takes(clinic: Clinic) -> None:
    clinic.tell(PAT, patient.TakeTime(VISIT, MONDAY + 40 * HOUR), as_patient("pat"))


def refuses(clinic: Clinic) -> None:
    clinic.tell(PAT, patient.RefuseTimes(VISIT), as_patient("pat"))


def arrives(clinic: Clinic) -> None:
    clinic.tell(PAT, patient.CheckIn(VISIT), as_patient("pat"))


def proposes(clinic: Clinic) -> None:
    starts = (MONDAY + 40 * HOUR, MONDAY + 41 * HOUR)
    clinic.tell(doctor_at("ann"), doctor.ProposeTimes(VISIT, starts), as_doctor("ann"))


def begins(clinic: Clinic) -> None:
    clinic.tell(doctor_at("ann"), doctor.StartVisit(VISIT), as_doctor("ann"))


def gives_back(clinic: Clinic) -> None:
    clinic.tell(doctor_at("ann"), doctor.GiveBackVisit(VISIT, "I am ill."), as_doctor("ann"))


def is_suspended(name: str) -> Move:
    return lambda clinic: suspend(clinic, name)


def reassigns(clinic: Clinic) -> None:
    clinic.tell(DESK, router.Reassign(VISIT, ref("bob")), ADMIN)


def is_cancelled_by_the_clinic(clinic: Clinic) -> None:
    clinic.tell(DESK, router.DeclineForClinic(VISIT, "We are closed."), ADMIN)


def alarm_rings(clinic: Clinic) -> None:
    if (DESK, f"move:{VISIT}") in clinic.alarms:
        clinic.ring((DESK, f"move:{VISIT}"))


def check_agreement(clinic: Clinic) -> None:
    """Hold that patient, department and doctors say the same of the visit."""
    assert not clinic.refused
    clinic.check_journals()
    routing = clinic.state(DESK).get(VISIT)
    view = clinic.state(PAT).appointments[VISIT]
    live = {
        name: found for name in DOCTORS if (found := clinic.state(doctor_at(name)).live.get(VISIT))
    }
    assert view.status is routing.status
    if not routing.status.stands:
        assert routing.move is None
        assert set(live) <= set(routing.asked_ids)
        return
    [(name, visit)] = live.items()
    assert (name, visit.span.start) == (routing.won.doctor.id, routing.won.start)
    assert (view.doctor.id, view.start) == (name, visit.span.start)
    assert (visit.round, visit.status.value) == (routing.round, routing.status.value)
    check_no_move_is_left(clinic, visit, view)


def check_no_move_is_left(clinic: Clinic, visit: Live, view: patient.AppointmentView) -> None:
    """Hold that a move that is still on its way waits for the patient, and says till when."""
    move = clinic.state(DESK).get(VISIT).move
    assert (view.moving_to, view.chosen) == (None, None)
    assert ((DESK, f"move:{VISIT}") in clinic.alarms) == (move is not None)
    if move is None:
        assert (visit.move, view.choices) == (None, None)
    else:
        assert not move.granted
        assert visit.move is not None
        assert view.choices is not None
        assert visit.move.spans == move.spans == view.choices.spans


@pytest.mark.parametrize(
    "acts",
    [
        (moves_to("bob"), withdraws),
        (moves_to("ann"), withdraws),
        (moves_to("bob"), gives_back),
        (moves_to("ann"), gives_back),
        (moves_to("bob"), is_suspended("bob")),
        (moves_to("ann"), is_suspended("ann")),
        (moves_to("bob"), reassigns),
        (moves_to("bob"), alarm_rings),
        (moves_to("ann"), alarm_rings),
        (reassigns, gives_back),
        (reassigns, is_suspended("bob")),
        (proposes, moves_to("bob")),
        (proposes, moves_to("ann")),
        (proposes, takes, withdraws),
        (proposes, takes, gives_back),
        (proposes, takes, is_suspended("ann")),
        (proposes, takes, moves_to("ann")),
        (proposes, refuses, alarm_rings),
        (proposes, alarm_rings, takes),
        (proposes, takes, reassigns),
        (is_cancelled_by_the_clinic, withdraws),
        (is_cancelled_by_the_clinic, moves_to("bob")),
        (is_cancelled_by_the_clinic, moves_to("ann")),
        (is_cancelled_by_the_clinic, gives_back),
        (is_cancelled_by_the_clinic, is_suspended("ann")),
        (is_cancelled_by_the_clinic, reassigns, withdraws),
        (is_cancelled_by_the_clinic, proposes, takes),
        (is_cancelled_by_the_clinic, proposes, refuses),
    ],
)
def test_whatever_crosses_a_move_ends_in_agreement(acts: Sequence[Move]) -> None:
    check_every_ending(CLINIC, acts)


@pytest.mark.parametrize(
    "acts",
    [
        (moves_to("bob"), begins),
        (moves_to("ann"), begins),
        (moves_to("ann"), arrives, begins),
        (moves_to("bob", 23.9), arrives),
        (moves_to("ann", 24.1), arrives),
        (proposes, takes, begins),
        (proposes, takes, arrives),
        (reassigns, arrives, withdraws),
        (is_cancelled_by_the_clinic, arrives),
        (is_cancelled_by_the_clinic, begins),
        (is_cancelled_by_the_clinic, arrives, begins),
        (is_cancelled_by_the_clinic, arrives, withdraws),
    ],
)
def test_whatever_crosses_a_visit_that_is_about_to_begin_ends_in_agreement(
    acts: Sequence[Move],
) -> None:
    check_every_ending(at(CLINIC, MONDAY + 23.7 * HOUR), acts)


def at(clinic: Clinic, now: datetime) -> Clinic:
    later = clinic.copy()
    later.now = now
    return later


def check_every_ending(clinic: Clinic, acts: Sequence[Move]) -> None:
    endings = list(every_ending(clinic, acts))
    assert endings
    for ending in endings:
        check_agreement(ending)


def test_the_visit_really_moves() -> None:
    clinic = CLINIC.copy()
    moves_to("bob")(clinic)
    clinic.settle()
    assert clinic.state(DESK).get(VISIT).status is Status.CONFIRMED
    assert clinic.state(PAT).appointments[VISIT].start == MONDAY + 30 * HOUR
    assert VISIT in clinic.state(doctor_at("bob")).live
    assert VISIT not in clinic.state(doctor_at("ann")).live
