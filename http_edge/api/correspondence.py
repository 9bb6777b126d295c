"""When messages are answered, and replies kept ready: a doctor's own, and the clinic's."""

from datetime import datetime, time
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from actors.correspondence import Answering, AnsweringBlock, CannedReply
from actors.directory.messages import ADDRESS, House, SetHouse
from actors.doctor.messages import (
    AnsweringView,
    GetAnswering,
    GetReplies,
    Replies,
    SetAnswering,
    SetReplies,
)
from http_edge.api.doctor import me
from http_edge.api.hours import ClockTime
from http_edge.api.shape import Body, View, api_route, json_response, present
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.lookup import house_of
from http_edge.policy import ADMIN, DOCTOR, SIGNED_IN


class AnsweringBlockBody(Body, frozen=True):
    """On every *weekday* (Monday is 0), wall time of the zone; an end of 00:00 is midnight."""

    weekday: Annotated[int, Meta(ge=0, le=6)]
    start: ClockTime
    end: ClockTime


class AnsweringBody(Body, frozen=True):
    """When messages are answered. Without *weekly* nobody is told of any hours."""

    zone: str
    weekly: tuple[AnsweringBlockBody, ...] = ()
    text: str = ""
    """What somebody is told who writes outside of them, before the emergency wording."""


class AnsweringOut(View, frozen=True):
    """When you answer messages. *open*: now; else from *opens_at* on, if that is known."""

    answering: AnsweringBody
    open: bool
    opens_at: datetime | None


class ReplyBody(Body, frozen=True):
    """A reply that is kept ready; *text* may name variables in braces, like `{patient}`."""

    title: str
    text: str


class RepliesBody(Body, frozen=True):
    """All replies that are kept ready."""

    items: tuple[ReplyBody, ...]


def _answering_of(body: AnsweringBody) -> Answering:
    weekly = tuple(
        AnsweringBlock(each.weekday, time.fromisoformat(each.start), time.fromisoformat(each.end))
        for each in body.weekly
    )
    return Answering(body.zone, weekly, body.text)


def _body_of(answering: Answering) -> AnsweringBody:
    weekly = tuple(
        AnsweringBlockBody(each.weekday, f"{each.start:%H:%M}", f"{each.end:%H:%M}")
        for each in answering.weekly
    )
    return AnsweringBody(answering.zone, weekly, answering.text)


async def _read_replies(request: web.Request) -> tuple[CannedReply, ...]:
    body = await read_json(request, RepliesBody)
    return tuple(CannedReply(each.title, each.text) for each in body.items)


def _replies(items: tuple[CannedReply, ...]) -> web.Response:
    return json_response(RepliesBody(present(items, tuple[ReplyBody, ...])))


async def get_answering(request: web.Request) -> web.Response:
    """See when you answer messages."""
    view = await ask(request, me(request), GetAnswering(), AnsweringView)
    return json_response(AnsweringOut(_body_of(view.answering), view.open, view.opens_at))


async def set_answering(request: web.Request) -> web.Response:
    """Say when you answer messages."""
    body = await read_json(request, AnsweringBody)
    await tell(request, me(request), SetAnswering(_answering_of(body)))
    return await get_answering(request)


async def get_replies(request: web.Request) -> web.Response:
    """See the replies that you keep ready."""
    return _replies((await ask(request, me(request), GetReplies(), Replies)).items)


async def set_replies(request: web.Request) -> web.Response:
    """Keep replies ready."""
    await tell(request, me(request), SetReplies(await _read_replies(request)))
    return await get_replies(request)


async def get_clinic_answering(request: web.Request) -> web.Response:
    """See when the clinic answers messages."""
    return json_response(_body_of((await house_of(request)).answering))


async def set_clinic_answering(request: web.Request) -> web.Response:
    """Say when the clinic answers messages."""
    answering = _answering_of(await read_json(request, AnsweringBody))
    await _keep(request, msgspec.structs.replace(await house_of(request), answering=answering))
    return await get_clinic_answering(request)


async def get_clinic_replies(request: web.Request) -> web.Response:
    """See the replies that the clinic keeps ready."""
    return _replies((await house_of(request)).replies)


async def set_clinic_replies(request: web.Request) -> web.Response:
    """Keep replies ready for everybody who answers messages."""
    replies = await _read_replies(request)
    await _keep(request, msgspec.structs.replace(await house_of(request), replies=replies))
    return await get_clinic_replies(request)


async def _keep(request: web.Request, house: House) -> None:
    await tell(request, ADDRESS, SetHouse(house))


_MINE, _CLINICS = "/doctor/answering", "/clinic/answering"
_MY_REPLIES, _CLINICS_REPLIES = "/doctor/replies", "/clinic/replies"

ROUTES = (
    api_route("GET", _MINE, get_answering, DOCTOR, response=AnsweringOut),
    api_route("PUT", _MINE, set_answering, DOCTOR, request=AnsweringBody, response=AnsweringOut),
    api_route("GET", _MY_REPLIES, get_replies, DOCTOR, response=RepliesBody),
    api_route("PUT", _MY_REPLIES, set_replies, DOCTOR, request=RepliesBody, response=RepliesBody),
    api_route("GET", _CLINICS, get_clinic_answering, SIGNED_IN, response=AnsweringBody),
    api_route(
        "PUT",
        _CLINICS,
        set_clinic_answering,
        ADMIN,
        request=AnsweringBody,
        response=AnsweringBody,
    ),
    api_route("GET", _CLINICS_REPLIES, get_clinic_replies, SIGNED_IN, response=RepliesBody),
    api_route(
        "PUT",
        _CLINICS_REPLIES,
        set_clinic_replies,
        ADMIN,
        request=RepliesBody,
        response=RepliesBody,
    ),
)
