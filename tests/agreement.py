"""What must be true of a clinic's states: at any moment, and when nothing is on its way any more.

The states may come from anywhere: the clinic on paper, a simulator, a journal that was replayed.
Each check yields what it found wrong.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from actors.address import Address
from actors.admin_router.state.changes import VISITS_KEPT
from actors.admin_router.state.kept import Router, Routing
from actors.appointment import Span, Status
from actors.doctor.messages import (
    OfferClosed,
    OfferStatus,
    RequestOffered,
    SeriesBooked,
    TimeHeld,
    TimesProposed,
    VisitCancelled,
    VisitConfirmed,
)
from actors.doctor.state.kept import Doctor, Live
from actors.ids import AppointmentId, DoctorId
from actors.patient.messages import AppointmentView, ReminderState
from actors.patient.messages import address_of as patient_at
from actors.patient.state.kept import Patient
from actors.runtime.clock import to_unix_ms

States = Mapping[Address, object]
Alarms = Mapping[tuple[Address, str], datetime]
"""When each wake-up is due, by actor and name."""

STANDS = (OfferStatus.CONFIRMED, OfferStatus.WAITING, OfferStatus.IN_CALL)
HAS_A_TIME = (*STANDS, OfferStatus.FULFILLED, OfferStatus.NOSHOW)
CAME_TO_A_TIME = (
    Status.CONFIRMED,
    Status.WAITING,
    Status.IN_CALL,
    Status.FULFILLED,
    Status.NOSHOW,
)


def doctors_in(states: States) -> dict[DoctorId, Doctor]:
    """Return the doctors among *states*."""
    return {state.id: state for state in states.values() if isinstance(state, Doctor)}


def check_always(states: States) -> None:
    """Hold what is true even while letters are on their way."""
    for doctor in doctors_in(states).values():
        found = list(overlaps_in(doctor))
        assert not found, found


def overlaps_in(doctor: Doctor) -> Iterator[str]:
    """Yield appointments that share time, but for those of one course that begin together."""
    taken = sorted(
        (span, appointment, live.request.visit)
        for appointment, live in doctor.live.items()
        for span in live.taken
    )
    together = Counter((span, visit.id) for span, _, visit in taken)
    for number, (span, appointment, visit) in enumerate(taken):
        for other, beside, another in taken[number + 1 :]:
            if other.start >= span.end:
                break
            if appointment == beside:
                continue
            if (other, another.id) != (span, visit.id):
                yield f"{doctor.id} has {appointment} and {beside} at once"
            elif together[span, visit.id] > visit.capacity:
                yield f"{doctor.id} has more than {visit.capacity} at {span.start}"


def check_at_rest(states: States, alarms: Alarms, latest: datetime) -> None:
    """Hold that all agree once every letter has come, and that nothing open is forgotten."""
    check_always(states)
    found = list(disagreements(states, alarms, latest))
    assert not found, found


def disagreements(states: States, alarms: Alarms, latest: datetime) -> Iterator[str]:
    """Yield whatever patients, doctors and departments do not agree on.

    *latest* is the latest time that any clock has shown: visits long before it may be forgotten.
    """
    doctors = doctors_in(states)
    desks = {at: state for at, state in states.items() if isinstance(state, Router)}
    patients = [state for state in states.values() if isinstance(state, Patient)]
    for person in patients:
        for view in person.appointments.values():
            found = [each for desk in desks.values() if (each := desk.find(view.id))]
            long_over = view.end is not None and view.end + VISITS_KEPT <= latest
            if long_over:
                continue
            if found:
                yield from _agree(view, found[0], doctors)
            elif not view.status.final:
                yield f"{view.id} is {view.status} for the patient and unknown to the department"
    for at, desk in desks.items():
        yield from _somebody_is_in_charge(at, desk, alarms)
        yield from _no_stray_offers(desk, doctors)
    yield from _reminders_are_set(alarms, patients)


def _agree(
    view: AppointmentView, routing: Routing, doctors: Mapping[DoctorId, Doctor]
) -> Iterator[str]:
    if routing.status is not view.status:
        yield f"{view.id} is {view.status} for the patient, {routing.status} for the department"
        return
    diaries = {each.id: live for each in doctors.values() if (live := each.live.get(view.id))}
    yield from _same_winner(view, routing, diaries)
    yield from _same_choices(view, routing, diaries)
    if view.status is Status.ROUTED:
        said = (view.stage, view.with_name, view.answer_by)
        if said != (routing.stage, routing.with_name, routing.answer_by):
            yield f"{view.id} is with {said} for the patient, not for the department"


def _same_winner(
    view: AppointmentView, routing: Routing, diaries: dict[DoctorId, Live]
) -> Iterator[str]:
    standing = {who: live for who, live in diaries.items() if live.status in HAS_A_TIME}
    if view.status not in CAME_TO_A_TIME:
        if standing or (routing.won and not routing.status.final):
            yield f"{view.id} is {view.status}, but stands: {sorted(standing)}, {routing.won}"
        return
    if view.doctor is None or routing.won is None or list(standing) != [view.doctor.id]:
        yield f"{view.id} is {view.status} with {view.doctor}, but stands with {sorted(standing)}"
        return
    live = standing[view.doctor.id]
    spans = {
        (view.start, view.end),
        (routing.won.start, routing.won.end),
        (live.span.start, live.span.end) if live.span else None,
    }
    if live.status.value != view.status.value or len(spans) > 1 or live.round != routing.round:
        yield f"{view.id} is {view.status} at {spans} ({live.status}, round {live.round})"


def _same_choices(
    view: AppointmentView, routing: Routing, diaries: dict[DoctorId, Live]
) -> Iterator[str]:
    """Yield what a patient may choose from without a doctor who holds it, and the reverse."""
    offered = None
    if routing.choice is not None:
        offered = (routing.round, routing.choice.doctor.id, routing.choice.spans)
    elif routing.move is not None and routing.move.held and not routing.move.granted:
        offered = (routing.move.round, routing.move.doctor.id, routing.move.spans)
    seen = view.choices and (view.choices.round, view.choices.doctor.id, view.choices.spans)
    held = [(number, who, spans) for who, live in diaries.items() for number, spans in _held(live)]
    if seen != offered or held != ([] if offered is None else [offered]):
        yield f"{view.id}: {seen} to choose from, {offered} offered, {held} held"
    if routing.move is not None and offered is None:
        yield f"{view.id} is being moved for ever: {routing.move}"


def _held(live: Live) -> Iterator[tuple[int, tuple[Span, ...]]]:
    if live.status is OfferStatus.PROPOSED:
        yield live.round, live.proposed
    elif live.status is OfferStatus.HELD:
        yield live.round, (live.span,) if live.span else ()
    if live.move is not None:
        yield live.move.round, live.move.spans


def _somebody_is_in_charge(at: Address, desk: Router, alarms: Alarms) -> Iterator[str]:
    for appointment, routing in desk.open.items():
        due = alarms.get((at, f"answer:{appointment}"))
        on_time = due is not None and to_unix_ms(due) == to_unix_ms(routing.answer_by)
        if (routing.waits or routing.choice) and not on_time:
            yield f"{appointment} waits and nobody is woken when its time is over"
        if routing.move and (at, f"move:{appointment}") not in alarms:
            yield f"{appointment} is moving and nobody is woken when its time is over"


def _reminders_are_set(alarms: Alarms, people: Collection[Patient]) -> Iterator[str]:
    """Yield reminders to come without a wake-up, and wake-ups for nothing."""
    set_up = {(at, name) for at, name in alarms if name.startswith("remind:")}
    wanted = {
        (patient_at(person.id), f"remind:{view.id}:{each.minutes}")
        for person in people
        for view in person.appointments.values()
        if view.status.stands
        for each in view.reminders
        if each.state is ReminderState.SET
    }
    if set_up != wanted:
        yield f"other reminders are set than are wanted: {sorted(set_up ^ wanted)[:3]}"


def _no_stray_offers(desk: Router, doctors: dict[DoctorId, Doctor]) -> Iterator[str]:
    """Yield who has an open offer that is not wanted, or is asked and has none."""
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


def check_closings(journals: Mapping[Address, Collection[object]]) -> None:
    """Hold that nothing is closed that is not open: no offer, no visit and no move twice."""
    for address, events in journals.items():
        open_here: dict[AppointmentId, set[str]] = {}
        for event in events:
            match event:
                case RequestOffered(appointment) | VisitConfirmed(appointment):
                    open_here[appointment] = {"offer"}
                case TimeHeld(appointment) | TimesProposed(appointment):
                    open_here.setdefault(appointment, set()).add("hold")
                case SeriesBooked(booked=booked):
                    open_here |= {each.appointment: {"hold"} for each in booked if each.appointment}
                case OfferClosed(appointment):
                    left = open_here.get(appointment, set())
                    assert left, f"{address} closed {appointment} twice"
                    left.remove("hold" if "hold" in left else "offer")
                case VisitCancelled(appointment):
                    left = open_here.pop(appointment, set())
                    assert left, f"{address} cancelled {appointment} twice"
                case _:
                    pass
