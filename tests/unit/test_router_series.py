"""Further visits of a series come into the books, each on its own."""

from datetime import timedelta
from typing import Any

from actors.admin_router import messages as router
from actors.admin_router.messages import VisitAdopted
from actors.appointment import Status
from actors.doctor import messages as doctor
from actors.ids import AppointmentId, SeriesId
from actors.patient import messages as patient
from tests.rooms import doctor_at, patient_at, ref
from tests.unit.desk_support import TWENTY, Desk, confirm, request

WEEK = timedelta(days=7)


def adopted(desk: Desk) -> tuple[AppointmentId, list[Any]]:
    """Let ann hold a further visit of pat's."""
    asked = request("pat", desk, series=SeriesId("weekly"), earlier=True)
    start = desk.now + WEEK
    said = router.AdoptVisit(asked, ref("ann"), "Europe/Berlin", start, start + TWENTY)
    return asked.appointment, desk.by_doctor("ann", said)


def test_a_further_visit_is_taken_into_the_books_and_granted() -> None:
    desk = Desk()
    appointment, events = adopted(desk)
    assert [type(each) for each in events] == [VisitAdopted]
    [told] = desk.told(patient_at("pat"), patient.AdoptAppointment)
    assert told.request.series == "weekly"
    [grant] = desk.told(doctor_at("ann"), doctor.GrantClaim)
    assert (grant.appointment, grant.round) == (appointment, 1)
    assert desk.found(appointment).status is Status.ROUTED
    assert desk.found(appointment).earlier
    assert not desk.found(appointment).waits


def test_it_stands_once_the_diary_says_so() -> None:
    desk = Desk()
    appointment, _ = adopted(desk)
    [confirmed] = confirm(desk, appointment, "ann", 1, desk.now + WEEK)
    assert isinstance(confirmed, router.RequestConfirmed)
    assert desk.found(appointment).status is Status.CONFIRMED
    assert desk.told(patient_at("pat"), patient.ConfirmAppointment)
    desk.check_replay()


def test_it_is_adopted_once() -> None:
    desk = Desk()
    adopted(desk)
    assert adopted(desk)[1] == []


def test_a_doctor_who_falls_away_before_gives_it_to_others() -> None:
    desk = Desk()
    appointment, _ = adopted(desk)
    back = router.ReturnRequest(appointment, 1, ref("ann").id)
    [again] = desk.by_doctor("ann", back)
    assert again.round == 2
    assert desk.found(appointment).waits
