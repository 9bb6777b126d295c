"""Changing a message that one wrote: what it says, or that it is shown at all."""

from aiohttp import web

from actors.conversation.messages import MOST_TEXT, DeleteMessage, EditMessage, MessageItem
from http_edge.ask import caller_of
from http_edge.limits import WRITING, check_person
from http_edge.pages.correspondents import conversation_of, here
from http_edge.pages.forms import Form, posted, send, whole_number
from http_edge.pages.rendering import go_to, render
from http_edge.pages.thread import message_at
from http_edge.problems import Problem


def _number(request: web.Request) -> int:
    return whole_number(request.match_info["number"], 0)


async def _mine(request: web.Request) -> MessageItem:
    """Return my message that the page is about, or raise `Problem` (404)."""
    item = await message_at(request, _number(request))
    if item is None or item.author != caller_of(request).user:
        raise Problem(404, "not_found", "There is no message of yours here under that number.")
    return item


async def show_edit(request: web.Request) -> web.Response:
    """Show the form to change a message of mine."""
    return await _show(request, Form(), "edit")


async def show_delete(request: web.Request) -> web.Response:
    """Ask whether a message of mine is to be deleted."""
    return await _show(request, Form(), "delete")


async def _show(request: web.Request, form: Form, what: str) -> web.Response:
    return render(
        request,
        "message_edit.html",
        status=form.status,
        form=form,
        what=what,
        item=await _mine(request),
        back=_back(request),
    )


def _back(request: web.Request) -> str:
    number = _number(request)
    return f"/messages/{conversation_of(request)}?around={number}#m{number}"


async def edit(request: web.Request) -> web.Response:
    """Change what a message of mine says."""
    form = await posted(request)
    check_person(request, WRITING)
    text = form.text("text", most=MOST_TEXT, needed="Write what it should say, or delete it.")
    command = EditMessage(_number(request), text)
    if form.ok and await send(request, here(request), command, form):
        return go_to(_back(request))
    return await _show(request, form, "edit")


async def delete(request: web.Request) -> web.Response:
    """Have a message of mine not shown any more."""
    form = await posted(request)
    if await send(request, here(request), DeleteMessage(_number(request)), form):
        return go_to(f"/messages/{conversation_of(request)}")
    return await _show(request, form, "delete")
