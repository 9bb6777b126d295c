"""Replies that are kept ready: a doctor's own, and the clinic's for everybody who answers.

A reply goes by its title; a form says which one it changes, and none when it is for a new one.
"""

import msgspec
from aiohttp import web

from actors.caller import Role
from actors.correspondence import LONGEST_REPLY, LONGEST_TITLE, VARIABLES, CannedReply
from actors.directory.messages import ADDRESS, SetHouse
from actors.doctor.messages import GetReplies, Replies, SetReplies
from actors.runtime.client import Happened
from http_edge.ask import ask, caller_of
from http_edge.lookup import house_of
from http_edge.pages.doctor import me
from http_edge.pages.forms import Form, placed, posted, send
from http_edge.pages.rendering import go_to, render


def _is_clinics(request: web.Request) -> bool:
    """Whether the page is about the clinic's replies: administrators change these."""
    return caller_of(request).role is Role.ADMIN


def _path(request: web.Request) -> str:
    return "/clinic/replies" if _is_clinics(request) else "/replies"


async def _kept(request: web.Request) -> tuple[CannedReply, ...]:
    if _is_clinics(request):
        return (await house_of(request)).replies
    return (await ask(request, me(request), GetReplies(), Replies)).items


async def _keep(
    request: web.Request, form: Form, replies: tuple[CannedReply, ...]
) -> Happened | None:
    if not _is_clinics(request):
        return await send(request, me(request), SetReplies(replies), form, replies="title")
    house = msgspec.structs.replace(await house_of(request), replies=replies)
    return await send(request, ADDRESS, SetHouse(house), form, replies="title")


async def replies(request: web.Request) -> web.Response:
    """Show the replies that are kept ready."""
    return await _replies(request, Form())


async def _replies(request: web.Request, form: Form) -> web.Response:
    kept, house = await _kept(request), await house_of(request)
    return render(
        request,
        "replies.html",
        status=form.status,
        here=_path(request),
        kept=kept,
        clinics=() if _is_clinics(request) else house.replies,
        variables=VARIABLES,
        **placed(form, form.of, {each.title for each in kept} | {""}),
    )


async def set_reply(request: web.Request) -> web.Response:
    """Keep a reply: a new one, or one that is there and changes."""
    form = await posted(request)
    form.of = form.typed.get("was", "")
    reply = CannedReply(
        form.text("title", most=LONGEST_TITLE, needed="Give it a title: you choose it by that."),
        form.text("text", most=LONGEST_REPLY, needed="Write what it says."),
    )
    kept = await _kept(request)
    changed = tuple(reply if each.title == form.of else each for each in kept)
    if form.of not in {each.title for each in kept}:
        changed = (*kept, reply)
    if form.ok and await _keep(request, form, changed):
        return go_to(_path(request), "reply")
    return await _replies(request, form)


async def remove_reply(request: web.Request) -> web.Response:
    """Keep a reply no longer."""
    form = await posted(request)
    was = form.typed.get("was", "")
    left = tuple(each for each in await _kept(request) if each.title != was)
    if await _keep(request, form, left):
        return go_to(_path(request), "reply-removed")
    return await _replies(request, form)
