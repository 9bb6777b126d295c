"""One letter to a browser (W3C Push API). Pure.

It may stand on a locked screen: nobody's name is in it, not even the reader's.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from actors.notify.letters.content import content_of, in_short
from actors.notify.messages import Notice
from actors.notify.state.kept import Letter, Recipient


class Shown(msgspec.Struct, frozen=True):
    """What the browser shows: another one with the same *tag* takes its place."""

    title: str
    body: str
    url: str
    """Where a tap leads."""
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushWriter:
    """Writes what browsers show, as JSON of `Shown`."""

    base_url: str
    """How people reach the pages, without a slash at the end."""

    def __call__(self, recipient: Recipient, letter: Letter, at: datetime) -> bytes:  # noqa: ARG002  the same at any time
        """Return *letter* as the browser's service worker gets it."""
        notice = letter.notice
        content = content_of(recipient, notice, self.base_url)
        body = in_short(recipient, notice, content)
        return msgspec.json.encode(
            Shown(content.subject, body, content.links[-1].url, _tag(notice))
        )


def _tag(notice: Notice) -> str:
    return f"{notice.topic}-{notice.thread or notice.appointment}"
