"""The post office of a simulated clinic: letters leave at once, now and then only later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from actors.address import Address
from actors.notify import actor as notify
from actors.notify.carriers.carrier import Carried
from actors.notify.messages import Channel, Outcome
from actors.notify.state.kept import Letter, Recipient
from actors.passages import Hit
from actors.runtime.journal import Entry, History
from actors.runtime.room import Room
from tests.simulation.chance import Chance


class PostOffice:
    """A carrier of letters that is closed now and then."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    async def carry(
        self, _message_id: str, _letter: bytes, _to: str, _attempt: str = ""
    ) -> Carried:
        """Take the letter, or have it come again."""
        closed = self._chance.happens(0.1)
        return Carried(Outcome.RETRY, "closed") if closed else Carried(Outcome.CARRIED)


class NoPast:
    """A history in which nothing has happened."""

    async def entries(self, actor: Address, after: int = 0, limit: int = 1000) -> Sequence[Entry]:  # noqa: ARG002
        """Return nothing."""
        return ()

    async def search(
        self,
        actors: Sequence[Address],  # noqa: ARG002
        words: str,  # noqa: ARG002
        *,
        before: int = 0,  # noqa: ARG002
        limit: int = 20,  # noqa: ARG002
    ) -> Sequence[Hit]:
        """Return nothing."""
        return ()


def blank(_recipient: Recipient, _letter: Letter, _at: datetime) -> bytes:
    """Write nothing: what letters say is held elsewhere."""
    return b""


def letter_boxes(chance: Chance, history: History) -> Room[Any]:
    """Return the letter boxes as a process has them that has just started."""
    post = PostOffice(chance)
    return notify.room(dict.fromkeys(Channel, post), dict.fromkeys(Channel, blank), history)
