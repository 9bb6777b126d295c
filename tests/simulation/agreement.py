"""What patients, doctors and the department must agree on, whatever crossed on the way."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from actors.address import Address
from actors.admin_router.state.kept import Router, Routing
from actors.appointment import Status
from actors.directory.messages import AccountStatus
from actors.doctor.messages import OfferStatus
from actors.doctor.state.kept import Doctor
from actors.ids import AppointmentId, DoctorId
from actors.patient.messages import AppointmentView
from actors.patient.state.kept import Patient
from actors.runtime.clock import to_unix_ms
from tests.simulation.invariants import BY_KIND, LANGUAGES, Rest
from tests.simulation.people import DESK

TAKEN = (OfferStatus.HELD, OfferStatus.CONFIRMED)


def check_clinic(rest: Rest) -> Iterator[str]:
    """Yield whatever the rooms do not agree on."""
    states: dict[Address, Any] = {}
    yield from _replay(rest, states)
    doctors = {state.id: state for state in states.values() if isinstance(state, Doctor)}
    patients = [state for state in states.values() if isinstance(state, Patient)]
    desk = states.get(DESK)
    if isinstance(desk, Router):
        for person in patients:
            for view in person.appointments.values():
                yield from _agree(view, desk, doctors)
        yield from _somebody_is_in_charge(rest, desk)
        yield from _no_stray_offers(desk, doctors)
    yield from _practices_follow_accounts(states, doctors)


def _replay(rest: Rest, states: dict[Address, Any]) -> Iterator[str]:
    """Go through all that happened, in order; look for double bookings at every step."""
    winners: dict[AppointmentId, set[DoctorId]] = {}
    for entry in rest.disk.entries:
        room, language = BY_KIND[entry.actor.kind], LANGUAGES[entry.actor.kind]
        state: Any = states.get(entry.actor) or room.born(entry.actor.key)
        for event in language.events(entry.events):
            state = room.evolve(state, event)
        states[entry.actor] = state
        if isinstance(state, Doctor):
            yield from _no_overlap(state)
            yield from _one_winner(state, winners)


def _no_overlap(doctor: Doctor) -> Iterator[str]:
    if any(one.end > other.start for one, other in pairwise(doctor.diary())):
        yield f"{doctor.id} has two visits at once"


def _one_winner(doctor: Doctor, winners: dict[AppointmentId, set[DoctorId]]) -> Iterator[str]:
    for who in winners.values():
        who.discard(doctor.id)
    for appointment, live in doctor.live.items():
        if live.status is OfferStatus.CONFIRMED:
            who = winners.setdefault(appointment, set())
            who.add(doctor.id)
            if len(who) > 1:
                yield f"{appointment} was won by {sorted(who)}"


def _agree(view: AppointmentView, desk: Router, doctors: dict[DoctorId, Doctor]) -> Iterator[str]:
    routing = desk.find(view.id)
    if routing is None:
        yield f"{view.id} is {view.status} for the patient and unknown to the department"
    elif routing.status is not view.status:
        yield f"{view.id} is {view.status} for the patient, {routing.status} for the department"
    else:
        taken = {
            each.id: (live.status, live.span)
            for each in doctors.values()
            if (live := each.live.get(view.id)) and live.status in TAKEN
        }
        yield from _same_winner(view, routing, taken)
        if view.status is Status.ROUTED:
            said = (view.stage, view.with_name, view.answer_by)
            if said != (routing.stage, routing.with_name, routing.answer_by):
                yield f"{view.id} is with {said} for the patient, not for the department"


def _same_winner(
    view: AppointmentView, routing: Routing, taken: dict[DoctorId, Any]
) -> Iterator[str]:
    if view.status is not Status.CONFIRMED:
        if taken or (routing.won and not routing.status.final):
            yield f"{view.id} is {view.status}, but taken: {sorted(taken)}, {routing.won}"
        return
    if view.doctor is None or routing.won is None or list(taken) != [view.doctor.id]:
        yield f"{view.id} is confirmed with {view.doctor}, but taken by {sorted(taken)}"
        return
    status, span = taken[view.doctor.id]
    times = {(view.start, view.end), (span.start, span.end), (routing.won.start, routing.won.end)}
    if status is not OfferStatus.CONFIRMED or len(times) > 1:
        yield f"{view.id} is confirmed at {sorted(times)} ({status})"


def _somebody_is_in_charge(rest: Rest, desk: Router) -> Iterator[str]:
    alarms = {alarm.name: alarm.due for _, alarm in rest.disk.alarms.values()}
    for appointment, routing in desk.open.items():
        if routing.waits and alarms.get(f"answer:{appointment}") != to_unix_ms(routing.answer_by):
            yield f"{appointment} waits and nobody is woken when its time is over"


def _no_stray_offers(desk: Router, doctors: dict[DoctorId, Doctor]) -> Iterator[str]:
    """Exactly those are asked who have an open offer of that round."""
    for each in doctors.values():
        for appointment, live in each.live.items():
            routing = desk.open.get(appointment)
            wanted = routing is not None and routing.asks(each.id, live.round)
            if live.status is OfferStatus.OPEN and not wanted:
                yield f"{each.id} has an offer of {appointment} that nobody wants answered"
    for appointment, routing in desk.open.items():
        for who in routing.asked if routing.waits else ():
            asked = doctors.get(who.id)
            if asked is None or appointment not in asked.live:
                yield f"{appointment} waits for {who.id}, who knows nothing of it"


def _practices_follow_accounts(
    states: dict[Address, Any], doctors: dict[DoctorId, Doctor]
) -> Iterator[str]:
    for address, state in states.items():
        if address.kind == "account" and state.person is not None:
            practice = doctors.get(DoctorId(state.person.user))
            disabled = state.person.status is AccountStatus.DISABLED
            if practice is not None and practice.suspended is not disabled:
                yield f"{practice.id} is {state.person.status}, suspended: {practice.suspended}"
