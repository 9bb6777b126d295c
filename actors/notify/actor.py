"""Ties the letter boxes to the runtime; carries letters and searches before the rules are asked."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TypeAlias

import msgspec
import structlog

from actors.address import Address
from actors.asked import Asked
from actors.notify import messages
from actors.notify.carriers.carrier import Carrier
from actors.notify.letters import mailbox
from actors.notify.messages import (
    AlertHushed,
    AlertRaised,
    AlertSettled,
    AlertStepped,
    CarryDue,
    Channel,
    Event,
    LetterCarried,
    LetterGivenUp,
    LetterQueued,
    Noticed,
    Outcome,
    PastFound,
    RecordCarried,
    SearchThreads,
)
from actors.notify.reactions import react
from actors.notify.state import Box, answer, born, decide, evolve, may_watch
from actors.notify.state.kept import Letter, Recipient
from actors.notify.state.letters import needless, verdict, when_loud
from actors.notify.state.threads import CONVERSATION
from actors.notify.state.turn import is_owner
from actors.runtime.journal import History
from actors.runtime.room import Room

_log = structlog.get_logger(__name__)

PERSONAL = frozenset({"email", "name", "said", "with_name", "endpoint", "p256dh", "auth", "device"})

REMEMBERED = 4096
"""Attempts whose outcome is known here though it may not be on disk yet."""

MOST_HITS = 50

Write: TypeAlias = Callable[[Recipient, Letter, datetime], bytes]
"""Makes a letter as it leaves at a time, or raises `ValueError`."""


def room(
    carriers: Mapping[Channel, Carrier], writers: Mapping[Channel, Write], history: History
) -> Room[Box]:
    """Return the room of the letter boxes.

    By the channels of *carriers* letters may leave; each has its writer in *writers*. A carrier
    is given as *to* an e-mail address, for a push the `Subscription` as JSON, for a webhook the
    user's id. *history* is where the messages of a person's threads are searched.
    """
    return Room(
        kind=messages.KIND,
        command=messages.Command,
        query=messages.Query,
        event=messages.Event,
        state=Box,
        schema=3,
        born=born,
        decide=partial(decide, channels=frozenset(carriers)),
        evolve=evolve,
        answer=answer,
        react=react,
        may_watch=may_watch,
        about=about,
        prepare=Preparing(Carrying(carriers, writers), history).prepare,
        prepared=frozenset({CarryDue, SearchThreads}),
        personal=PERSONAL,
    )


def about(event: Event) -> tuple[str, ...]:
    """Return the appointment that a notice, a letter or a step of an alert is about."""
    match event:
        case Noticed(notice=notice) | LetterQueued(notice=notice) | AlertRaised(notice=notice):
            appointment = notice.appointment
        case AlertStepped() | AlertHushed() | AlertSettled():
            appointment = event.appointment
        case _:
            return ()
    return (appointment,) if appointment else ()


class Preparing:
    """Does the slow work: carries what is due, and searches what was written."""

    def __init__(self, carrying: "Carrying", history: History) -> None:
        self._carrying = carrying
        self._history = history

    async def prepare(
        self, state: Box, message: CarryDue | SearchThreads, asked: Asked
    ) -> RecordCarried | PastFound:
        """Return what is decided, or answered, in place of *message*."""
        if isinstance(message, CarryDue):
            return await self._carrying.prepare(state, message, asked)
        return await self._search(state, message, asked)

    async def _search(self, state: Box, query: SearchThreads, asked: Asked) -> PastFound:
        """Return what the person's own threads hold; for anybody else nothing is looked up."""
        if not is_owner(state, asked.caller):
            return PastFound(query, ())
        threads = [Address(CONVERSATION, each.ref.id) for each in state.readable]
        limit = max(1, min(query.limit, MOST_HITS))
        hits = await self._history.search(threads, query.words, limit=limit) if threads else ()
        return PastFound(query, tuple(hits))


class Carrying:
    """Carries a letter, once for each time that it is due.

    The outcome is remembered until it is surely on disk: when recording it fails, the wake-up
    comes again and nothing is carried a second time. A process that ends between the other side's
    answer and the commit (by a kill, or stopped while that side hesitates) forgets; the attempt
    then comes to its carrier again, under the same name.
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
        reader = state.reader
        if letter is None or reader is None:
            return RecordCarried(command.number, Outcome.OVER)
        attempt = (letter.message_id, letter.due)
        if attempt not in self._tried:
            tried = await self._try(state, reader, letter, asked.at)
            self._remember(attempt, tried)
            _say(state, letter, tried, asked.at)
        return self._tried[attempt]

    async def _try(
        self, state: Box, recipient: Recipient, letter: Letter, at: datetime
    ) -> RecordCarried:
        if why := needless(state, letter, at):
            return RecordCarried(letter.number, Outcome.OVER, why)
        if when_loud(state, letter.notice, at) > at:
            return RecordCarried(letter.number, Outcome.NOT_TRIED, "quiet")
        if letter.channel not in self._carriers:
            return RecordCarried(letter.number, Outcome.REFUSED, "no_carrier")
        try:
            text = self._writers[letter.channel](recipient, letter, at)
        except (ValueError, KeyError) as error:
            return RecordCarried(letter.number, Outcome.REFUSED, type(error).__name__)
        to = _whereto(state, recipient, letter)
        carrier, attempt = self._carriers[letter.channel], letter.due.isoformat()
        carried = await carrier.carry(letter.message_id, text, to, attempt)
        return RecordCarried(letter.number, carried.outcome, carried.said)

    def _remember(self, attempt: tuple[str, datetime], outcome: RecordCarried) -> None:
        if len(self._tried) >= REMEMBERED:
            del self._tried[next(iter(self._tried))]
        self._tried[attempt] = outcome


def _whereto(state: Box, recipient: Recipient, letter: Letter) -> str:
    """Return where the carrier of the letter's channel brings it."""
    match letter.channel:
        case Channel.PUSH if letter.subscription is not None:
            return msgspec.json.encode(state.subscriptions[letter.subscription]).decode()
        case Channel.WEBHOOK:
            return recipient.user
        case _:
            return mailbox(recipient.email)


def _say(state: Box, letter: Letter, tried: RecordCarried, at: datetime) -> None:
    """Say aloud what became of *letter*, without its reader and without the server's words."""
    what = {"topic": letter.notice.topic.value, "channel": letter.channel.value}
    match verdict(state, letter, tried, at):
        case LetterCarried():
            _log.info("letter.carried", **what)
        case LetterGivenUp(outcome=Outcome.OVER, said=said) if said != "over":
            _log.info("letter.needless", why=said, **what)
        case LetterGivenUp(outcome=Outcome.GONE):
            _log.info("letter.nobody_there", **what)
        case LetterGivenUp(number=number, attempts=attempts, outcome=outcome):
            _log.error(
                "letter.given_up",
                appointment=letter.notice.appointment,
                number=number,
                attempts=attempts,
                outcome=outcome.value,
                **what,
            )
        case _ if tried.said == "quiet":
            _log.info("letter.waits", **what)
        case _:
            _log.warning("letter.delayed", **what)
