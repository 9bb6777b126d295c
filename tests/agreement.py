"""What must be true of a clinic's states: at any moment, and when nothing is on its way any more.

The states may come from anywhere: the clinic on paper, a simulator, a journal that was replayed.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import pairwise

from actors.address import Address
from actors.admin_router.state.changes import VISITS_KEPT
from actors.admin_router.state.kept import Router, Routing
from actors.appointment import Status
from actors.doctor.messages import OfferClosed, OfferStatus, RequestOffered, VisitCancelled
from actors.doctor.state.kept import Doctor
from actors.ids import AppointmentId
from actors.patient.messages import address_of as patient_at
from actors.patient.state.kept import Patient

States = Mapping[Address, object]


def doctors_in(states: States) -> list[Doctor]:
    """Return the doctors among *states*."""
    return [state for state in states.values() if isinstance(state, Doctor)]


def check_always(states: States) -> None:
    """Hold what is true even while letters are on their way."""
    for doctor in doctors_in(states):
        for one, two in pairwise(doctor.diary()):
            assert one.end <= two.start, f"{doctor.id} has two visits at once"
    confirmed = Counter(
        appointment
        for doctor in doctors_in(states)
        for appointment, live in doctor.live.items()
        if live.status is OfferStatus.CONFIRMED
    )
    assert all(count == 1 for count in confirmed.values()), "two doctors have won a request"


def check_at_rest(
    states: States, alarms: Collection[tuple[Address, str]], latest: datetime
) -> None:
    """Hold that all agree once every letter has come, and that nothing open is forgotten.

    *latest* is the latest time that any clock has shown: visits long before it may be forgotten.
    """
    check_always(states)
    routers = {key: state for key, state in states.items() if isinstance(state, Router)}
    for desk, router in routers.items():
        for appointment, routing in {**router.open, **router.closed}.items():
            if routing.won is None or routing.won.end + VISITS_KEPT > latest:
                _check_request(states, appointment, routing)
            if routing.waits:
                assert (desk, f"answer:{appointment}") in alarms, "nobody will be reminded"
    for patient in (state for state in states.values() if isinstance(state, Patient)):
        for view in patient.appointments.values():
            assert view.status is not Status.REQUESTED, "a request never came to its router"
            if not view.status.final and (view.end is None or view.end + VISITS_KEPT > latest):
                assert any(view.id in router.open for router in routers.values())


def _check_request(states: States, appointment: AppointmentId, routing: Routing) -> None:
    live = {
        doctor.id: doctor.live[appointment]
        for doctor in doctors_in(states)
        if appointment in doctor.live
    }
    patient = states[patient_at(routing.request.patient.id)]
    assert isinstance(patient, Patient)
    view = patient.appointments[appointment]
    assert view.status is routing.status
    if routing.waits:
        assert set(live) == set(routing.asked_ids)
        assert all(each.status is OfferStatus.OPEN for each in live.values())
        assert {each.round for each in live.values()} <= {routing.round}
        assert (view.stage, view.answer_by) == (routing.stage, routing.answer_by)
    elif routing.status.final:
        assert not live
    else:
        assert routing.status is Status.CONFIRMED, "a claim was granted and never settled"
        assert routing.won is not None
        [(winner, visit)] = live.items()
        assert visit.status is OfferStatus.CONFIRMED
        assert visit.span is not None
        assert winner == routing.won.doctor.id
        assert visit.span.start == routing.won.start == view.start
        assert view.doctor == routing.won.doctor


def check_closings(journals: Mapping[Address, Collection[object]]) -> None:
    """Hold that no offer is closed more than once."""
    for address, events in journals.items():
        open_offers: set[AppointmentId] = set()
        for event in events:
            match event:
                case RequestOffered(appointment):
                    open_offers.add(appointment)
                case OfferClosed(appointment) | VisitCancelled(appointment):
                    assert appointment in open_offers, f"{address} closed {appointment} twice"
                    open_offers.remove(appointment)
                case _:
                    pass
