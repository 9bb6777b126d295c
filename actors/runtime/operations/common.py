"""What all that an operator asks and is told has in common."""

import msgspec


class Operation(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to a node by its operator, and back."""


class Accepted(Operation, frozen=True):
    """It is done, or under way."""

    sentence: str = ""


class OperationRefused(Operation, frozen=True):
    """It can't be done; *code* is stable."""

    code: str
    sentence: str
