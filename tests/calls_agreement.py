"""What visits, threads, call sessions and notes must agree on when nothing is on its way.

Each check yields what it found wrong; see `tests.agreement` for the visits themselves.
"""

from collections.abc import Iterator, Mapping

from actors.address import Address
from actors.appointment import DoctorRef
from actors.call_session.messages import address_of as call_at
from actors.call_session.messages import of_thread, of_visit
from actors.call_session.state.kept import Session
from actors.conversation.state.kept import Thread
from actors.ids import UserId
from actors.patient.messages import AppointmentView
from actors.patient.state.kept import Patient
from actors.visit_note.messages import address_of as note_at
from actors.visit_note.state.kept import Note

States = Mapping[Address, object]


def call_disagreements(states: States) -> Iterator[str]:
    """Yield whatever visits and threads do not agree on with their call sessions."""
    for state in states.values():
        match state:
            case Patient():
                for view in state.appointments.values():
                    yield from _visit_has_a_session(view, states)
            case Thread():
                yield from _thread_has_a_session(state, states)
            case _:
                pass


def _visit_has_a_session(view: AppointmentView, states: States) -> Iterator[str]:
    session = states.get(call_at(of_visit(view.id)))
    if not view.status.stands or view.doctor is None:
        if isinstance(session, Session) and session.open:
            yield f"{view.id} is {view.status}, and its session is open"
        return
    if not isinstance(session, Session) or session.hosting is None:
        yield f"{view.id} stands, and has no session"
    elif session.doctor != UserId(view.doctor.id) or session.hosting.start != view.start:
        yield f"{view.id} stands with {view.doctor.id}, its session has {session.doctor}"
    elif view.arrived_at is not None and session.arrived_at is None and session.open:
        yield f"the patient of {view.id} is there, and its session does not know"
    yield from _note_has_its_doctor(view, view.doctor, states)


def _note_has_its_doctor(view: AppointmentView, doctor: DoctorRef, states: States) -> Iterator[str]:
    note = states.get(note_at(view.id))
    people = note.people if isinstance(note, Note) else None
    if people is None or doctor.id not in {each.id for each in people.doctors}:
        yield f"{doctor.id} can't write the note of {view.id}"


def _thread_has_a_session(thread: Thread, states: States) -> Iterator[str]:
    session = states.get(call_at(of_thread(thread.id)))
    if not thread.members:
        return
    if not isinstance(session, Session) or session.open is thread.closed:
        yield f"the people of {thread.id} do not know whether they may call one another"
    elif session.open and {each.user for each in session.people} != {
        each.user for each in thread.members
    }:
        yield f"others than the members of {thread.id} may call there"
