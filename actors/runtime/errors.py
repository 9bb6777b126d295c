"""Faults of delivery. None of them says anything about what was asked: that is a `Refusal`."""

import traceback
from enum import StrEnum


class Fault(StrEnum):
    """Why an ask got no answer from the rules."""

    BUSY = "busy"
    """The actor's mailbox (or the node) is full; try again in a moment."""
    NOT_OWNER = "not_owner"
    """Another node is in charge of that actor; ask again."""
    NO_SUCH_KIND = "no_such_kind"
    """No room of that kind runs here."""
    UNREADABLE = "unreadable"
    """The message is not of the room's language."""
    LATE = "late"
    """The deadline had passed when the message came; nothing was done."""
    CRASHED = "crashed"
    """The actor failed over this message; it is being rebuilt."""
    UNAVAILABLE = "unavailable"
    """The actor failed too often lately and rests."""
    STORE_DOWN = "store_down"
    """The journal can't be written now; nothing was done."""
    UNCERTAIN = "uncertain"
    """The store was lost while writing: what was asked may have happened or not. Ask again."""
    STOPPING = "stopping"
    """The node is on its way out; ask again."""
    TIMED_OUT = "timed_out"
    """No answer came before the deadline: what was asked may have happened or not."""
    DISCONNECTED = "disconnected"
    """The bus can't be reached; nothing was sent."""
    TOO_LARGE = "message_too_large"
    """The message is larger than the bus carries; it was not sent."""
    ANSWER_TOO_LARGE = "answer_too_large"
    """The answer is larger than the bus carries: ask for less at a time."""

    @classmethod
    def _missing_(cls, _value: object) -> "Fault":
        """Read what a newer node says and this one does not know: it may have happened or not."""
        return cls.TIMED_OUT


class DeliveryFailed(Exception):
    """An ask got no answer. `fault` says why; `certain` that nothing was done."""

    def __init__(self, fault: Fault, sentence: str = "") -> None:
        self.fault = fault
        super().__init__(sentence or f"The ask got no answer: {fault.value}.")

    @property
    def certain(self) -> bool:
        """Whether it is sure that the message had no effect."""
        return self.fault not in _UNSURE


_UNSURE = frozenset({Fault.TIMED_OUT, Fault.CRASHED, Fault.UNCERTAIN, Fault.ANSWER_TOO_LARGE})


class TransportError(Exception):
    """The bytes did not make the round trip."""


class NoResponder(TransportError):
    """Nobody serves that subject."""


class AskTimedOut(TransportError):
    """No reply came in time; the other side may have got the message or not."""


class Disconnected(TransportError):
    """There is no connection to the bus now; nothing was sent."""


class PayloadTooLarge(TransportError):
    """The message is larger than the bus carries; nothing was sent."""


class ReplyTooLarge(TransportError):
    """The request was taken, and its reply is larger than the bus carries."""


class JournalError(Exception):
    """A commit was not made. Nobody may be answered on the strength of it."""


class AlreadyDone(JournalError):
    """The journal has a command of that id for that actor already."""


class AlreadySettled(JournalError):
    """The parcel that the command came with is settled: it changed nothing at its time."""


class FenceLost(JournalError):
    """Another node owns the shard now: this one may not write for it any more."""


class Undone(JournalError):
    """An earlier commit of the same line failed, so this one stands on nothing."""


class StoreUnavailable(JournalError):
    """The store can't be written (full, read-only, gone, failing)."""


class CommitUncertain(StoreUnavailable):
    """The store was lost while it made the commit: nobody can tell whether it did."""


def where(error: BaseException) -> str:
    """Return what broke and where, for a log: never the error's own text, it may carry data."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    path = " > ".join(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {path}"
