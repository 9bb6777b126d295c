"""What holds for the whole clinic."""

from datetime import date
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from actors.directory.messages import (
    ADDRESS,
    Closure,
    GetHouse,
    HouseView,
    SetHouse,
)
from http_edge.api.shape import Body, api_route, json_response, present
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.lookup import house_of
from http_edge.policy import ADMIN, ANYBODY


class ClosureBody(Body, frozen=True):
    """The clinic is closed from *first* to *last*, both included; patients read the *name*."""

    first: date
    last: date
    name: str


class HouseBody(Body, frozen=True):
    """The emergency wording of every page that asks or waits, days of closure, telephone number."""

    emergency: Annotated[str, Meta(max_length=2000)]
    closures: tuple[ClosureBody, ...] = ()
    phone: Annotated[str, Meta(max_length=60)] = ""


async def get_clinic(request: web.Request) -> web.Response:
    """See what holds for the whole clinic."""
    view = await ask(request, ADDRESS, GetHouse(), HouseView)
    return json_response(present(view.house, HouseBody))


async def set_clinic(request: web.Request) -> web.Response:
    """Set what holds for the whole clinic; every doctor's diary is told of closures."""
    body = await read_json(request, HouseBody)
    closures = tuple(Closure(each.first, each.last, each.name) for each in body.closures)
    kept = await house_of(request)
    house = msgspec.structs.replace(
        kept, emergency=body.emergency, closures=closures, phone=body.phone
    )
    await tell(request, ADDRESS, SetHouse(house))
    return await get_clinic(request)


ROUTES = (
    api_route("GET", "/clinic", get_clinic, ANYBODY, response=HouseBody),
    api_route("PUT", "/clinic", set_clinic, ADMIN, request=HouseBody, response=HouseBody),
)
