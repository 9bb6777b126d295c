"""The steps of one actor that are on their way to disk, and the answers that stand on them.

An actor goes on deciding while earlier steps are being committed; nobody is answered before
the commit that the answer stands on. When a commit fails, so do all later ones of its line;
whoever waited for them is told, or (after a mere repetition) is worked on again.
"""

from collections import deque
from collections.abc import Callable

import msgspec

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.envelope import Done, Failed, Reply
from actors.runtime.errors import (
    AlreadyDone,
    AlreadySettled,
    CommitUncertain,
    Fault,
    FenceLost,
    JournalError,
    Undone,
)
from actors.runtime.floor import Floor
from actors.runtime.journal import Commit, Entry, Line
from actors.runtime.mailbox import Mail

NOTHING_THEN = Done(0, msgspec.Raw(b"\x90"))
"""The answer to a copy of a send that changed nothing at its time."""


def done(entry: Entry) -> Done:
    """Return the answer that *entry* is to its command."""
    return Done(entry.last, msgspec.Raw(entry.events))


class Pending:
    """A step on its way to disk."""

    __slots__ = ("after", "also", "commit", "mail", "reply")

    def __init__(self, mail: Mail, commit: Commit, reply: Reply) -> None:
        self.mail = mail
        self.commit = commit
        self.reply = reply
        self.also: list[Mail] = []
        """Repetitions of the same command."""
        self.after: list[tuple[Mail, Reply]] = []
        """What was answered on the state that this step made."""


class Pipeline:
    """First in, first out: outcomes come in the order of the appends."""

    __slots__ = (
        "_address",
        "_again",
        "_answers",
        "_floor",
        "_line",
        "_pending",
        "_retake",
        "_settled",
        "_stands",
        "_under_way",
        "broken_by",
    )

    def __init__(
        self,
        address: Address,
        floor: Floor,
        *,
        stands: Callable[[Commit], None],
        settled: Callable[[], None],
        retake: Callable[[Mail], None],
    ) -> None:
        self._address = address
        self._floor = floor
        self._stands = stands
        """Called with each commit that is on disk, after its command was answered."""
        self._settled = settled
        """Called after each outcome."""
        self._retake = retake
        """Called with mail that has to be decided anew."""
        self._line = Line()
        self._pending: deque[Pending] = deque()
        self._under_way: dict[MessageId, Pending] = {}
        self._answers: dict[MessageId, Reply] = {}
        self._again: list[Mail] = []
        self.broken_by: JournalError | None = None
        """What broke the line, if it is broken."""

    def __len__(self) -> int:
        return len(self._pending)

    def renew(self) -> list[Mail]:
        """Begin a new line; return the mail that has to be worked on again, in its order."""
        again, self._again = self._again, []
        self._line = Line()
        self.broken_by = None
        return again

    # -- answering ------------------------------------------------------------------------------

    def repeated(self, mail: Mail) -> bool:
        """Answer a command that came before, as far as is known here; return whether it did."""
        under_way = self._under_way.get(mail.envelope.id)
        if under_way is not None:
            under_way.also.append(mail)
            return True
        known = self._answers.get(mail.envelope.id)
        if known is not None:
            mail.answer(known)
            return True
        return False

    def answer_in_turn(self, mail: Mail, reply: Reply) -> None:
        """Answer once everything that the answer has seen is on disk."""
        if self._pending:
            self._pending[-1].after.append((mail, reply))
        else:
            mail.answer(reply)

    def answer_first(self, mail: Mail, reply: Reply, proof: Commit | None = None) -> None:
        """Give the first answer to a command that the journal has already, else *reply*.

        With a *proof*, *reply* waits until that commit is on disk.
        """
        self._floor.spawn(self._answer_first(mail, reply, proof, self._line))

    async def _answer_first(
        self, mail: Mail, reply: Reply, proof: Commit | None, line: Line
    ) -> None:
        try:
            entry = await self._floor.journal.find(self._address, mail.envelope.id)
        except JournalError:
            mail.fail(Fault.STORE_DOWN)
            return
        if entry is not None and self._floor.controls.remember_answers:
            mail.answer(done(entry))
        elif line is not self._line:
            self._retake(mail)  # what it was decided on has been undone since
        elif proof is not None:
            self.append(mail, proof, reply)
        else:
            self.answer_in_turn(mail, reply)

    # -- committing -----------------------------------------------------------------------------

    def append(self, mail: Mail, commit: Commit, reply: Reply) -> None:
        """Commit; *mail* gets *reply* after that."""
        pending = Pending(mail, commit, reply)
        self._pending.append(pending)
        self._under_way[mail.envelope.id] = pending
        self._floor.in_flight += 1
        if not self._floor.controls.answer_after_commit:
            mail.answer(reply)
        self._floor.journal.append(self._line, commit, self._settle)

    def write(self, commit: Commit) -> None:
        """Commit something that nobody waits for."""
        self._floor.journal.append(self._line, commit, lambda _: None)

    def _settle(self, error: JournalError | None) -> None:
        """Go on after the oldest pending step is on disk, or is not."""
        self._floor.in_flight -= 1
        pending = self._pending.popleft()
        self._under_way.pop(pending.mail.envelope.id, None)
        if error is None:
            self._stood(pending)
        else:
            self._fell(pending, error)
        self._settled()

    def _stood(self, pending: Pending) -> None:
        self._remember(pending)
        for mail in (pending.mail, *pending.also):
            mail.answer(pending.reply)
        for mail, reply in pending.after:
            mail.answer(reply)
        self._stands(pending.commit)

    def _remember(self, pending: Pending) -> None:
        if pending.commit.entry is None or not self._floor.controls.remember_answers:
            return
        self._answers[pending.mail.envelope.id] = pending.reply
        if len(self._answers) > self._floor.limits.answers_kept:
            del self._answers[next(iter(self._answers))]

    def _fell(self, pending: Pending, error: JournalError) -> None:
        if self.broken_by is None or not isinstance(error, Undone):
            self.broken_by = error
        mails = [pending.mail, *pending.also]
        after = [mail for mail, _ in pending.after]
        match error, self.broken_by:
            case AlreadyDone(), _:
                for mail in mails:
                    self.answer_first(mail, Failed(Fault.STORE_DOWN))
                self._again += after
            case AlreadySettled(), _:
                for mail in mails:
                    mail.answer(NOTHING_THEN)
                self._again += after
            case Undone(), AlreadyDone() | AlreadySettled():
                self._again += mails + after
            case _, FenceLost():
                _fail(mails + after, Fault.NOT_OWNER)
            case CommitUncertain(), _:
                _fail(mails, Fault.UNCERTAIN)
                _fail(after, Fault.STORE_DOWN)
                self._floor.uncertain(pending.commit.fence.shard)
            case _:
                _fail(mails + after, Fault.STORE_DOWN)


def _fail(mails: list[Mail], fault: Fault) -> None:
    for mail in mails:
        mail.fail(fault)
