"""Calls: how one is, what one does in it, whom one invites, and what happened in it."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.address import Address
from actors.call_session.messages import (
    LONGEST_NAME,
    CallLog,
    CallView,
    GetCall,
    GetLog,
    address_of,
)
from actors.ids import CallId
from http_edge.api.shape import Body, View, api_route, json_response
from http_edge.ask import ask, ask_numbered, tell
from http_edge.bodies import read_json
from http_edge.guests import invite
from http_edge.policy import DOCTOR_OR_ADMIN, PATIENT_OR_DOCTOR
from http_edge.sockets.call_frames import Act

Name = Annotated[str, Meta(max_length=2 * LONGEST_NAME)]
"""A little more than is allowed: the call says what is too long."""


class CallSessionOut(View, frozen=True):
    """A call as you may see it, when event *seq* was its last."""

    seq: int
    call: CallView


class ActBody(Body, frozen=True):
    """What you do in the call."""

    act: Act


class ActOut(View, frozen=True):
    """It stands on disk; the call is at event number *seq*."""

    seq: int


class GuestBody(Body, frozen=True):
    """Whom you invite: their name, and what they are (`interpreter`, `daughter`)."""

    name: Name
    as_what: Name = ""


class GuestOut(View, frozen=True):
    """Whom you have invited. The *link* lets them in until *until*; it is told this once."""

    id: str
    name: str
    as_what: str
    until: datetime
    link: str


def call_of(request: web.Request) -> CallId:
    """Return the call that is asked for."""
    return CallId(request.match_info["call"])


def _here(request: web.Request) -> Address:
    return address_of(call_of(request))


async def get_call(request: web.Request) -> web.Response:
    """See a call that you may take part in: of a visit (its id) or a conversation (`t-<id>`)."""
    view, seq = await ask_numbered(request, _here(request), GetCall(), CallView)
    return json_response(CallSessionOut(seq, view))


async def act_in_call(request: web.Request) -> web.Response:
    """Do something in a call, as over the live socket; your `Idempotency-Key` is the frame's id."""
    body = await read_json(request, ActBody)
    happened = await tell(request, _here(request), body.act)
    return json_response(ActOut(happened.seq))


async def invite_guest(request: web.Request) -> web.Response:
    """Invite somebody to a visit by a link, which you hand to them yourself."""
    body = await read_json(request, GuestBody)
    guest, link = await invite(request, call_of(request), body.name, body.as_what)
    out = GuestOut(guest.id, guest.name, guest.as_what, guest.until, link)
    return json_response(out, status=201)


async def get_call_log(request: web.Request) -> web.Response:
    """See what happened in a call, and its recordings."""
    return json_response(await ask(request, _here(request), GetLog(), CallLog))


_ONE = "/calls/{call}"

ROUTES = (
    api_route("GET", _ONE, get_call, PATIENT_OR_DOCTOR, response=CallSessionOut),
    api_route(
        "POST", f"{_ONE}/acts", act_in_call, PATIENT_OR_DOCTOR, request=ActBody, response=ActOut
    ),
    api_route(
        "POST",
        f"{_ONE}/guests",
        invite_guest,
        PATIENT_OR_DOCTOR,
        request=GuestBody,
        response=GuestOut,
        status=201,
    ),
    api_route("GET", f"{_ONE}/log", get_call_log, DOCTOR_OR_ADMIN, response=CallLog),
)
