"""Whether somebody answers now, and what the patient is told when nobody does."""

from datetime import datetime, timedelta

from actors.asked import Asked
from actors.caller import Caller, Role, is_actor
from actors.conversation.messages import Event, Member, RepliedAutomatically, ReplyAutomatically
from actors.conversation.state.kept import Thread
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.doctor import messages as doctor
from actors.ids import DoctorId
from actors.refusal import NotAllowed

DOCTOR_IS_HERE = timedelta(hours=1)
"""After a doctor wrote, nobody is asked for so long whether somebody answers."""

REPLY_AGAIN = timedelta(hours=12)
"""At least so long lies between one automatic reply and the next."""


def asks_hours(state: Thread, author: Member, at: datetime) -> bool:
    """Return whether it is asked if somebody answers what *author* writes at *at*."""
    is_patient = author.role is Role.PATIENT
    return is_patient and not _within(DOCTOR_IS_HERE, state.doctor_wrote_at, at) and _may(state, at)


def reply(state: Thread, command: ReplyAutomatically, asked: Asked) -> list[Event]:
    """Return that the patient is told, unless a doctor answered meanwhile or it was just said."""
    if not _keeps_hours(state, asked.caller):
        raise NotAllowed
    answered = state.doctor_wrote > command.number
    if state.closed or answered or command.number > state.last or not _may(state, asked.at):
        return []
    number = state.last + 1
    return [RepliedAutomatically(number, command.text, asked.at, command.opens_at)]


def _may(state: Thread, at: datetime) -> bool:
    return not _within(REPLY_AGAIN, state.replied_at, at)


def _within(time: timedelta, before: datetime | None, at: datetime) -> bool:
    return before is not None and at - before < time


def _keeps_hours(state: Thread, caller: Caller) -> bool:
    """Return whether *caller* is the directory, or in a pair's thread the doctor's actor.

    A doctor who has said no hours has the directory asked: the clinic's hold then.
    """
    if state.team or is_actor(caller, DIRECTORY):
        return is_actor(caller, DIRECTORY)
    doctors = [each for each in state.members if each.role is Role.DOCTOR]
    return any(is_actor(caller, doctor.address_of(DoctorId(each.user))) for each in doctors)
