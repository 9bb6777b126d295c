"""What waits for an actor: a bounded queue, worked through one message at a time."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from actors.runtime.envelope import Envelope, Failed, Reply
from actors.runtime.errors import Fault
from actors.runtime.journal import Alarm


class Mail:
    """One message and how to answer it, at most once."""

    __slots__ = ("_respond", "alarm", "asks", "envelope", "message", "name")

    def __init__(
        self, envelope: Envelope, respond: Callable[[Reply], None], alarm: Alarm | None = None
    ) -> None:
        self.envelope = envelope
        self.alarm = alarm
        """Set when it is a wake-up of the actor's own."""
        self.message: Any = None
        """The prepared command or query, once there is one."""
        self.name = ""
        """The type of what came, where something is prepared in its place."""
        self.asks = False
        """Whether it is a query that is prepared."""
        self._respond: Callable[[Reply], None] | None = respond

    def answer(self, reply: Reply) -> None:
        """Answer; a second answer is not sent."""
        respond, self._respond = self._respond, None
        if respond is not None:
            respond(reply)

    def join(self, again: "Mail") -> None:
        """Answer *again*, a repetition of this message, with the same."""
        respond = self._respond

        def both(reply: Reply) -> None:
            if respond is not None:
                respond(reply)
            again.answer(reply)

        self._respond = both

    def fail(self, fault: Fault) -> None:
        """Answer that no rule was reached."""
        self.answer(Failed(fault))


class Mailbox:
    """First in, first out, up to a limit."""

    __slots__ = ("_limit", "_waiting")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Mail] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, mail: Mail) -> None:
        """Let *mail* wait, or answer it `busy` when too many do."""
        if len(self._waiting) >= self._limit:
            mail.fail(Fault.BUSY)
        else:
            self._waiting.append(mail)

    def take(self) -> Mail:
        """Return the next one; raise `IndexError` when none waits."""
        return self._waiting.popleft()

    def put_back(self, mails: Iterable[Mail]) -> None:
        """Let *mails*, in their order, be the next; they had been taken before."""
        self._waiting.extendleft(reversed(list(mails)))

    def fail_all(self, fault: Fault) -> None:
        """Answer everything that waits with *fault*."""
        waiting, self._waiting = self._waiting, deque()
        for mail in waiting:
            mail.fail(fault)
