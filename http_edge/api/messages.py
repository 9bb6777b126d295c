"""The messages of a conversation: read page by page, written, changed, deleted."""

import re
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.conversation.messages import (
    MOST_FILES,
    MOST_TEXT,
    DeleteMessage,
    EditMessage,
    EnterThread,
    Items,
    ListItems,
    PostMessage,
)
from actors.ids import FileId
from http_edge.api.conversations import conversation_of, here
from http_edge.api.items import ItemOut, MessageOut, item_out, items_out
from http_edge.api.shape import (
    LARGEST,
    PAGING,
    Body,
    Number,
    View,
    api_route,
    empty,
    json_response,
    limit_of,
    next_link,
    query_of,
)
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.idempotency import HEADER
from http_edge.limits import WRITING, check_person
from http_edge.policy import PATIENT_OR_DOCTOR
from http_edge.post_message import post_message
from http_edge.problems import Problem

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,10}", re.ASCII)

Text = Annotated[str, Meta(max_length=2 * MOST_TEXT)]
"""A little more than is allowed: the conversation says what is too long."""
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class ItemPage(View, frozen=True):
    """Messages and steps of visits, oldest first; *next* is the link to those before."""

    items: tuple[ItemOut, ...]
    next: str | None


class MessageBody(Body, frozen=True):
    """A message. *files* are ready; *reply_to* is the number of the message that it answers."""

    text: Text = ""
    reply_to: Number = 0
    files: Annotated[tuple[Id, ...], Meta(max_length=MOST_FILES)] = ()


class EditBody(Body, frozen=True):
    """What the message says from now on."""

    text: Text


def _number(request: web.Request) -> int:
    text = request.match_info["number"]
    number = int(text) if _DIGITS.fullmatch(text) else 0
    if not 0 < number < LARGEST:
        raise Problem(404, "not_found", "There is no message of that number here.")
    return number


async def list_messages(request: web.Request) -> web.Response:
    """Read a conversation, the newest page first."""
    before = query_of(request, "cursor", Number, 0)
    await tell(request, here(request), EnterThread())
    found = await ask(request, here(request), ListItems(before, limit_of(request)), Items)
    items = await items_out(request, found.items)
    cursor = items[0].number if found.more else None
    return json_response(ItemPage(items, next_link(request, cursor)))


async def post_message_to(request: web.Request) -> web.Response:
    """Write a message; your `Idempotency-Key` is its `key`, by which a browser knows it again."""
    body = await read_json(request, MessageBody)
    check_person(request, WRITING)
    key = request.headers.get(HEADER, "")
    files = tuple(FileId(each) for each in body.files)
    command = PostMessage(body.text, key if _KEY.fullmatch(key) else "", body.reply_to, files)
    posted = await post_message(request, conversation_of(request), command)
    return json_response(await _message(request, posted.number), status=201)


async def _message(request: web.Request, number: int) -> MessageOut:
    found = await ask(request, here(request), ListItems(number + 1, 1), Items)
    item = await item_out(request, found.items[-1]) if found.items else None
    if not isinstance(item, MessageOut) or item.number != number:
        raise Problem(404, "not_found", "There is no message of that number here.")
    return item


async def get_message(request: web.Request) -> web.Response:
    """Read one message as it is now."""
    return json_response(await _message(request, _number(request)))


async def edit_message(request: web.Request) -> web.Response:
    """Change what a message of yours says, within 24 hours."""
    body, number = await read_json(request, EditBody), _number(request)
    check_person(request, WRITING)
    await tell(request, here(request), EditMessage(number, body.text))
    return await get_message(request)


async def delete_message(request: web.Request) -> web.Response:
    """Have a message of yours not shown any more."""
    await tell(request, here(request), DeleteMessage(_number(request)))
    return empty()


_ALL = "/conversations/{conversation}/messages"
_ONE = f"{_ALL}/{{number}}"

ROUTES = (
    api_route("GET", _ALL, list_messages, PATIENT_OR_DOCTOR, response=ItemPage, query=PAGING),
    api_route(
        "POST",
        _ALL,
        post_message_to,
        PATIENT_OR_DOCTOR,
        request=MessageBody,
        response=MessageOut,
        status=201,
    ),
    api_route("GET", _ONE, get_message, PATIENT_OR_DOCTOR, response=MessageOut),
    api_route(
        "PATCH", _ONE, edit_message, PATIENT_OR_DOCTOR, request=EditBody, response=MessageOut
    ),
    api_route("DELETE", _ONE, delete_message, PATIENT_OR_DOCTOR, status=204),
)
