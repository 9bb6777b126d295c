"""Keeping that somebody has read in conversations, whichever way their words came to them."""

import asyncio
from collections.abc import Iterable

from aiohttp import web

from actors.conversation.messages import EnterThread, address_of
from actors.ids import ConversationId
from actors.refusal import Refusal
from http_edge.ask import tell


async def entered(request: web.Request, conversations: Iterable[ConversationId]) -> None:
    """Say in each of *conversations* that the caller reads there (kept once an hour)."""
    unlike = dict.fromkeys(conversations)
    await asyncio.gather(*(_enter(request, each) for each in unlike))


async def _enter(request: web.Request, conversation: ConversationId) -> None:
    try:
        await tell(request, address_of(conversation), EnterThread())
    except Refusal:
        return  # it was closed since: what was found there is shown no more the next time
