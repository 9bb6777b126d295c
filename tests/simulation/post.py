"""The post office of a simulated clinic: letters leave at once, now and then only later."""

from datetime import datetime
from email.message import EmailMessage
from typing import Any

from actors.notify import actor as notify
from actors.notify.carriers.carrier import Carried
from actors.notify.messages import Outcome
from actors.notify.state.kept import Letter, Recipient
from actors.runtime.room import Room
from tests.simulation.chance import Chance


class PostOffice:
    """A carrier of letters that is closed now and then."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    async def carry(self, message_id: str, letter: bytes, to: str) -> Carried:  # noqa: ARG002
        """Take the letter, or have it come again."""
        closed = self._chance.happens(0.1)
        return Carried(Outcome.RETRY, "closed") if closed else Carried(Outcome.CARRIED)


def blank(_recipient: Recipient, _letter: Letter, _at: datetime) -> EmailMessage:
    """Write nothing: what letters say is held elsewhere."""
    return EmailMessage()


def letter_boxes(chance: Chance) -> Room[Any]:
    """Return the letter boxes as a process has them that has just started."""
    return notify.room(PostOffice(chance), blank)
