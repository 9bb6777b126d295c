"""One letter to a program of the clinic's choice, which may send an SMS. Pure.

It knows the reader by id alone: nobody's name is in it, nor an address or a number.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from actors.ids import UserId
from actors.notify.letters.content import content_of, in_short
from actors.notify.messages import Topic
from actors.notify.state.kept import Letter, Recipient


class Told(msgspec.Struct, frozen=True):
    """Who is to be told, and what."""

    user: UserId
    topic: Topic
    sentence: str
    url: str
    """Where the person goes on, after signing in."""


class Hook(msgspec.Struct, frozen=True):
    """The body of the request. *type* is `notice.` and the topic."""

    type: str
    timestamp: datetime
    """When the person was to be told; the same in each attempt."""
    data: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookWriter:
    """Writes the bodies of webhooks, as JSON of `Hook`."""

    base_url: str
    """How people reach the pages, without a slash at the end."""

    def __call__(self, recipient: Recipient, letter: Letter, at: datetime) -> bytes:  # noqa: ARG002  the same at any time
        """Return *letter* as the other program gets it."""
        notice = letter.notice
        content = content_of(recipient, notice, self.base_url)
        sentence = in_short(recipient, notice, content)
        told = Told(recipient.user, notice.topic, sentence, content.links[-1].url)
        return msgspec.json.encode(Hook(f"notice.{notice.topic}", letter.at, told))
