"""The API's description (OpenAPI 3.1), made from the route table and the types that it names."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from http_edge.idempotency import HEADER
from http_edge.problems import CONTENT_TYPE, ProblemDetails
from http_edge.routes import Kind, Route

VERSION = "1"
_REF = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+)\}")
_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
_PROBLEM = {"$ref": "#/components/responses/Problem"}


@lru_cache(maxsize=8)
def document(routes: tuple[Route, ...], public_url: str) -> bytes:
    """Return the document as JSON; it is made once."""
    return msgspec.json.encode(describe(routes, public_url))


def describe(routes: Iterable[Route], public_url: str) -> dict[str, Any]:
    """Return the OpenAPI document of the API routes among *routes*."""
    mine = [route for route in routes if route.kind is Kind.API]
    paths: dict[str, dict[str, Any]] = {}
    for route in mine:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Carewire", "version": VERSION, "license": _LICENSE},
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": _schemas(mine),
            "responses": {"Problem": _problem()},
            "securitySchemes": _SECURITY,
        },
    }


_LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-sid"},
}


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name.removeprefix("api."),
        "summary": route.summary,
        "tags": [_tag(route)],
        "security": [] if route.policy.open else [{"bearer": []}, {"cookie": []}],
        "parameters": _parameters(route),
        "responses": {str(route.status): _answer(route), "default": _PROBLEM},
        "x-policy": route.policy.name,
    }
    if route.body_type:
        operation["requestBody"] = {"required": True, "content": _bytes(route.body_type)}
    if route.request is not None:
        operation["requestBody"] = {"required": True, "content": _json(route.request)}
    return operation


def _tag(route: Route) -> str:
    parts = route.path.removeprefix("/api/v1/").split("/")
    return parts[0] or "meta"


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": _ID}
        for name in _PARAMETER.findall(route.path)
    ]
    found += [
        {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}
        for name, words in route.query.items()
    ]
    found += [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": words,
            "schema": {"type": "string"},
        }
        for name, words in route.headers.items()
    ]
    if route.method == "POST":
        found.append(_IDEMPOTENCY)
    return found


_IDEMPOTENCY = {
    "name": HEADER,
    "in": "header",
    "description": "The same request, sent again under the same key, has no second effect.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def _answer(route: Route) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": route.summary}
    if route.response is not None:
        answer["content"] = _json(route.response)
    if route.answer_type:
        answer["content"] = _bytes(route.answer_type)
    return answer


def _bytes(media_type: str) -> dict[str, Any]:
    """Return the description of a body that is bytes: in OpenAPI 3.1 it has no schema."""
    return {media_type: {}}


def _json(kind: Any) -> dict[str, Any]:  # noqa: ANN401  a type
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REF)
    return {"application/json": {"schema": schema}}


def _schemas(routes: Iterable[Route]) -> dict[str, Any]:
    kinds = {kind for route in routes for kind in (route.request, route.response) if kind}
    ordered = sorted(kinds, key=lambda kind: str(kind.__name__))
    _, components = msgspec.json.schema_components([*ordered, ProblemDetails], ref_template=_REF)
    return components


def _problem() -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([ProblemDetails], ref_template=_REF)
    return {
        "description": "What went wrong; `code` is stable (RFC 9457).",
        "content": {CONTENT_TYPE: {"schema": schema}},
    }
