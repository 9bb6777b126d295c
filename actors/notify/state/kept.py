"""What a letter box holds, and what each event makes of it."""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from actors.caller import Role
from actors.ids import UserId
from actors.notify.messages import (
    Channel,
    Event,
    LetterCarried,
    LetterDelayed,
    LetterGivenUp,
    LetterQueued,
    Notice,
    Outcome,
    RecipientSet,
    Topic,
)

KEPT = 200
"""Letters of one person; beyond it the oldest that is over is forgotten."""


class Recipient(msgspec.Struct, frozen=True):
    """Whom the letters are for."""

    user: UserId
    email: str
    name: str
    role: Role
    zone: str


class Stage(StrEnum):
    """How far a letter came."""

    WAITING = "waiting"
    CARRIED = "carried"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    GAVE_UP = "gave_up"


GIVEN_UP = {Outcome.REFUSED: Stage.REFUSED, Outcome.IN_DOUBT: Stage.IN_DOUBT}
"""The stage of a letter that is given up after this outcome, if not `GAVE_UP`."""


class Letter(msgspec.Struct, frozen=True):
    """One letter and how far it came."""

    number: int
    notice: Notice
    message_id: str
    at: datetime
    due: datetime
    stage: Stage = Stage.WAITING
    attempts: int = 0
    said: str = ""
    channel: Channel = Channel.EMAIL

    @property
    def waits(self) -> bool:
        """Whether it is still to be carried."""
        return self.stage is Stage.WAITING

    def stale(self, at: datetime) -> bool:
        """Return whether it says nothing of use any more: the time that it calls to is over."""
        match self.notice:
            case Notice(topic=Topic.REMINDER, start=end):
                pass
            case Notice(topic=Topic.OFFERED | Topic.EARLIER | Topic.REQUEST, until=end):
                pass
            case _:
                return False
        return end is not None and at >= end


class Box(msgspec.Struct, frozen=True):
    """The letter box of one person."""

    user: UserId
    recipient: Recipient | None = None
    count: int = 0
    """Letters so far, those included that are forgotten."""
    letters: dict[int, Letter] = {}
    """By number, oldest first."""

    def __repr__(self) -> str:
        return f"Box({len(self.letters)} letters)"

    def waiting(self, number: int) -> Letter | None:
        """Return letter *number*, if it is still to be carried."""
        letter = self.letters.get(number)
        return letter if letter is not None and letter.waits else None


def born(key: str) -> Box:
    """Return the letter box of somebody to whom nobody has written."""
    return Box(UserId(key))


def evolve(state: Box, event: Event) -> Box:
    """Return what *event* makes of the letter box."""
    match event:
        case RecipientSet(user, email, name, role, zone):
            return replace(state, recipient=Recipient(user, email, name, role, zone))
        case LetterQueued(number, notice, message_id, due, at, channel):
            letter = Letter(number, notice, message_id, at, due, channel=channel)
            return replace(state, count=number, letters=_room(state.letters) | {number: letter})
        case LetterCarried(number, attempts):
            return _changed(state, number, stage=Stage.CARRIED, attempts=attempts, said="")
        case LetterDelayed(number, attempts, said, due):
            again = {"stage": Stage.WAITING, "attempts": attempts, "said": said, "due": due}
            return _changed(state, number, **again)
        case LetterGivenUp(number, attempts, outcome, said):
            stage = GIVEN_UP.get(outcome, Stage.GAVE_UP)
            return _changed(state, number, stage=stage, attempts=attempts, said=said)
        case _:
            return state


def oldest_over(letters: dict[int, Letter]) -> int | None:
    """Return the number of the oldest letter that is not to be carried any more."""
    return next((number for number, letter in letters.items() if not letter.waits), None)


def _room(letters: dict[int, Letter]) -> dict[int, Letter]:
    """Return *letters* without the one that makes room for a new one, if it must."""
    forgotten = oldest_over(letters) if len(letters) >= KEPT else None
    return {number: letter for number, letter in letters.items() if number != forgotten}


def _changed(state: Box, number: int, **changes: object) -> Box:
    letter = replace(state.letters[number], **changes)
    return replace(state, letters=state.letters | {number: letter})
