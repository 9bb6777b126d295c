"""What brings letters away. Every implementation passes the same contract suite."""

from typing import NamedTuple, Protocol

from actors.notify.messages import Outcome


class Carried(NamedTuple):
    """What became of an attempt, and the carrier's own word."""

    outcome: Outcome
    said: str = ""


class Carrier(Protocol):
    """Brings letters away, one attempt at a time."""

    async def carry(self, message_id: str, letter: bytes, to: str, attempt: str = "", /) -> Carried:
        """Try to bring *letter* to the address *to*; trouble is an outcome, never an exception.

        *attempt* is the same when this attempt may have been made before, by a process that ended.
        It ends within `LONGEST_ATTEMPT` seconds.
        """


LONGEST_ATTEMPT = 45
"""Seconds; a wake-up is given up by the runtime after 60."""
