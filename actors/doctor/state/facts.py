"""What departments know of a doctor, and when they have to be told."""

from datetime import datetime

from actors.appointment import DoctorRef
from actors.doctor.messages import DoctorFacts, Event, FactsChanged, PracticeEvent
from actors.doctor.state.kept import Doctor
from actors.doctor.state.practised import evolve_practice


def facts_of(state: Doctor) -> DoctorFacts | None:
    """Return what is so of the doctor; None until the practice is open."""
    if state.hours is None:
        return None
    return DoctorFacts(
        doctor=DoctorRef(state.id, state.name),
        zone=state.hours.zone,
        receives=state.receives,
        on_duty=state.on_duty,
        specialties=state.profile.specialties,
        languages=state.profile.languages,
    )


def with_facts(state: Doctor, events: list[PracticeEvent], now: datetime) -> list[Event]:
    """Return *events*, and what departments are told after them.

    All are told when something did change, else only one that is new.
    """
    after = state
    for event in events:
        after = evolve_practice(after, event)
    facts = facts_of(after)
    changed = facts != after.told
    untold = tuple(each for each in after.departments if changed or each not in state.departments)
    if facts is None or not untold:
        return [*events]
    return [*events, FactsChanged(untold, facts, now)]
