"""When a letter box wakes up: to carry a letter, and to look what still waits for the person."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from actors.address import Address
from actors.effects import Effect, Unwake, Wake
from actors.ids import AppointmentId
from actors.notify.messages import (
    AlertDue,
    AlertRaised,
    AlertSettled,
    AlertStepped,
    CarryDue,
    DigestDelayed,
    DigestDue,
    Event,
    LetterDelayed,
    LetterGivenUp,
    LetterQueued,
    MessageNoted,
    MessagesDue,
    ReadNoted,
    ThreadNoted,
    Topic,
)
from actors.notify.state.kept import alert_key

DIGEST = "digest"


def react(event: Event, _me: Address) -> Sequence[Effect]:  # noqa: PLR0911 - one case per event
    """Return what *event* makes the letter box wake up for."""
    match event:
        case LetterQueued(number=number, due=due) | LetterDelayed(number=number, due=due):
            return [Wake(alarm(number), due, CarryDue(number))]
        case LetterGivenUp(number=number):
            return [Unwake(alarm(number))]
        case AlertRaised() | AlertStepped() | AlertSettled():
            return [_step(event)]
        case MessageNoted():
            return _look(event)
        case DigestDelayed(due):
            return [Wake(DIGEST, due, DigestDue())]
        case ReadNoted(thread=thread, all_read=all_read):
            return [Unwake(f"messages:{thread}"), *([Unwake(DIGEST)] if all_read else [])]
        case ThreadNoted(thread=thread, member=False):
            return [Unwake(f"messages:{thread.id}")]
        case _:
            return []


def alarm(number: int) -> str:
    """Return the name of the wake-up for letter *number*."""
    return f"letter:{number}"


def _alert_alarm(topic: Topic, appointment: AppointmentId) -> str:
    return f"alert:{alert_key(topic, appointment)}"


def _step(event: AlertRaised | AlertStepped | AlertSettled) -> Effect:
    match event:
        case AlertRaised(notice, due):
            return _next_step(notice.topic, notice.appointment, 1, due)
        case AlertStepped(topic, appointment, step, due) if due is not None:
            return _next_step(topic, appointment, step + 1, due)
        case AlertStepped(topic, appointment) | AlertSettled(topic, appointment):
            return Unwake(_alert_alarm(topic, appointment))
        case _:
            assert_never(event)


def _next_step(topic: Topic, appointment: AppointmentId, step: int, due: datetime) -> Wake:
    return Wake(_alert_alarm(topic, appointment), due, AlertDue(topic, appointment, step))


def _look(event: MessageNoted) -> list[Effect]:
    """Return the wake-ups that look whether the message was read."""
    wakes: list[Effect] = []
    if event.push_at is not None:
        wakes.append(Wake(f"messages:{event.thread}", event.push_at, MessagesDue(event.thread)))
    if event.digest_at is not None:
        wakes.append(Wake(DIGEST, event.digest_at, DigestDue()))
    return wakes
