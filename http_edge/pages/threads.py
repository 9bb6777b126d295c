"""The list of somebody's threads: with whom, what was written last, and how much is unread."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from actors.conversation.messages import GetThread, ThreadView
from actors.conversation.messages import address_of as address_of_conversation
from actors.ids import UserId
from actors.notify.messages import ListThreads, ThreadHead, Threads, address_of
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge.ask import ask, ask_numbered, caller_of
from http_edge.emergency import refresh_emergency
from http_edge.pages.forms import whole_number
from http_edge.pages.rendering import render

PAGE = 30
AT_ONCE = 8
"""So many conversations are asked at the same time for what was written last."""


@dataclass(frozen=True, slots=True)
class Line:
    """A thread in the list; *thread* is None when it does not answer just now."""

    head: ThreadHead
    thread: ThreadView | None


async def threads(request: web.Request) -> web.Response:
    """Show with whom I write."""
    user = UserId(caller_of(request).user)
    skip = whole_number(request.query.get("skip", ""), 0)
    found, seq = await ask_numbered(request, address_of(user), ListThreads(skip, PAGE), Threads)
    lines, _ = await asyncio.gather(lines_of(request, found.items), refresh_emergency(request))
    return render(
        request,
        "threads.html",
        seq=seq,
        found=found,
        lines=lines,
        skip=skip,
        newer=max(0, skip - PAGE),
        older=skip + len(lines) if found.more else 0,
    )


async def lines_of(request: web.Request, heads: tuple[ThreadHead, ...]) -> list[Line]:
    """Return *heads* with what their conversations say, asked several at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def line(head: ThreadHead) -> Line:
        async with places:
            return Line(head, await _glance(request, head))

    return list(await asyncio.gather(*(line(head) for head in heads)))


async def _glance(request: web.Request, head: ThreadHead) -> ThreadView | None:
    """Return the thread; None when it may not be read, or does not answer now."""
    try:
        return await ask(request, address_of_conversation(head.thread.id), GetThread(), ThreadView)
    except (Refusal, DeliveryFailed):
        return None
