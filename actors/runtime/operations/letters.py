"""What could not be delivered."""

import msgspec

from actors.runtime.operations.common import Operation


class ListDeadLetters(Operation, frozen=True):
    """What could not be delivered? Answers `DeadLetterList`."""


class RetryDeadLetter(Operation, frozen=True):
    """Deliver it once more. Answers `Accepted`."""

    id: str


class DropDeadLetter(Operation, frozen=True):
    """Forget it. Answers `Accepted`."""

    id: str


class DeadLetterRow(msgspec.Struct, frozen=True):
    """One parcel that was refused, and why."""

    id: str
    source: str
    to: str
    message: str
    code: str
    sentence: str
    at: int


class DeadLetterList(Operation, frozen=True):
    """What could not be delivered, oldest first."""

    items: tuple[DeadLetterRow, ...]
