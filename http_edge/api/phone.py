"""Your phone: what rings on your pages now, and the call that you are in."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.address import Address
from actors.ids import RingId
from actors.phone.messages import GetPhone, PhoneView, SilenceRing, address_of
from http_edge.api.shape import Body, api_route, empty, json_response
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import read_json
from http_edge.policy import SIGNED_IN


class RingBody(Body, frozen=True):
    """Which ring."""

    ring: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def _mine(request: web.Request) -> Address:
    return address_of(caller_of(request).user)


async def get_phone(request: web.Request) -> web.Response:
    """See what rings for you, and the call that you are in."""
    return json_response(await ask(request, _mine(request), GetPhone(), PhoneView))


async def silence_ring(request: web.Request) -> web.Response:
    """Have a ring make no more sound; it still rings for who called."""
    body = await read_json(request, RingBody)
    await tell(request, _mine(request), SilenceRing(RingId(body.ring)))
    return empty()


ROUTES = (
    api_route("GET", "/phone", get_phone, SIGNED_IN, response=PhoneView),
    api_route("POST", "/phone/silence", silence_ring, SIGNED_IN, request=RingBody, status=204),
)
