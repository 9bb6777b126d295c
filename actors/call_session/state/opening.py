"""Opening and closing a session: by the patient's actor for a visit, by a conversation's else."""

from actors.appointment import DoctorRef, PatientRef
from actors.call_session.messages import (
    DoctorsSet,
    EndVisit,
    Hosting,
    Leaving,
    Part,
    PatientArrived,
    Person,
    RecordArrival,
    RingEnd,
    SessionOpened,
    SetThread,
    SetVisit,
    VisitOver,
    of_thread,
    of_visit,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.joining import leave
from actors.call_session.state.kept import Session
from actors.call_session.state.leaving import close
from actors.call_session.state.permissions import check_actor
from actors.call_session.state.ringing import end_all
from actors.caller import Caller, is_actor, is_actor_of_kind
from actors.conversation import messages as conversation
from actors.ids import DoctorId, UserId
from actors.patient import messages as patient
from actors.refusal import NotAllowed

# --- a visit -------------------------------------------------------------------------------------


def set_visit(draft: Draft, command: SetVisit) -> None:
    """Let the visit stand so. Who has to do with it no more is not in it any more."""
    check_actor(draft.asked, patient.address_of(command.patient.id))
    if of_visit(command.appointment) != draft.state.id:
        raise NotAllowed
    _open(draft, _hosting(command), _people(draft.state, command))
    set_doctors(draft, command.patient)


def _hosting(command: SetVisit) -> Hosting:
    return Hosting(
        appointment=command.appointment,
        conversation=command.conversation,
        start=command.start,
        end=command.end,
        medium=command.medium,
    )


def _people(state: Session, command: SetVisit) -> tuple[Person, ...]:
    """Return who may take part: doctors who were invited by the same host as well."""
    host = Person(UserId(command.doctor.id), command.doctor.name, Part.HOST)
    seen = Person(UserId(command.patient.id), command.patient.name, Part.PATIENT)
    if host.user != state.doctor:
        return (host, seen)
    known = {host.user, seen.user}
    others = tuple(each for each in state.people if each.user not in known)
    if not state.open or state.hosting != _hosting(command):
        return (host, seen, *_as_guests_of(others))
    return tuple(_named(each, host, seen) for each in state.people)


def _as_guests_of(others: tuple[Person, ...]) -> tuple[Person, ...]:
    """Return doctors as such who do not host (any more): the visit is its own doctor's again."""
    return tuple(Person(each.user, each.name, Part.DOCTOR, each.as_what) for each in others)


def _named(person: Person, *named: Person) -> Person:
    """Return *person* under the name that they have now; who hosts goes on hosting."""
    name = next((each.name for each in named if each.user == person.user), person.name)
    return Person(person.user, name, person.part, person.as_what)


def set_doctors(draft: Draft, seen: PatientRef) -> None:
    """Let the doctors of the visit be known to its note, if they are others now."""
    state = draft.state
    hosting = state.hosting
    if hosting is None:
        return
    before = draft.before
    told = before.hosting and (before.patient, _doctors(before), before.hosting.start)
    doctors = _doctors(state)
    if told != (seen, doctors, hosting.start):
        draft.add(DoctorsSet(hosting.appointment, seen, doctors, hosting.start, draft.at))


def _doctors(state: Session) -> tuple[DoctorRef, ...]:
    """Return who treats the patient, and who did, in an order that says nothing."""
    treat = (each for each in state.people if each.part in {Part.HOST, Part.DOCTOR})
    doctors = {each.user: each.name for each in (*treat, *state.former)}
    return tuple(DoctorRef(DoctorId(user), name) for user, name in sorted(doctors.items()))


def end_visit(draft: Draft, command: EndVisit) -> None:
    """Let the visit be over; people who talk may finish."""
    _check_patient(draft.state, draft.asked.caller)
    _end(draft, command.outcome)


def record_arrival(draft: Draft, command: RecordArrival) -> None:
    """Let the patient have checked in."""
    _check_patient(draft.state, draft.asked.caller)
    if draft.state.open and draft.state.arrived_at != command.since:
        draft.add(PatientArrived(command.appointment, command.since, draft.at))


def _check_patient(state: Session, caller: Caller) -> None:
    """Let nobody pass but the actor of the visit's patient; before it was opened, any patient's."""
    if not state.last and is_actor_of_kind(caller, patient.KIND):
        return
    if state.patient is None or not is_actor(caller, patient.address_of(state.patient.id)):
        raise NotAllowed


# --- a thread ------------------------------------------------------------------------------------


def set_thread(draft: Draft, command: SetThread) -> None:
    """Let these people call one another, or not any more."""
    check_actor(draft.asked, conversation.address_of(command.conversation))
    if of_thread(command.conversation) != draft.state.id:
        raise NotAllowed
    if not command.open:
        _end(draft, "thread_closed")
    elif (draft.state.people, draft.state.open, draft.state.over) != (command.people, True, ""):
        _open_thread(draft, command)


def _open_thread(draft: Draft, command: SetThread) -> None:
    draft.add(
        SessionOpened(None, command.conversation, None, command.people, draft.at),
    )
    _check_people(draft)


# --- both ----------------------------------------------------------------------------------------


def _open(draft: Draft, hosting: Hosting, people: tuple[Person, ...]) -> None:
    state = draft.state
    if (state.hosting, state.people, state.open, state.over) == (hosting, people, True, ""):
        return
    if state.hosting is not None and state.hosting != hosting:
        end_all(draft, state.rings.values(), RingEnd.OVER)
    opened = SessionOpened(hosting.appointment, hosting.conversation, hosting, people, draft.at)
    draft.add(opened)
    _check_people(draft)


def _check_people(draft: Draft) -> None:
    """Let nobody be there, or be rung, who may not take part any more."""
    users = {each.user for each in draft.state.everybody()}
    rings = [
        each for each in draft.state.rings.values() if each.to not in users or each.by not in users
    ]
    end_all(draft, rings, RingEnd.OVER)
    for leg in tuple(draft.state.legs.values()):
        if leg.user not in users:
            leave(draft, leg, Leaving.REMOVED, by="")


def _end(draft: Draft, why: str) -> None:
    """Close the session, or let it close after the call that goes on."""
    state = draft.state
    if not state.open:
        return
    end_all(draft, state.rings.values(), RingEnd.OVER)
    if state.call is None:
        close(draft, why)
    elif state.over != why:
        draft.add(VisitOver(state.appointment, why, draft.at))
