"""When a letter box wakes up: at once for a new letter, later for one that did not leave."""

from collections.abc import Sequence

from actors.address import Address
from actors.effects import Effect, Unwake, Wake
from actors.notify.messages import (
    CarryDue,
    Event,
    LetterDelayed,
    LetterGivenUp,
    LetterQueued,
)


def react(event: Event, _me: Address) -> Sequence[Effect]:
    """Return what *event* makes the letter box wake up for."""
    match event:
        case LetterQueued(number=number, due=due) | LetterDelayed(number=number, due=due):
            return [Wake(alarm(number), due, CarryDue(number))]
        case LetterGivenUp(number=number):
            return [Unwake(alarm(number))]
        case _:
            return []


def alarm(number: int) -> str:
    """Return the name of the wake-up for letter *number*."""
    return f"letter:{number}"
