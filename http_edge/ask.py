"""What a handler needs to ask an actor, with the caller, the deadline and the trace joined."""

from typing import TypeVar

import msgspec
from aiohttp import web

from actors.address import Address
from actors.caller import Caller
from actors.ids import MessageId
from actors.runtime.client import Client, Happened
from http_edge import keys

V = TypeVar("V")


def caller_of(request: web.Request) -> Caller:
    """Return who asks; `NOBODY` when they have not signed in."""
    return request[keys.CALLER]


def client_of(request: web.Request) -> Client:
    """Return the client that asks actors."""
    return request.app[keys.CLIENT]


async def tell(request: web.Request, to: Address, command: msgspec.Struct) -> Happened:
    """Give *command* to *to* in the caller's name; repeated under its id it has no second effect.

    Raises `Refusal` or `DeliveryFailed`, which the middleware turns into problems.
    """
    return await client_of(request).tell(
        to,
        command,
        caller_of(request),
        id=MessageId(request[keys.MESSAGE_ID]),
        wait=request.app[keys.SETTINGS].ask_seconds,
        trace=request[keys.TRACE],
    )


async def ask(request: web.Request, to: Address, query: msgspec.Struct, expect: type[V]) -> V:
    """Put *query* to *to* in the caller's name and return its view."""
    return (await ask_numbered(request, to, query, expect))[0]


async def ask_numbered(
    request: web.Request, to: Address, query: msgspec.Struct, expect: type[V]
) -> tuple[V, int]:
    """Like `ask`, and return also the number of the last event that the view has seen."""
    return await client_of(request).ask_numbered(
        to,
        query,
        expect,
        caller_of(request),
        wait=request.app[keys.SETTINGS].ask_seconds,
        trace=request[keys.TRACE],
    )
