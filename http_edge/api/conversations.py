"""Conversations: with whom one writes, how far each has read, and what was written where."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.address import Address
from actors.caller import Role
from actors.conversation.messages import (
    Found,
    GetThread,
    MarkMessages,
    SearchThread,
    ThreadView,
    address_of,
)
from actors.ids import ConversationId, UserId
from actors.notify.messages import FoundMessages, ListThreads, SearchThreads, Threads
from actors.notify.messages import address_of as address_of_box
from http_edge.api.items import ItemOut, item_out
from http_edge.api.shape import (
    PAGING,
    Body,
    Number,
    View,
    api_route,
    empty,
    json_response,
    limit_of,
    next_link,
    present,
    query_of,
)
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import read_json
from http_edge.entering import entered
from http_edge.pages.correspondents import answering_of
from http_edge.policy import PATIENT_OR_DOCTOR

LONGEST_WORDS = 100


class MemberOut(View, frozen=True):
    """Somebody who takes part."""

    user: str
    role: Role
    name: str


class MarkOut(View, frozen=True):
    """Up to which numbers messages reached somebody, and were read."""

    delivered: int
    read: int


class ConversationOut(View, frozen=True):
    """A conversation. *team* is a group's name; *last* is the number of what happened last."""

    id: str
    team: str
    members: tuple[MemberOut, ...]
    marks: dict[str, MarkOut]
    last: int
    unread: int
    may_write: bool
    appointment: str | None
    closes_at: datetime | None
    latest: ItemOut | None


class HeadOut(View, frozen=True):
    """A conversation in the list; *name* is who is on the other side."""

    id: str
    name: str
    open: bool
    unread: int
    at: datetime


class HeadPage(View, frozen=True):
    """Conversations, the one last written in first; *unread* messages are in all of them."""

    items: tuple[HeadOut, ...]
    unread: int
    next: str | None


class MarkBody(Body, frozen=True):
    """Messages up to these numbers have reached you, and were read by you."""

    delivered: Number = 0
    read: Number = 0


class WordsBody(Body, frozen=True):
    """Messages with all of these words (or beginnings of words) are found."""

    words: Annotated[str, Meta(min_length=1, max_length=LONGEST_WORDS)]
    before: Number = 0
    """In one conversation: only messages with lower numbers; see `older`."""


class FoundOut(View, frozen=True):
    """A message that was found; *name* is who is on the other side."""

    conversation: str
    name: str
    number: int
    at: datetime
    excerpt: str


class FoundList(View, frozen=True):
    """Messages that were found, newest first; *older* is the `before` to go on with, if any."""

    items: tuple[FoundOut, ...]
    older: int | None


class AnsweringState(View, frozen=True):
    """Whether your messages are answered now; else from *opens_at* on, if that is known."""

    open: bool
    opens_at: datetime | None


def conversation_of(request: web.Request) -> ConversationId:
    """Return the conversation that is asked for."""
    return ConversationId(request.match_info["conversation"])


def here(request: web.Request) -> Address:
    """Return where it is reached."""
    return address_of(conversation_of(request))


def _my_box(request: web.Request) -> Address:
    return address_of_box(UserId(caller_of(request).user))


async def list_conversations(request: web.Request) -> web.Response:
    """See with whom you write."""
    skip = query_of(request, "cursor", Number, 0)
    query = ListThreads(skip, limit_of(request))
    found = await ask(request, _my_box(request), query, Threads)
    items = tuple(
        HeadOut(each.thread.id, each.thread.name, each.thread.open, each.unread, each.at)
        for each in found.items
    )
    cursor = skip + len(items) if found.more else None
    return json_response(HeadPage(items, found.unread, next_link(request, cursor)))


async def get_conversation(request: web.Request) -> web.Response:
    """See a conversation at a glance."""
    view = await ask(request, here(request), GetThread(), ThreadView)
    return json_response(
        ConversationOut(
            id=view.id,
            team=view.team,
            members=present(view.members, tuple[MemberOut, ...]),
            marks={user: MarkOut(mark.delivered, mark.read) for user, mark in view.marks.items()},
            last=view.last,
            unread=view.unread,
            may_write=view.may_write,
            appointment=view.appointment,
            closes_at=view.closes_at,
            latest=await item_out(request, view.latest) if view.latest else None,
        )
    )


async def get_answering_state(request: web.Request) -> web.Response:
    """See whether messages to a conversation are answered now."""
    view = await ask(request, here(request), GetThread(), ThreadView)
    answering = await answering_of(request, view)
    if answering is None:
        return json_response(AnsweringState(open=True, opens_at=None))
    return json_response(present(answering, AnsweringState))


async def mark_messages(request: web.Request) -> web.Response:
    """Mark messages as received and read."""
    mark = await read_json(request, MarkBody)
    await tell(request, here(request), MarkMessages(mark.delivered, mark.read))
    return empty()


async def search_conversations(request: web.Request) -> web.Response:
    """Find messages in all your conversations."""
    body = await read_json(request, WordsBody)
    found = await ask(request, _my_box(request), SearchThreads(body.words), FoundMessages)
    await entered(request, (each.thread for each in found.items))
    items = tuple(
        FoundOut(each.thread, each.name, each.number, each.at, each.excerpt) for each in found.items
    )
    return json_response(FoundList(items, None))


async def search_conversation(request: web.Request) -> web.Response:
    """Find messages in a conversation."""
    body, thread = await read_json(request, WordsBody), conversation_of(request)
    view = await ask(request, here(request), GetThread(), ThreadView)
    found = await ask(request, here(request), SearchThread(body.words, body.before), Found)
    await entered(request, [thread])
    names = {each.user: each.name for each in view.members}
    items = tuple(
        FoundOut(thread, names.get(each.author, ""), each.number, each.at, each.excerpt)
        for each in found.items
    )
    return json_response(FoundList(items, items[-1].number if found.more else None))


_ONE = "/conversations/{conversation}"

ROUTES = (
    api_route(
        "GET",
        "/conversations",
        list_conversations,
        PATIENT_OR_DOCTOR,
        response=HeadPage,
        query=PAGING,
    ),
    api_route(
        "POST",
        "/conversations/search",
        search_conversations,
        PATIENT_OR_DOCTOR,
        request=WordsBody,
        response=FoundList,
    ),
    api_route("GET", _ONE, get_conversation, PATIENT_OR_DOCTOR, response=ConversationOut),
    api_route(
        "GET",
        f"{_ONE}/answering",
        get_answering_state,
        PATIENT_OR_DOCTOR,
        response=AnsweringState,
    ),
    api_route(
        "POST", f"{_ONE}/marks", mark_messages, PATIENT_OR_DOCTOR, request=MarkBody, status=204
    ),
    api_route(
        "POST",
        f"{_ONE}/search",
        search_conversation,
        PATIENT_OR_DOCTOR,
        request=WordsBody,
        response=FoundList,
    ),
)
