"""What a patient may do, and what others may tell their actor: who may say which."""

from typing import assert_never

from actors.accounts.messages import KIND as ACCOUNT
from actors.asked import Asked
from actors.caller import Role, is_actor_of_kind
from actors.patient.messages import (
    AdoptAppointment,
    AnswerClinic,
    ChangeProfile,
    CheckIn,
    Command,
    Event,
    MoveAppointment,
    OwnCommand,
    PatientRegistered,
    RefuseTimes,
    RegisterPatient,
    RemindPatient,
    RequestAppointment,
    SetEarlier,
    TakeTime,
    WishMove,
    WithdrawRequest,
)
from actors.patient.state import arriving, asking, cancelling, choosing, moving, profile, recording
from actors.patient.state.kept import Patient
from actors.patient.state.refusals import NotRegistered
from actors.patient.state.reminders import remind
from actors.refusal import NotAllowed, NotFound
from actors.zones import is_zone


def decide(state: Patient, command: Command, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case RegisterPatient():
            return _register(state, command, asked)
        case AdoptAppointment():
            return recording.adopt(state, command, asked)
        case RemindPatient():
            return remind(state, command, asked)
        case (
            ChangeProfile()
            | RequestAppointment()
            | TakeTime()
            | RefuseTimes()
            | MoveAppointment()
            | WishMove()
            | SetEarlier()
            | CheckIn()
            | AnswerClinic()
            | WithdrawRequest()
        ):
            return _by_owner(state, command, asked)
        case _:
            return recording.record(state, command, asked)


def _register(state: Patient, command: RegisterPatient, asked: Asked) -> list[Event]:
    if not is_actor_of_kind(asked.caller, ACCOUNT):
        raise NotAllowed
    if state.registered:
        return []
    zone = command.zone if is_zone(command.zone) else "UTC"
    return [PatientRegistered(command.name, zone, asked.at)]


def _by_owner(state: Patient, command: OwnCommand, asked: Asked) -> list[Event]:
    if asked.caller.role is not Role.PATIENT or asked.caller.user != state.id:
        raise NotFound
    if not state.registered:
        raise NotRegistered
    match command:
        case ChangeProfile():
            return profile.change_profile(state, command, asked)
        case RequestAppointment():
            return asking.request(state, command, asked)
        case _:
            return _about_one(state, command, asked)


def _about_one(  # noqa: PLR0911 - one answer for each thing that a patient does
    state: Patient,
    command: TakeTime
    | RefuseTimes
    | MoveAppointment
    | WishMove
    | SetEarlier
    | CheckIn
    | AnswerClinic
    | WithdrawRequest,
    asked: Asked,
) -> list[Event]:
    match command:
        case TakeTime():
            return choosing.take(state, command, asked)
        case RefuseTimes():
            return choosing.refuse(state, command, asked)
        case MoveAppointment():
            return moving.move(state, command, asked)
        case WishMove():
            return moving.wish(state, command, asked)
        case SetEarlier():
            return moving.set_earlier(state, command, asked)
        case CheckIn():
            return arriving.check_in(state, command, asked)
        case AnswerClinic():
            return arriving.answer_clinic(state, command, asked)
        case WithdrawRequest():
            return cancelling.withdraw(state, command, asked)
        case _:
            assert_never(command)
