"""A thread: what was written and what became of visits, and the form to write in it."""

import asyncio

from aiohttp import web

from actors.conversation.messages import (
    EnterThread,
    GetThread,
    Items,
    ListItems,
    MarkMessages,
    MessageItem,
    ThreadView,
)
from actors.files.messages import FileView
from http_edge.ask import ask, ask_numbered, caller_of, tell
from http_edge.emergency import refresh_emergency
from http_edge.pages import thread_wording as wording
from http_edge.pages.correspondents import (
    answering_of,
    conversation_of,
    here,
    other_side,
    replies_for,
)
from http_edge.pages.forms import Form, posted, send, whole_number
from http_edge.pages.rendering import go_to, render

NEWER = 25
"""Numbers after a message that one jumped to, within which items are shown as well."""


async def thread(request: web.Request) -> web.Response:
    """Show a thread."""
    await tell(request, here(request), EnterThread())
    return await show(request, Form())


async def show(
    request: web.Request, form: Form, attached: tuple[FileView, ...] = ()
) -> web.Response:
    """Show the thread with *form* as typed; *attached* files are there and not posted yet."""
    to, around = here(request), _number(request, "around")
    before = around + NEWER + 1 if around else _number(request, "before")
    (view, seq), items, _ = await asyncio.gather(
        ask_numbered(request, to, GetThread(), ThreadView),
        ask(request, to, ListItems(before), Items),
        refresh_emergency(request),
    )
    answering, replies, reply_to = await asyncio.gather(
        answering_of(request, view),
        replies_for(request, view, items.items),
        _quoted(request, form),
    )
    return render(
        request,
        "thread.html",
        status=form.status,
        form=form,
        thread=view,
        items=items,
        reached=wording.reached(view, caller_of(request).role),
        other=other_side(view, caller_of(request).role),
        answering=answering,
        replies=replies,
        draft=form.typed.get("text", _reply(request, replies)),
        reply_to=reply_to,
        attached=attached,
        seq=seq,
        around=around,
        newer=_newer(view, items),
    )


def _number(request: web.Request, name: str) -> int:
    return whole_number(request.query.get(name, ""), 0)


def _newer(view: ThreadView, items: Items) -> int:
    """Return a number around which what comes after *items* is; 0 at the end of the thread."""
    if not items.items or view.latest is None or items.items[-1].number >= view.latest.number:
        return 0
    return items.items[-1].number + NEWER


def _reply(request: web.Request, replies: list[tuple[str, str]]) -> str:
    """Return the text of the reply that was chosen from the list, if one was."""
    place = whole_number(request.query.get("reply", ""), len(replies))
    return replies[place][1] if place < len(replies) else ""


async def _quoted(request: web.Request, form: Form) -> MessageItem | None:
    """Return the message that is being answered, if there is one."""
    typed = form.typed.get("reply_to", request.query.get("reply_to", ""))
    return await message_at(request, whole_number(typed, 0))


async def message_at(request: web.Request, number: int) -> MessageItem | None:
    """Return message *number* of the thread; None when it is none, or was deleted."""
    if number <= 0:
        return None
    found = await ask(request, here(request), ListItems(number + 1, 1), Items)
    item = found.items[-1] if found.items else None
    if not isinstance(item, MessageItem) or item.number != number or item.deleted_at:
        return None
    return item


async def read(request: web.Request) -> web.Response:
    """Mark what was shown as read (a script does so by itself)."""
    form = await posted(request)
    up_to = whole_number(form.typed.get("up_to", ""), 0)
    if await send(request, here(request), MarkMessages(up_to, up_to), form):
        return go_to(f"/messages/{conversation_of(request)}")
    return await show(request, form)
