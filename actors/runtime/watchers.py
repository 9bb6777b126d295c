"""Who wants to be told of one actor's events, and how far each of them is.

A watcher is a subject on the bus (a browser's socket is one). It is told in order, one message
at a time; one that is slow is bounded and told to read anew, one that is gone is forgotten.
So is one that a rule no longer lets watch.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

import msgspec

from actors.address import Address
from actors.caller import Caller
from actors.runtime.codec import encode
from actors.runtime.envelope import TOLD_GONE, WATCH_SECONDS, Told
from actors.runtime.transport import Transport

TELL_SECONDS = 2.0
"""How long a watcher has to answer that it took what it was told."""

log = logging.getLogger(__name__)

PASSING = 8
"""What is only passing may wait behind so many others."""


def read_anew(actor: Address, seq: int) -> Told:
    """Return what tells a watcher that it missed too much: no events, and where to go on."""
    return Told(actor, seq, 0, msgspec.Raw(b"\x90"))


class Watcher:
    """One subject that is told. Held back until its own question has been answered."""

    __slots__ = ("_backlog", "_waiting", "caller", "expires", "held", "subject", "telling")

    def __init__(self, subject: str, caller: Caller, backlog: int) -> None:
        self.subject = subject
        self.caller = caller
        self.expires = 0.0
        self.held = True
        self.telling = False
        self._backlog = backlog
        self._waiting: deque[Told] = deque()

    def tell(self, told: Told) -> None:
        """Let *told* wait its turn; when too much waits, all of it becomes "read anew".

        What is only passing gives way first: it is dropped while the watcher is held or behind.
        """
        if told.passing and (self.held or len(self._waiting) >= min(PASSING, self._backlog)):
            return
        if len(self._waiting) >= self._backlog:
            self._waiting = deque(one for one in self._waiting if not one.passing)
        if len(self._waiting) >= self._backlog:
            self._waiting.clear()
            told = read_anew(told.actor, told.seq + max(told.count, 1) - 1)
        self._waiting.append(told)

    def next(self) -> Told | None:
        """Return what to tell now, if there is something and nothing else is being told."""
        if self.held or self.telling or not self._waiting:
            return None
        self.telling = True
        return self._waiting.popleft()


class Watchers:
    """The watchers of one actor."""

    __slots__ = ("_backlog", "_by_subject", "_limit", "_transport")

    def __init__(self, transport: Transport, limit: int, backlog: int) -> None:
        self._transport = transport
        self._limit = limit
        self._backlog = backlog
        self._by_subject: dict[str, Watcher] = {}

    def __len__(self) -> int:
        return len(self._by_subject)

    def add(self, subject: str, caller: Caller, now: float) -> Watcher | None:
        """Register or renew *subject*; None when there are too many. It is held at first."""
        watcher = self._by_subject.get(subject)
        if watcher is None:
            if len(self._by_subject) >= self._limit:
                return None
            watcher = self._by_subject[subject] = Watcher(subject, caller, self._backlog)
        watcher.caller = caller
        watcher.expires = now + WATCH_SECONDS
        return watcher

    def release(self, watcher: Watcher) -> None:
        """Its question has been answered: tell it from now on."""
        watcher.held = False
        self._pump(watcher)

    def remove(self, subject: str) -> None:
        """Tell *subject* no more."""
        self._by_subject.pop(subject, None)

    def keep(self, may_watch: Callable[[Caller], bool]) -> None:
        """Forget those whose caller may not watch any more."""
        for watcher in list(self._by_subject.values()):
            if not may_watch(watcher.caller):
                self.remove(watcher.subject)

    def expire(self, now: float) -> None:
        """Forget who has not renewed."""
        gone = [one.subject for one in self._by_subject.values() if one.expires <= now]
        for subject in gone:
            self.remove(subject)

    def tell(self, told: Told) -> None:
        """Tell everyone."""
        for watcher in list(self._by_subject.values()):
            watcher.tell(told)
            self._pump(watcher)

    def _pump(self, watcher: Watcher) -> None:
        told = watcher.next()
        if told is not None:
            payload = self._carried(told)
            answer = self._transport.ask(watcher.subject, payload, TELL_SECONDS)
            answer.add_done_callback(lambda done: self._told(watcher, done))

    def _carried(self, told: Told) -> bytes:
        """Return *told* encoded; what is larger than the bus carries becomes "read anew"."""
        payload = encode(told)
        if len(payload) <= self._transport.max_payload:
            return payload
        log.warning("events of kind %s are too large: %s bytes", told.actor.kind, len(payload))
        return encode(read_anew(told.actor, told.seq + max(told.count, 1) - 1))

    def _told(self, watcher: Watcher, answer: asyncio.Future[bytes]) -> None:
        watcher.telling = False
        if answer.cancelled() or answer.exception() is not None or answer.result() == TOLD_GONE:
            if self._by_subject.get(watcher.subject) is watcher:
                self.remove(watcher.subject)
            return
        self._pump(watcher)
