"""The once-only id of what somebody sends: one derivation for every door that it may come by.

The id is made of the way in (method and path), of who sends, and of the sender's own key, by a
hash with a key that only we know: an id must not help to guess what was said. The journal keeps
it beside what it caused, so what comes again under it has no second effect and the first answer,
on another edge and after a restart too.
"""

from actors.ids import CallId, ConversationId, MessageId, UserId
from http_edge.tokens import Tokens

MESSAGES = "/api/v1/conversations/{conversation}/messages"
"""Where a message is posted by HTTP. A live socket's frames take effect as if they came there."""
ACTS = "/api/v1/calls/{call}/acts"
"""Where somebody acts in a call by HTTP; likewise."""


def once(tokens: Tokens, method: str, path: str, *parts: str) -> MessageId:
    """Return the id of what comes by *method* and *path*; *parts* tell senders and keys apart."""
    return MessageId(tokens.again("idempotency", "\0".join((method, path, *parts))))


def once_posted(
    tokens: Tokens, user: UserId, conversation: ConversationId, key: str, number: int = 0
) -> MessageId:
    """Return the id of a message of *user* under their own *key*.

    It is that of a POST under this `Idempotency-Key`, so a message that was sent over a socket and
    is sent again by HTTP is one message. With a *number* it is that of a change of this message.
    """
    path = MESSAGES.format(conversation=conversation)
    return once(tokens, "POST", f"{path}/{number}" if number else path, user, "", key)


def once_acted(tokens: Tokens, user: str, call: CallId, key: str) -> MessageId:
    """Return the id of what *user* (or a guest) does in *call* under their own *key*.

    It is that of a POST under this `Idempotency-Key`.
    """
    return once(tokens, "POST", ACTS.format(call=call), user, "", key)
