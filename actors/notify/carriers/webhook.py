"""Notices to a program of the clinic's choice, which may send an SMS: Standard Webhooks.

The only user of standardwebhooks.
"""

import binascii
from base64 import b64decode

from standardwebhooks import Webhook

from actors.notify.carriers.carrier import Carried
from actors.notify.carriers.posting import Post, taken, unanswered
from actors.notify.messages import Outcome
from actors.runtime.clock import Clock

GONE = 410
"""The receiver wants no more of it."""

PREFIX = "whsec_"
LENGTHS = range(24, 65)
"""How many bytes a secret may have; it is written as base64."""


class WebhookCarrier:
    """Posts each notice, signed, under its message id as `webhook-id`.

    The receiver tells by that id that it has one already, so a notice whose answer was lost is
    posted again.
    """

    def __init__(self, url: str, secret: str, post: Post, clock: Clock) -> None:
        """Raise `ValueError` for a *secret* that is none (see `LENGTHS`)."""
        self._signs = Webhook(_opened(secret))
        self._url = url
        self._post = post
        self._clock = clock

    async def carry(self, message_id: str, letter: bytes, _to: str, _attempt: str = "") -> Carried:
        """Post *letter* (JSON)."""
        answer = await self._post(self._url, self._headers(message_id, letter), letter)
        said = f"status {answer.status}"
        if not answer.status:
            return unanswered(answer)
        if taken(answer.status):
            return Carried(Outcome.CARRIED, said)
        return Carried(Outcome.REFUSED if answer.status == GONE else Outcome.RETRY, said)

    def _headers(self, message_id: str, letter: bytes) -> dict[str, str]:
        now = self._clock.now().replace(microsecond=0)
        return {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signs.sign(message_id, now, letter.decode()),
        }


def _opened(secret: str) -> bytes:
    try:
        opened = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        opened = b""
    if len(opened) not in LENGTHS:
        raise ValueError("The webhook's secret must be `whsec_` and base64 of 24 to 64 bytes.")
    return opened
