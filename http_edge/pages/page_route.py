"""How a page or a form is declared."""

import re

from http_edge.policy import Policy
from http_edge.routes import KIB, Handler, Kind, Route

_NAMES = str.maketrans({"/": ".", "-": "_", "{": "", "}": "", ":": "", "*": "", "+": ""})

_PATTERN = re.compile(r":[^}]*(?=\})")


def page_route(
    method: str,
    path: str,
    handler: Handler,
    policy: Policy,
    *,
    limit: str = "",
    body_limit: int = 64 * KIB,
) -> Route:
    """Declare a page; its summary is the first line of the handler's docstring."""
    name = _PATTERN.sub("", path).strip("/").translate(_NAMES) or "landing"
    return Route(
        name=f"page.{name}.{method.lower()}",
        method=method,
        path=path,
        handler=handler,
        policy=policy,
        kind=Kind.PAGE,
        summary=(handler.__doc__ or "").strip().split("\n", 1)[0],
        limit=limit,
        body_limit=body_limit,
    )
