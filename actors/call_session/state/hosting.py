"""What the host does: hold, remove, hand over, end the call, and say what it came to."""

from actors.call_session.messages import (
    DoctorInvited,
    EndCall,
    HoldPerson,
    InviteDoctor,
    Leaving,
    Leg,
    LegChanged,
    LegState,
    Outcome,
    OutcomeSet,
    Part,
    Person,
    RemovePerson,
    SetOutcome,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.guests import end_guest
from actors.call_session.state.joining import leave
from actors.call_session.state.kept import TALKING, Session, place
from actors.call_session.state.leaving import check_call, end_for_all
from actors.call_session.state.opening import set_doctors
from actors.call_session.state.permissions import check_open, host
from actors.call_session.state.refusals import (
    CallGoesOn,
    NoCall,
    OutcomeIsSet,
    VisitsOnly,
)
from actors.call_session.state.ringing import ring
from actors.ids import GuestId, UserId
from actors.refusal import Invalid, NotFound

# --- others in the call --------------------------------------------------------------------------


def hold(draft: Draft, command: HoldPerson) -> None:
    """Let somebody be neither heard nor seen for now, or be again."""
    person = host(draft.state, draft.asked)
    leg = _other(draft.state, person, command.user)
    if leg is None or place(leg) not in TALKING:
        raise NotFound
    wanted = LegState.HELD if command.held else LegState.IN_CALL
    if place(leg) is not wanted:
        draft.add(LegChanged(leg.id, leg.user, wanted, draft.at, "host"))


def remove(draft: Draft, command: RemovePerson) -> None:
    """Let somebody be out at once; a guest's link is over then."""
    person = host(draft.state, draft.asked)
    leg = _other(draft.state, person, command.user)
    if draft.state.is_guest(command.user):
        end_guest(draft, GuestId(command.user), person.user)
    elif leg is None:
        raise NotFound
    else:
        leave(draft, leg, Leaving.REMOVED, by=person.user)


def _other(state: Session, person: Person, user: UserId) -> Leg | None:
    if user == person.user:
        raise Invalid(fields={"user": "Choose somebody else than yourself."})
    return state.leg_of(user)


def invite_doctor(draft: Draft, command: InviteDoctor) -> None:
    """Let a colleague be rung, to join or to go on in the host's place."""
    person = host(draft.state, draft.asked)
    state = draft.state
    check_open(state, draft.at)
    if state.hosting is None or state.patient is None:
        raise VisitsOnly
    if UserId(command.doctor.id) == person.user:
        raise Invalid(fields={"doctor": "Choose somebody else than yourself."})
    if person.user not in state.in_call:
        raise NoCall
    colleague = Person(UserId(command.doctor.id), command.doctor.name, Part.DOCTOR)
    if state.person(colleague.user) != colleague or command.take_over:
        draft.add(DoctorInvited(colleague, command.take_over, person.user, draft.at))
        set_doctors(draft, state.patient)
    ring(draft, person, colleague, state.hosting.medium)


# --- the end -------------------------------------------------------------------------------------


def end_call(draft: Draft, command: EndCall) -> None:
    """Let the call be over for all."""
    person = host(draft.state, draft.asked)
    end_for_all(draft, person.user)
    check_call(draft)
    if command.outcome is not None:
        _set_outcome(draft, person, command.outcome)


def set_outcome(draft: Draft, command: SetOutcome) -> None:
    """Let it be known what the visit came to."""
    _set_outcome(draft, host(draft.state, draft.asked), command.outcome)


def _set_outcome(draft: Draft, person: Person, outcome: Outcome) -> None:
    state = draft.state
    if state.hosting is None:
        raise VisitsOnly
    if state.call is not None:
        raise CallGoesOn
    if not state.number:
        raise NoCall
    if outcome is state.outcome:
        return
    if state.outcome not in {None, Outcome.CALL_AGAIN}:
        raise OutcomeIsSet
    draft.add(OutcomeSet(state.appointment, outcome, person.user, draft.at, state.doctor))
