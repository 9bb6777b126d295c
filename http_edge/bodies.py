"""Bodies of requests: read within a size and a time, and taken apart strictly."""

import asyncio
import re
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from aiohttp import ClientPayloadError, web
from aiohttp.web import RequestPayloadError

from http_edge import keys
from http_edge.problems import Problem
from http_edge.routes import KIB, route_of

T = TypeVar("T")

BODY_SECONDS = 15
"""How long a body may take to arrive."""

_LIMIT = 64 * KIB
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
_NAMED = re.compile(r"^Object (?P<how>missing required|contains unknown) field `(?P<name>[^`]*)`$")


async def read_body(request: web.Request) -> bytes:
    """Return the body, or raise `Problem`: 413 too large, 408 too slow, 400 broken."""
    if keys.BODY not in request:
        request[keys.BODY] = await _read(request)
    return request[keys.BODY]


async def _read(request: web.Request) -> bytes:
    route = route_of(request)
    limit = route.body_limit if route else _LIMIT
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise _too_large(limit)
    except TimeoutError as error:
        raise Problem(408, "body_too_slow", "The body took too long to arrive.") from error
    except (RequestPayloadError, ClientPayloadError) as error:
        raise Problem(400, "malformed_body", "The body is broken.") from error
    return bytes(body)


def _too_large(limit: int) -> Problem:
    return Problem(413, "body_too_large", f"At most {limit // KIB} KiB are taken here.")


async def read_json(request: web.Request, kind: type[T]) -> T:
    """Return the JSON body as *kind*, or raise `Problem`: 415, 413, 400 or 422 with the field."""
    if request.content_type != "application/json":
        raise Problem(415, "json_wanted", "Send the body as application/json.")
    body = await read_body(request)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _does_not_fit(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "malformed_json", "The body is not JSON.") from error


def _does_not_fit(message: str) -> Problem:
    """Return the problem for what msgspec found, naming the field."""
    place = _PLACE.match(message)
    what, path = (place["what"], place["path"] or "") if place else (message, "")
    named = _NAMED.match(what)
    if named is None:
        return invalid({path or "body": what.replace("`", "") + "."})
    field = f"{path}.{named['name']}" if path else named["name"]
    missing = named["how"].startswith("missing")
    return invalid({field: "This is needed." if missing else "There is no such field."})


def invalid(fields: dict[str, str]) -> Problem:
    """Return the problem for *fields* that do not fit (field to sentence)."""
    return Problem(
        422, "invalid", "Something in it does not fit; see the fields named.", fields=fields
    )


async def read_form(request: web.Request) -> dict[str, str]:
    """Return the fields of a form (urlencoded, the last of each name), or raise `Problem`.

    Of a form with files these are the fields that have come.
    """
    if keys.FORM in request:
        return request[keys.FORM]
    if request.content_type != "application/x-www-form-urlencoded":
        raise Problem(415, "form_wanted", "Send the form as application/x-www-form-urlencoded.")
    body = await read_body(request)
    fields = request.app[keys.SETTINGS].form_fields
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=fields, errors="strict"
        )
    except UnicodeDecodeError as error:
        raise Problem(400, "malformed_form", "The form is not UTF-8.") from error
    except ValueError as error:
        raise Problem(413, "too_many_fields", f"At most {fields} fields are taken.") from error
    return dict(pairs)
