"""Who may do what in a call session. Nobody else learns that it exists."""

from datetime import datetime
from typing import Final

from actors.address import Address
from actors.asked import Asked
from actors.call_session.messages import Leg, LegState, Part, Person, address_of
from actors.call_session.state.kept import TALKING, Session, place
from actors.call_session.state.refusals import NotOpenYet, NotYourLeg, SessionEnded
from actors.caller import Caller, Role, is_actor, is_staff
from actors.ids import GuestId, LegId
from actors.refusal import NotAllowed, NotFound

ROLES: Final = {
    Part.HOST: Role.DOCTOR,
    Part.DOCTOR: Role.DOCTOR,
    Part.PATIENT: Role.PATIENT,
    Part.GUEST: Role.GUEST,
}


def may_watch(state: Session, caller: Caller) -> bool:
    """Return whether *caller* may take part: one of the people, or a guest of this session."""
    person = state.person(caller.user)
    if person is None or caller.role is not ROLES[person.part]:
        return False
    return person.part is not Part.GUEST or (caller.session == state.id and state.open)


def participant(state: Session, asked: Asked) -> Person:
    """Return who the caller is here, or raise `NotFound` when they may not take part."""
    caller = asked.caller
    person = state.person(caller.user)
    if person is None or not may_watch(state, caller) or is_late(state, caller.user, asked.at):
        raise NotFound
    return person


def is_late(state: Session, user: str, at: datetime) -> bool:
    """Return whether *user* is a guest whose invitation has run out at *at*."""
    guest = state.guests.get(GuestId(user))
    return guest is not None and guest.until <= at


def host(state: Session, asked: Asked) -> Person:
    """Return the host that the caller is, or raise a `Refusal`."""
    person = participant(state, asked)
    if person.part is not Part.HOST:
        raise NotAllowed("Only the doctor of the visit can do this.")
    return person


def doctor_of(state: Session, asked: Asked) -> Person:
    """Return the doctor of the visit that the caller is, former ones too, or raise `NotFound`."""
    doctors = (*state.people, *state.former)
    person = next((each for each in doctors if each.user == asked.caller.user), None)
    is_doctor = person is not None and ROLES[person.part] is Role.DOCTOR
    if person is None or not is_doctor or asked.caller.role is not Role.DOCTOR:
        raise NotFound
    return person


def check_log_reader(state: Session, asked: Asked) -> None:
    """Let doctors of the visit pass, and administrators."""
    if not state.last:
        raise NotFound
    if not is_staff(asked.caller):
        doctor_of(state, asked)


def check_open(state: Session, at: datetime) -> None:
    """Hold that the session may be entered at *at*."""
    if not state.open:
        raise SessionEnded
    if state.opens_at is not None and at < state.opens_at:
        raise NotOpenYet


def own_leg(state: Session, leg: LegId, asked: Asked) -> Leg:
    """Return the caller's own *leg*, or raise a `Refusal`."""
    participant(state, asked)
    found = state.legs.get(leg)
    if found is None or found.user != asked.caller.user:
        raise NotYourLeg
    return found


def talking_leg(state: Session, leg: LegId, asked: Asked) -> Leg:
    """Return the caller's own *leg*, which is in the call, or raise a `Refusal`."""
    found = own_leg(state, leg, asked)
    if place(found) not in TALKING:
        raise NotYourLeg
    return found


def is_waiting(leg: Leg) -> bool:
    """Return whether *leg* has its place in the waiting room."""
    return place(leg) is LegState.WAITING


def check_self(state: Session, asked: Asked) -> None:
    """Let nobody pass but a wake-up of this session's own."""
    check_actor(asked, address_of(state.id))


def check_actor(asked: Asked, address: Address) -> None:
    """Let nobody pass but the actor at *address*."""
    if not is_actor(asked.caller, address):
        raise NotAllowed
