"""What patients, doctors and the department must agree on, whatever crossed on the way."""

from collections.abc import Iterator
from typing import Any

from actors.address import Address
from actors.directory.messages import AccountStatus
from actors.doctor.state.kept import Doctor
from actors.ids import AppointmentId, DoctorId
from actors.runtime.clock import from_unix_ms
from tests.agreement import STANDS, disagreements, doctors_in, overlaps_in
from tests.calls_agreement import call_disagreements
from tests.simulation.invariants import BY_KIND, LANGUAGES, Rest
from tests.threads_agreement import thread_disagreements


def check_clinic(rest: Rest) -> Iterator[str]:
    """Yield whatever the rooms do not agree on."""
    states: dict[Address, Any] = {}
    yield from _replay(rest, states)
    alarms = {
        (alarm.actor, alarm.name): from_unix_ms(alarm.due)
        for _, alarm in rest.ledger.alarms.values()
    }
    latest = max((entry.at for entry in rest.ledger.entries), default=0)
    yield from disagreements(states, alarms, from_unix_ms(latest))
    yield from thread_disagreements(states)
    yield from call_disagreements(states)
    yield from _practices_follow_accounts(states, doctors_in(states))


def _replay(rest: Rest, states: dict[Address, Any]) -> Iterator[str]:
    """Go through all that happened, in order; look for double bookings at every step."""
    winners: dict[AppointmentId, dict[DoctorId, int]] = {}
    for entry in rest.ledger.entries:
        room, language = BY_KIND[entry.actor.kind], LANGUAGES[entry.actor.kind]
        state: Any = states.get(entry.actor) or room.born(entry.actor.key)
        for event in language.events(entry.events):
            state = room.evolve(state, event)
        states[entry.actor] = state
        if isinstance(state, Doctor):
            yield from overlaps_in(state)
            yield from _one_winner(state, winners)


def _one_winner(doctor: Doctor, winners: dict[AppointmentId, dict[DoctorId, int]]) -> Iterator[str]:
    """Yield a visit that two diaries have by the same round.

    Each move has a round of its own; who had it before may hear late that it has moved on.
    """
    for rounds in winners.values():
        rounds.pop(doctor.id, None)
    for appointment, live in doctor.live.items():
        if live.status in STANDS:
            rounds = winners.setdefault(appointment, {})
            if live.round in rounds.values():
                yield f"{appointment} was won by {sorted({doctor.id, *rounds})}"
            rounds[doctor.id] = live.round


def _practices_follow_accounts(
    states: dict[Address, Any], doctors: dict[DoctorId, Doctor]
) -> Iterator[str]:
    for address, state in states.items():
        if address.kind == "account" and state.person is not None:
            practice = doctors.get(DoctorId(state.person.user))
            disabled = state.person.status is AccountStatus.DISABLED
            if practice is not None and practice.suspended is not disabled:
                yield f"{practice.id} is {state.person.status}, suspended: {practice.suspended}"
