"""What all API handlers share: how a route is declared, and how views become JSON."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import msgspec
from aiohttp import web
from msgspec import Meta

from http_edge.bodies import invalid
from http_edge.policy import Policy
from http_edge.routes import KIB, Handler, Kind, Route

PREFIX = "/api/v1"
MOST = 100
PAGE = 50

DAY = 24 * 60
LARGEST = 2**31

Number = Annotated[int, Meta(ge=0, le=LARGEST)]
"""A whole number of a size that every room can keep."""
Minutes = Annotated[int, Meta(ge=0, le=DAY)]

T = TypeVar("T")


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON body that is taken. Fields that it does not have are refused."""


class SecretBody(Body, frozen=True):
    """A body with a secret in it: printed, it shows its name alone."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"


class View(msgspec.Struct, frozen=True):
    """A JSON answer."""


class Nothing(Body, frozen=True):
    """An empty object: `{}`."""


def api_route(
    method: str,
    path: str,
    handler: Handler,
    policy: Policy,
    *,
    request: Any = None,  # noqa: ANN401  a type
    response: Any = None,  # noqa: ANN401  a type
    status: int = 200,
    query: Mapping[str, str] | None = None,
    limit: str = "",
    headers: Mapping[str, str] | None = None,
    body_type: str = "",
    answer_type: str = "",
    body_limit: int = 64 * KIB,
) -> Route:
    """Declare a route of the API; its summary is the first line of the handler's docstring."""
    return Route(
        name=f"api.{handler.__name__}",
        method=method,
        path=PREFIX + path,
        handler=handler,
        policy=policy,
        kind=Kind.API,
        summary=(handler.__doc__ or "").strip().split("\n", 1)[0],
        request=request,
        response=response,
        status=status,
        query=query or {},
        limit=limit,
        headers=headers or {},
        body_type=body_type,
        answer_type=answer_type,
        body_limit=body_limit,
    )


def present(view: object, kind: type[T]) -> T:
    """Return the fields of *view* that *kind* has, as a *kind*."""
    return msgspec.convert(view, kind, from_attributes=True)


def json_response(
    view: msgspec.Struct, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer with *view* as JSON."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(view),
        content_type="application/json",
        headers=headers,
    )


def empty() -> web.Response:
    """Answer that it is done, and nothing more."""
    return web.Response(status=204)


PAGING = {"limit": f"How many at most, up to {MOST}.", "cursor": "Where to go on; see `next`."}


def limit_of(request: web.Request) -> int:
    """Return how many items are asked for."""
    return query_of(request, "limit", int, PAGE, lambda limit: 1 <= limit <= MOST)


def query_of(
    request: web.Request,
    name: str,
    kind: type[T],
    default: T,
    fits: Callable[[T], bool] = lambda _value: True,
) -> T:
    """Return the query parameter *name* as a *kind*, or raise `Problem` (422)."""
    if name not in request.query:
        return default
    try:
        value = msgspec.convert(request.query[name], kind, strict=False)
    except msgspec.ValidationError as error:
        raise invalid({name: "That does not fit."}) from error
    if not fits(value):
        raise invalid({name: "That is out of bounds."})
    return value


def next_link(request: web.Request, cursor: str | int | None, *, path: str = "") -> str | None:
    """Return the link to the page after this one, if *cursor* says that there is one.

    *path*: of the pages, where the request has another one.
    """
    if cursor is None:
        return None
    query = {**request.query, "cursor": cursor}
    return f"{path or request.path}?{urlencode(query)}"
