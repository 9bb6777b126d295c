"""One letter to a browser (W3C Push API). Pure.

It may stand on a locked screen: nobody's name is in it, not even the reader's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from actors.notify.letters.content import content_of, in_short
from actors.notify.messages import Notice, Topic
from actors.notify.state.kept import Letter, Recipient, is_urgent

CALLS = frozenset({Topic.CALLING, Topic.MISSED_CALL})

LONGEST = timedelta(days=1)
"""How long what is never over waits for a browser that is not there."""


class Shown(msgspec.Struct, frozen=True):
    """What the browser shows: another one with the same *tag* takes its place."""

    title: str
    body: str
    url: str
    """Where a tap leads."""
    tag: str
    urgent: bool
    """Whether the browser is to be woken for it."""
    seconds: int
    """How long it is of use: after that the push service forgets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushWriter:
    """Writes what browsers show, as JSON of `Shown`."""

    base_url: str
    """How people reach the pages, without a slash at the end."""

    def __call__(self, recipient: Recipient, letter: Letter, at: datetime) -> bytes:
        """Return *letter* as the browser's service worker gets it."""
        notice = letter.notice
        content = content_of(recipient, notice, self.base_url)
        return msgspec.json.encode(
            Shown(
                title=content.subject,
                body=in_short(recipient, notice, content),
                url=content.links[-1].url,
                tag=f"{_subject(notice)}-{notice.thread or notice.appointment}",
                urgent=is_urgent(notice),
                seconds=_seconds(letter, at),
            )
        )


def _subject(notice: Notice) -> str:
    """Return what the notice is about: that a call was missed takes the place of its ringing."""
    return "call" if notice.topic in CALLS else notice.topic


def _seconds(letter: Letter, at: datetime) -> int:
    until = letter.useful_until
    left = until - at if until else LONGEST
    return max(0, min(left, LONGEST) // timedelta(seconds=1))
