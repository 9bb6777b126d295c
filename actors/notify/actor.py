"""Ties the letter boxes to the runtime; carries letters before their rules are asked."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

import structlog

from actors.asked import Asked
from actors.notify import messages
from actors.notify.carriers.carrier import Carrier
from actors.notify.letters import mailbox
from actors.notify.messages import (
    CarryDue,
    Channel,
    Event,
    LetterCarried,
    LetterGivenUp,
    LetterQueued,
    Outcome,
    RecordCarried,
)
from actors.notify.reactions import react
from actors.notify.state import Box, answer, born, decide, evolve, may_see
from actors.notify.state.kept import Letter, Recipient
from actors.notify.state.rules import verdict
from actors.runtime.journal import History
from actors.runtime.room import Room

_log = structlog.get_logger(__name__)

PERSONAL = frozenset({"email", "name", "said", "with_name"})

REMEMBERED = 4096
"""Attempts whose outcome is known here though it may not be on disk yet."""

Write: TypeAlias = Callable[[Recipient, Letter, datetime], bytes]
"""Makes a letter as it leaves at a time, or raises `ValueError`."""


def room(
    carriers: Mapping[Channel, Carrier], writers: Mapping[Channel, Write], history: History
) -> Room[Box]:
    """Return the room of the letter boxes.

    By the channels of *carriers* letters may leave; each has its writer in *writers*. *history*
    is where the messages of a person's threads are searched.
    """
    return Room(
        kind=messages.KIND,
        command=messages.Command,
        query=messages.Query,
        event=messages.Event,
        state=Box,
        schema=1,
        born=born,
        decide=decide,
        evolve=evolve,
        answer=answer,
        react=react,
        may_watch=may_see,
        about=about,
        prepare=Carrying(carriers, writers).prepare,
        prepared=frozenset({CarryDue}),
        personal=PERSONAL,
    )


def about(event: Event) -> tuple[str, ...]:
    """Return the appointment that a new letter is about."""
    return (event.notice.appointment,) if isinstance(event, LetterQueued) else ()


class Carrying:
    """Carries a letter, once for each time that it is due.

    The outcome is remembered until it is surely on disk: when recording it fails, the wake-up
    comes again and nothing is carried a second time. Only a process that ends between the mail
    server's answer and the commit (by a kill, or stopped while that server hesitates) forgets;
    the letter then leaves again, under the same Message-ID.
    """

    def __init__(
        self, carriers: Mapping[Channel, Carrier], writers: Mapping[Channel, Write]
    ) -> None:
        self._carriers = carriers
        self._writers = writers
        self._tried: dict[tuple[str, datetime], RecordCarried] = {}

    async def prepare(self, state: Box, command: CarryDue, asked: Asked) -> RecordCarried:
        """Return what became of the letter that is due."""
        letter = state.waiting(command.number)
        if letter is None or state.recipient is None:
            return RecordCarried(command.number, Outcome.OVER)
        attempt = (letter.message_id, letter.due)
        if attempt not in self._tried:
            self._remember(attempt, await self._try(state.recipient, letter, asked.at))
            _say(letter, self._tried[attempt], asked.at)
        return self._tried[attempt]

    async def _try(self, recipient: Recipient, letter: Letter, at: datetime) -> RecordCarried:
        if letter.stale(at):
            return RecordCarried(letter.number, Outcome.OVER, "over")
        try:
            text = self._writers[letter.channel](recipient, letter, at)
        except (ValueError, KeyError) as error:
            return RecordCarried(letter.number, Outcome.REFUSED, type(error).__name__)
        carrier = self._carriers[letter.channel]
        carried = await carrier.carry(letter.message_id, text, mailbox(recipient.email))
        return RecordCarried(letter.number, carried.outcome, carried.said)

    def _remember(self, attempt: tuple[str, datetime], outcome: RecordCarried) -> None:
        if len(self._tried) >= REMEMBERED:
            del self._tried[next(iter(self._tried))]
        self._tried[attempt] = outcome


def _say(letter: Letter, tried: RecordCarried, at: datetime) -> None:
    """Say aloud what became of *letter*, without its reader and without the server's words."""
    match verdict(letter, tried, at):
        case LetterCarried():
            _log.info("letter.carried", topic=letter.notice.topic.value)
        case LetterGivenUp(number=number, attempts=attempts, outcome=outcome):
            _log.error(
                "letter.given_up",
                appointment=letter.notice.appointment,
                topic=letter.notice.topic.value,
                number=number,
                attempts=attempts,
                outcome=outcome.value,
            )
        case _:
            _log.warning("letter.delayed", topic=letter.notice.topic.value)
