"""Who takes part and until when: a thread is open while a visit is, and some time after."""

from datetime import datetime
from typing import Final

from actors.admin_router.messages import KIND as ROUTER
from actors.asked import Asked
from actors.caller import Caller, Role, is_actor, is_actor_of_kind
from actors.conversation.messages import (
    AFTERCARE,
    Event,
    LeaveTeam,
    Member,
    MembersSet,
    OpenTeam,
    OpenVisit,
    RecordVisit,
    VisitRecorded,
    VisitStep,
    address_of,
    between,
    is_patient_of,
)
from actors.conversation.state.kept import Thread
from actors.ids import AppointmentId, PatientId, UserId
from actors.patient import messages as patient
from actors.refusal import NotAllowed

OPENS: Final = frozenset(
    {VisitStep.REQUESTED, VisitStep.CONFIRMED, VisitStep.MOVED, VisitStep.STARTED}
)
"""After these the visit is open here."""

TOOK_PLACE: Final = frozenset({VisitStep.STARTED, VisitStep.FULFILLED, VisitStep.NOSHOW})
"""These say that a visit took place, or that its time came."""

HAD_AN_END: Final = frozenset({VisitStep.FULFILLED, VisitStep.NOSHOW})


# --- a patient and a doctor ----------------------------------------------------------------------


def record(state: Thread, command: RecordVisit, asked: Asked) -> list[Event]:
    """Return a visit's step, and that the thread opens before it, or closes after it."""
    user = _patient_of(asked.caller)
    if between(user, command.doctor.id) != state.id:
        raise NotAllowed
    opens = command.step in OPENS
    if not state.members and not (opens and command.patient_name):
        return []
    members = _pair(state, user, command)
    ends_care = _ends_care(state, command, asked.at)
    before = _set_members(state, members, "", asked.at, closed=state.closed and not opens)
    step = _step(state, command, len(before), ends_care, asked.at)
    stays = opens or ends_care is not None or bool(_left_open(state, command))
    after = [] if stays or state.closed else [_closing(members, "", asked.at)]
    return [*before, step, *after]


def _patient_of(caller: Caller) -> PatientId:
    if not is_actor_of_kind(caller, patient.KIND):
        raise NotAllowed
    return PatientId(caller.user.removeprefix(f"{patient.KIND}/"))


def _pair(state: Thread, user: PatientId, command: RecordVisit) -> tuple[Member, ...]:
    """Return who takes part, by the names that they have now."""
    known = state.member(user)
    name = command.patient_name or (known.name if known else "")
    return (
        Member(UserId(user), Role.PATIENT, name),
        Member(UserId(command.doctor.id), Role.DOCTOR, command.doctor.name),
    )


def _step(
    state: Thread, command: RecordVisit, before: int, ends_care: datetime | None, at: datetime
) -> VisitRecorded:
    return VisitRecorded(
        number=state.last + before + 1,
        appointment=command.appointment,
        step=command.step,
        at=at,
        start=command.start,
        end=command.end,
        ends_care=ends_care,
    )


def _left_open(state: Thread, command: RecordVisit) -> set[AppointmentId]:
    """Return the visits of before that are open after *command*."""
    return set(state.visits) - ({command.appointment} if command.step.ends else set())


def _ends_care(state: Thread, command: RecordVisit, at: datetime) -> datetime | None:
    """Return when the thread closes by itself after *command*: None while a visit is open.

    Care goes on for `AFTERCARE` after the last visit if one took place here. The end of a visit
    that was to be is its own; that of one which was called off is when it was called off.
    """
    if command.step in OPENS or _left_open(state, command):
        return None
    visit = state.visits.get(command.appointment)
    if visit is None:
        return state.ends_care
    if not state.met and command.step not in TOOK_PLACE:
        return None
    end = command.end or visit.end if command.step in HAD_AN_END else None
    return (end or at) + AFTERCARE


def end_care(state: Thread, asked: Asked) -> list[Event]:
    """Return that the thread closes, unless there has been a visit since."""
    if not is_actor(asked.caller, address_of(state.id)):
        raise NotAllowed
    if state.closed or state.ends_care is None or asked.at < state.ends_care:
        return []
    return [_closing(state.members, state.team, asked.at)]


# --- a patient and a group -----------------------------------------------------------------------


def open_team(state: Thread, command: OpenTeam, asked: Asked) -> list[Event]:
    """Return that this patient's request lies with the group, whose doctors take part now."""
    _check_router(asked)
    is_pair = bool(state.members) and not state.team
    if is_pair or not is_patient_of(state.id, UserId(command.patient.id)):
        raise NotAllowed
    members = (
        Member(UserId(command.patient.id), Role.PATIENT, command.patient.name),
        *(Member(UserId(each.id), Role.DOCTOR, each.name) for each in command.doctors),
    )
    before = _set_members(state, members, command.team, asked.at, closed=False)
    if command.appointment in state.visits:
        return [*before]
    number = state.last + len(before) + 1
    return [*before, VisitRecorded(number, command.appointment, VisitStep.REQUESTED, asked.at)]


def leave_team(state: Thread, command: LeaveTeam, asked: Asked) -> list[Event]:
    """Return that the request is the group's no more; the last one closes the thread."""
    _check_router(asked)
    if command.appointment not in state.visits:
        return []
    step = VisitRecorded(state.last + 1, command.appointment, command.step, asked.at)
    is_last = len(state.visits) == 1
    return [step, _closing(state.members, state.team, asked.at)] if is_last else [step]


def _check_router(asked: Asked) -> None:
    if not is_actor_of_kind(asked.caller, ROUTER):
        raise NotAllowed


# --- members -------------------------------------------------------------------------------------


def _set_members(
    state: Thread, members: tuple[Member, ...], team: str, at: datetime, *, closed: bool
) -> list[MembersSet]:
    """Return who takes part from now on, if that is new."""
    if (members, team, closed) == (state.members, state.team, state.closed):
        return []
    staying = {each.user for each in members}
    left = tuple(each.user for each in state.members if each.user not in staying)
    return [MembersSet(members, left, team, closed, at)]


def _closing(members: tuple[Member, ...], team: str, at: datetime) -> MembersSet:
    return MembersSet(members, (), team, closed=True, at=at)


def opened(state: Thread, event: VisitRecorded) -> dict[AppointmentId, OpenVisit]:
    """Return the open visits after *event*. A group has to do with a request alone."""
    opens = event.step is VisitStep.REQUESTED if state.team else event.step in OPENS
    known = state.visits.get(event.appointment)
    if opens:
        end = event.end or (known.end if known else None)
        return {**state.visits, event.appointment: OpenVisit(event.appointment, end)}
    if event.step.ends or state.team:
        return {name: each for name, each in state.visits.items() if name != event.appointment}
    return state.visits
