"""Durable wake-ups: late rather than never, with effect once.

The journal keeps them; the node that owns the shard has them in memory and gives each, when it
is due, to its actor as a command. What that command does is committed with the removal of the
alarm: an alarm that is still there has not gone off, whatever its name and time.
"""

import asyncio
import heapq
import itertools
import logging
from collections.abc import Callable, Iterable

import msgspec

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.clock import Clock
from actors.runtime.codec import decode_caller
from actors.runtime.envelope import Envelope, Failed, Refused, Reply
from actors.runtime.journal import Alarm, Journal
from actors.runtime.mailbox import Mail
from actors.runtime.mint import Mint

LOOK_AGAIN = 1.0
"""Seconds after which the clock is read again, however far the next alarm is: it may jump."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds between two tries of an alarm whose actor could not be reached."""

DEADLINE_MS = 60_000

log = logging.getLogger(__name__)


class Timers:
    """Wakes the node's actors when it is time."""

    def __init__(
        self, journal: Journal, clock: Clock, mint: Mint, give: Callable[[Mail], None]
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._mint = mint
        self._give = give
        self._alarms: dict[tuple[Address, str], Alarm] = {}
        self._heap: list[tuple[int, int, Alarm]] = []
        self._order = itertools.count()
        self._handle: asyncio.TimerHandle | None = None
        self._stopped = False

    def __len__(self) -> int:
        return len(self._alarms)

    def start(self) -> None:
        """Begin to wake; alarms already due go off now."""
        self._look()

    def stop(self) -> None:
        """Wake nobody any more; the journal keeps what is left."""
        self._stopped = True
        if self._handle is not None:
            self._handle.cancel()

    def waiting(self) -> Iterable[Alarm]:
        """Return the alarms that are set, in no order."""
        return self._alarms.values()

    def set(self, alarms: Iterable[Alarm]) -> None:
        """Set *alarms*, each in place of the one of its actor and name."""
        sooner = False
        for alarm in alarms:
            self._alarms[alarm.actor, alarm.name] = alarm
            heapq.heappush(self._heap, (alarm.due, next(self._order), alarm))
            sooner = sooner or self._heap[0][2] is alarm
        if sooner and self._handle is not None:
            self._handle.cancel()
            self._look()

    def clear(self, actor: Address, name: str) -> None:
        """Forget an alarm."""
        self._alarms.pop((actor, name), None)

    def fired(self, actor: Address, name: str, due: int) -> None:
        """Forget an alarm that was answered, unless it has been moved since."""
        alarm = self._alarms.get((actor, name))
        if alarm is not None and alarm.due == due:
            del self._alarms[actor, name]

    def drop(self, lives_there: Callable[[Address], bool]) -> None:
        """Leave the alarms of these actors to another node."""
        self._heap = [each for each in self._heap if not lives_there(each[2].actor)]
        heapq.heapify(self._heap)
        for key in [key for key in self._alarms if lives_there(key[0])]:
            del self._alarms[key]

    def _look(self) -> None:
        """Give every due alarm to its actor, and come back for the next."""
        if self._stopped:
            return
        now = self._clock.unix_ms()
        try:
            self._fire_due(now)
        finally:
            wait = LOOK_AGAIN
            if self._heap:
                wait = min(wait, max((self._heap[0][0] - now) / 1000, 0.001))
            self._handle = asyncio.get_running_loop().call_later(wait, self._look)

    def _fire_due(self, now: int) -> None:
        while self._heap and self._heap[0][0] <= now:
            _, _, alarm = heapq.heappop(self._heap)
            if self._stands(alarm):
                self._fire(alarm, MessageId(f"t:{self._mint.message_id()}"), 1)

    def _stands(self, alarm: Alarm) -> bool:
        return self._alarms.get((alarm.actor, alarm.name)) is alarm

    def _fire(self, alarm: Alarm, name: MessageId, attempt: int) -> None:
        if self._stopped or not self._stands(alarm):
            return
        envelope = Envelope(
            id=name,
            to=alarm.actor,
            caller=decode_caller(alarm.caller),
            deadline=self._clock.unix_ms() + DEADLINE_MS,
            body=msgspec.Raw(alarm.body),
            trace=alarm.trace,
            attempt=attempt,
        )
        self._give(Mail(envelope, lambda reply: self._answered(alarm, envelope, reply), alarm))

    def _answered(self, alarm: Alarm, envelope: Envelope, reply: Reply) -> None:
        if isinstance(reply, Refused):
            log.error("alarm %s of %s refused: %s", alarm.name, alarm.actor.kind, reply.code)
        if isinstance(reply, Failed) and not self._stopped:
            attempt = envelope.attempt
            pause = min(FIRST_PAUSE * 2 ** min(attempt - 1, 10), LONGEST_PAUSE)
            loop = asyncio.get_running_loop()
            loop.call_later(pause, self._fire, alarm, envelope.id, attempt + 1)
