"""Posting a message: a file that is good is posted as soon as the conversation has heard of it."""

import asyncio

from aiohttp import web

from actors.conversation.messages import MessagePosted, PostMessage, address_of
from actors.ids import ConversationId
from actors.refusal import Refusal
from http_edge import keys
from http_edge.ask import tell
from http_edge.problems import Problem

NOT_READY = "file_not_ready"
"""What a conversation says of a file of which it has not heard (yet)."""
OFFER_SECONDS = 5.0
PAUSE = 0.1


async def post_message(
    request: web.Request, conversation: ConversationId, command: PostMessage
) -> MessagePosted:
    """Post under the request's once-only id, or raise `Refusal`.

    What the files' actor has found good reaches the conversation a moment later.
    """
    clock = request.app[keys.CLOCK]
    end = clock.monotonic() + OFFER_SECONDS
    while True:
        try:
            happened = await tell(request, address_of(conversation), command)
        except Refusal as refusal:
            if refusal.code != NOT_READY or clock.monotonic() >= end:
                raise
            await asyncio.sleep(PAUSE)
            continue
        posted = happened.first(MessagePosted)
        if posted is None:
            raise Problem(409, "already_used", "That key stood for something else before.")
        return posted
