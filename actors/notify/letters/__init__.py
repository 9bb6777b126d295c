"""A notice in words, for its reader and the channel that it leaves by. Pure.

`content` is what is told; `mail`, `push` and `webhook` make of it what leaves.
"""

from actors.notify.letters.mail import Writer, mailbox
from actors.notify.letters.push import PushWriter
from actors.notify.letters.webhook import WebhookWriter

__all__ = ["PushWriter", "WebhookWriter", "Writer", "mailbox"]
