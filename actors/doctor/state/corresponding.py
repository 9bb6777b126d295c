"""Writing with patients: the doctor's answering hours and canned replies."""

from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from actors.asked import Asked
from actors.caller import Role, is_actor
from actors.conversation.messages import address_of as thread_at
from actors.correspondence import answered_at, checked_answering, checked_replies, next_opening
from actors.doctor.diary import off_times
from actors.doctor.messages import (
    AnsweringSet,
    AnsweringView,
    ClinicHoursAsked,
    CorrespondenceCommand,
    CorrespondenceEvent,
    CorrespondenceQuery,
    CorrespondenceView,
    Event,
    GetAnswering,
    GetReplies,
    PatientWrote,
    RepliedForDoctor,
    Replies,
    RepliesSet,
    SetAnswering,
    SetReplies,
)
from actors.doctor.state.kept import Doctor
from actors.doctor.state.permissions import is_owner
from actors.refusal import NotAllowed, NotFound


def decide_correspondence(
    state: Doctor, command: CorrespondenceCommand, asked: Asked
) -> list[Event]:
    """Return what happens when *command* is given, or raise a `Refusal`."""
    match command:
        case SetAnswering(answering):
            _check_owner(state, asked)
            answering = checked_answering(answering)
            return [] if answering == state.answering else [AnsweringSet(answering, asked.at)]
        case SetReplies(replies):
            _check_owner(state, asked)
            replies = checked_replies(replies)
            return [] if replies == state.replies else [RepliesSet(replies, asked.at)]
        case PatientWrote():
            return _wrote(state, command, asked)
        case _:
            assert_never(command)


def _check_owner(state: Doctor, asked: Asked) -> None:
    if not is_owner(state, asked):
        raise NotAllowed


def _wrote(state: Doctor, command: PatientWrote, asked: Asked) -> list[Event]:
    """Answer for a doctor who is away, or does not answer at that time."""
    if not is_actor(asked.caller, thread_at(command.conversation)):
        raise NotAllowed
    back = _away_until(state, command.written_at)
    if back is None and not state.answering.weekly:
        return [
            ClinicHoursAsked(command.conversation, command.number, command.written_at, asked.at)
        ]
    opens_at = _opens_at(state, back or command.written_at)
    if back is None and opens_at is not None and opens_at <= command.written_at:
        return []
    text = state.answering.text
    return [
        RepliedForDoctor(command.conversation, command.number, text, opens_at or back, asked.at)
    ]


def _away_until(state: Doctor, at: datetime) -> datetime | None:
    if state.hours is None:
        return None
    off = off_times(state.hours.zone, state.absences.values(), state.closures)
    return next((span.end for span in off if span.start <= at < span.end), None)


def _opens_at(state: Doctor, at: datetime) -> datetime | None:
    opening = next_opening(state.answering, at)
    return None if opening is None else max(opening.start, at)


def evolve_correspondence(state: Doctor, event: CorrespondenceEvent) -> Doctor:
    """Return the doctor to whom *event* has happened."""
    match event:
        case AnsweringSet(answering):
            return replace(state, answering=answering)
        case RepliesSet(replies):
            return replace(state, replies=replies)
        case RepliedForDoctor() | ClinicHoursAsked():
            return state
        case _:
            assert_never(event)


def answer_correspondence(
    state: Doctor, query: CorrespondenceQuery, asked: Asked
) -> CorrespondenceView:
    """Return what *asked*'s caller sees, or raise `NotFound`."""
    match query:
        case GetAnswering():
            if asked.caller.role is Role.NOBODY:
                raise NotFound
            return _answering(state, asked.at)
        case GetReplies():
            if not is_owner(state, asked):
                raise NotFound
            return Replies(state.replies)
        case _:
            assert_never(query)


def _answering(state: Doctor, now: datetime) -> AnsweringView:
    back = _away_until(state, now)
    if back is None and answered_at(state.answering, now):
        return AnsweringView(state.answering, open=True)
    return AnsweringView(
        state.answering, open=False, opens_at=_opens_at(state, back or now) or back
    )
