"""What threads, letter boxes, visits and diaries must agree on when nothing is on its way.

Each check yields what it found wrong; see `tests.agreement` for the visits themselves.
"""

from collections.abc import Iterator, Mapping

from actors.address import Address
from actors.admin_router.state.kept import Router
from actors.conversation.messages import address_of as thread_at
from actors.conversation.messages import between
from actors.conversation.state.kept import Thread
from actors.doctor.messages import OfferStatus
from actors.doctor.state.kept import Doctor
from actors.ids import AppointmentId, ConversationId
from actors.notify.messages import Topic
from actors.notify.messages import address_of as box_at
from actors.notify.state.kept import MOST_ALERTS, Box, alert_key
from actors.patient.state.kept import Patient

States = Mapping[Address, object]


def thread_disagreements(states: States) -> Iterator[str]:
    """Yield whatever threads and those who take part in them do not agree on."""
    for state in states.values():
        match state:
            case Thread():
                yield from _members_know(state, states)
            case Box():
                yield from _threads_know(state, states)
            case Patient():
                yield from _visits_have_threads(state, states)
            case Router():
                yield from _groups_have_threads(state, states)
            case Doctor():
                yield from _doctor_is_alerted(state, states)
            case _:
                pass
    yield from _threads_have_visits(states)


def _members_know(thread: Thread, states: States) -> Iterator[str]:
    """Yield who reads there and does not know, or thinks that something else is unread."""
    for member in thread.members:
        box = states.get(box_at(member.user))
        if not thread.may_read(member) or not isinstance(box, Box):
            continue
        known, reading = box.threads.get(thread.id), thread.readings.get(member.user)
        unread = reading.unread if reading else 0
        if known is None or known.ref.open is thread.closed:
            yield f"{member.user} does not know that {thread.id} is closed: {thread.closed}"
        elif known.unread != unread:
            yield f"{member.user} has {unread} unread in {thread.id}, the box says {known.unread}"


def _threads_know(box: Box, states: States) -> Iterator[str]:
    for name, known in box.threads.items():
        thread = states.get(thread_at(name))
        member = thread.member(box.user) if isinstance(thread, Thread) else None
        if not isinstance(thread, Thread) or member is None:
            yield f"{box.user} thinks to take part in {name}"
        elif known in box.readable and not thread.may_read(member):
            yield f"{box.user} thinks to read in {name}"


def _visits_have_threads(person: Patient, states: States) -> Iterator[str]:
    for view in person.appointments.values():
        if not view.status.stands or view.doctor is None:
            continue
        thread = states.get(thread_at(between(person.id, view.doctor.id)))
        if not isinstance(thread, Thread) or thread.closed or view.id not in thread.visits:
            yield f"{view.id} stands with {view.doctor.id}, and their thread does not know"


def _groups_have_threads(desk: Router, states: States) -> Iterator[str]:
    for appointment, routing in desk.open.items():
        if routing.team is None:
            continue
        thread = states.get(thread_at(routing.team))
        if not isinstance(thread, Thread) or thread.closed or appointment not in thread.visits:
            yield f"{appointment} lies with a group, and its thread does not know"


def _threads_have_visits(states: States) -> Iterator[str]:
    """Yield visits that a thread thinks to be open, and that are none of it."""
    theirs = set(_pairs(states)) | set(_teams(states))
    for state in states.values():
        if isinstance(state, Thread):
            strays = [each for each in state.visits if (state.id, each) not in theirs]
            yield from (f"{state.id} thinks that {each} is open there" for each in strays)
            if state.closed and state.visits:
                yield f"{state.id} is closed with open visits"


def _pairs(states: States) -> Iterator[tuple[ConversationId, AppointmentId]]:
    for state in states.values():
        if isinstance(state, Patient):
            for view in state.appointments.values():
                if view.status.stands and view.doctor is not None:
                    yield between(state.id, view.doctor.id), view.id


def _teams(states: States) -> Iterator[tuple[ConversationId, AppointmentId]]:
    for state in states.values():
        if isinstance(state, Router):
            yield from (
                (routing.team, name) for name, routing in state.open.items() if routing.team
            )


def _doctor_is_alerted(doctor: Doctor, states: States) -> Iterator[str]:
    """Yield what waits for the doctor and does not ring, and what rings and does not wait."""
    box = states.get(box_at(doctor.id))
    if not isinstance(box, Box) or box.recipient is None or len(box.alerts) >= MOST_ALERTS:
        return
    waits = {
        alert_key(topic, appointment)
        for appointment, live in doctor.live.items()
        for topic, status in WAITING
        if live.status is status
    }
    rings = {name for name, each in box.alerts.items() if each.notice.topic in dict(WAITING)}
    if waits != rings:
        yield f"{doctor.id}: these ring wrongly, or not: {sorted(waits ^ rings)[:3]}"


WAITING = ((Topic.REQUEST, OfferStatus.OPEN), (Topic.ARRIVED, OfferStatus.WAITING))
"""What waits for a doctor, and the status of it in the diary."""
