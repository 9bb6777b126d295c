"""What waits for whoever runs the clinic, and messages that come when nobody answers."""

from actors.admin_router.messages import KIND as ROUTER
from actors.asked import Asked
from actors.caller import is_actor, is_actor_of_kind
from actors.conversation.messages import address_of as thread_at
from actors.correspondence import answered_at, next_opening
from actors.directory.messages import (
    AlertStaff,
    Event,
    PatientWrote,
    RepliedForClinic,
    SettleStaff,
    StaffAlerted,
    StaffSettled,
)
from actors.directory.state.listing import DirectoryState
from actors.doctor.messages import KIND as DOCTOR
from actors.refusal import NotAllowed


def tell_staff(
    state: DirectoryState, command: AlertStaff | SettleStaff, asked: Asked
) -> list[Event]:
    """Return that each administrator is told, if there is one."""
    if not is_actor_of_kind(asked.caller, ROUTER):
        raise NotAllowed
    admins = tuple(sorted(state.admins))
    if not admins:
        return []
    if isinstance(command, AlertStaff):
        return [StaffAlerted(admins, command.notice, asked.at)]
    return [StaffSettled(admins, command.topic, command.appointment, asked.at)]


def reply_for_clinic(state: DirectoryState, command: PatientWrote, asked: Asked) -> list[Event]:
    """Return what the patient is told who wrote outside of the clinic's answering hours."""
    thread = is_actor(asked.caller, thread_at(command.conversation))
    if not thread and not is_actor_of_kind(asked.caller, DOCTOR):
        raise NotAllowed
    answering = state.house.answering
    if answered_at(answering, command.written_at):
        return []
    opening = next_opening(answering, command.written_at)
    return [
        RepliedForClinic(
            conversation=command.conversation,
            number=command.number,
            text=answering.text,
            opens_at=None if opening is None else opening.start,
            at=asked.at,
        )
    ]
