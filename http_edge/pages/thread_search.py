"""Finding what was written, in one thread or in all of mine.

The words come in a form's body: what somebody looks for must not stand in a URL.
"""

import asyncio

from aiohttp import web

from actors.conversation.messages import Found, GetThread, SearchThread, ThreadView
from actors.ids import UserId
from actors.notify.messages import (
    FoundIn,
    FoundMessages,
    ListThreads,
    SearchThreads,
    ThreadHead,
    Threads,
    address_of,
)
from http_edge.ask import ask, caller_of
from http_edge.emergency import refresh_emergency
from http_edge.entering import entered
from http_edge.pages.correspondents import here, other_side
from http_edge.pages.forms import Form, posted, whole_number
from http_edge.pages.rendering import render
from http_edge.pages.thread_wording import author

LONGEST = 100
WHOM = 5
"""So many threads are shown whose other side's name has the words."""


async def show_search(request: web.Request) -> web.Response:
    """Show the form to search all my threads."""
    await refresh_emergency(request)
    return render(request, "thread_search.html", form=Form(), thread=None, asked=False)


async def search(request: web.Request) -> web.Response:
    """Search all my threads."""
    form = await posted(request)
    words = form.text("q", most=LONGEST, needed="Write what you look for.")
    heads, hits = await _everywhere(request, words) if form.ok else ((), ())
    return render(
        request,
        "thread_search.html",
        status=form.status,
        form=form,
        thread=None,
        asked=form.ok,
        heads=heads,
        hits=hits,
        older=0,
    )


async def _everywhere(
    request: web.Request, words: str
) -> tuple[tuple[ThreadHead, ...], tuple[FoundIn, ...]]:
    to = address_of(UserId(caller_of(request).user))
    threads, found = await asyncio.gather(
        ask(request, to, ListThreads(0, WHOM, words), Threads),
        ask(request, to, SearchThreads(words), FoundMessages),
    )
    await entered(request, (each.thread for each in found.items))
    return threads.items, found.items


async def show_thread_search(request: web.Request) -> web.Response:
    """Show the form to search one thread."""
    view = await ask(request, here(request), GetThread(), ThreadView)
    return _in_thread(request, view, Form())


async def search_thread(request: web.Request) -> web.Response:
    """Search one thread."""
    form = await posted(request)
    words = form.text("q", most=LONGEST, needed="Write what you look for.")
    before = whole_number(form.typed.get("before", ""), 0)
    view = await ask(request, here(request), GetThread(), ThreadView)
    if not form.ok:
        return _in_thread(request, view, form)
    found = await ask(request, here(request), SearchThread(words, before), Found)
    await entered(request, [view.id])
    return _in_thread(request, view, form, found)


def _in_thread(
    request: web.Request, view: ThreadView, form: Form, found: Found | None = None
) -> web.Response:
    me, items = caller_of(request).user, found.items if found else ()
    hits = [
        FoundIn(view.id, author(view, each.author, me), each.number, each.at, each.excerpt)
        for each in items
    ]
    return render(
        request,
        "thread_search.html",
        status=form.status,
        form=form,
        thread=view,
        other=other_side(view, caller_of(request).role),
        asked=found is not None,
        heads=(),
        hits=hits,
        older=items[-1].number if found and found.more else 0,
    )
