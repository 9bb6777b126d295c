"""Posting a message: a file that is good is posted as soon as the conversation has heard of it."""

import asyncio
from collections.abc import Iterable

from aiohttp import web

from actors.caller import Caller
from actors.conversation.messages import MessagePosted, PostMessage, address_of
from actors.files import messages as files
from actors.files.messages import FileView, GetFile, Stage
from actors.ids import ConversationId, FileId, MessageId
from actors.refusal import Refusal
from actors.runtime.client import Client, Happened
from http_edge import keys
from http_edge.ask import caller_of, client_of
from http_edge.problems import Problem

NOT_READY = "file_not_ready"
"""What a conversation says of a file of which it has not heard (yet)."""
TRIES = 50
PAUSE = 0.1
"""Seconds between two tries: it has heard of a good file within 5 s, or never will."""


async def post_message(
    request: web.Request, conversation: ConversationId, command: PostMessage
) -> MessagePosted:
    """Post under the request's once-only id, or raise `Refusal`."""
    happened = await post_offered(
        client_of(request),
        conversation,
        command,
        caller_of(request),
        id=MessageId(request[keys.MESSAGE_ID]),
        wait=request.app[keys.SETTINGS].ask_seconds,
        trace=request[keys.TRACE],
    )
    posted = happened.first(MessagePosted)
    if posted is None:
        raise Problem(409, "already_used", "That key stood for something else before.")
    return posted


async def post_offered(
    client: Client,
    conversation: ConversationId,
    command: PostMessage,
    caller: Caller,
    *,
    id: MessageId,  # noqa: A002  the envelope's own word
    wait: float,
    trace: str = "",
) -> Happened:
    """Post, or raise `Refusal` or `DeliveryFailed`; *wait* is in seconds, for each answer.

    What the files' actor has found good reaches the conversation a moment later: it is waited for.
    """
    for _ in range(TRIES):
        try:
            return await client.tell(
                address_of(conversation), command, caller, id=id, wait=wait, trace=trace
            )
        except Refusal as refusal:
            known = refusal.code != NOT_READY
            if known or not await _are_good(client, conversation, command.files, caller):
                raise
        await asyncio.sleep(PAUSE)
    return await client.tell(
        address_of(conversation), command, caller, id=id, wait=wait, trace=trace
    )


async def _are_good(
    client: Client, conversation: ConversationId, wanted: Iterable[FileId], caller: Caller
) -> bool:
    """Return whether each of these files may be posted, by the word of the files' actor."""
    to = files.address_of(conversation)
    try:
        views = [await client.ask(to, GetFile(file), FileView, caller) for file in wanted]
    except Refusal:
        return False
    return all(view.stage is Stage.READY for view in views)
