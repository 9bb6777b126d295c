"""What browsers report of our content security policy: written down, sparingly."""

from typing import Any

import msgspec
import structlog
from aiohttp import web

from http_edge import keys
from http_edge.bodies import read_body
from http_edge.problems import Problem

TYPES = frozenset({"application/csp-report", "application/reports+json"})
LONGEST = 100

log = structlog.get_logger("http_edge.reports")


async def take_report(request: web.Request) -> web.Response:
    """Write down which rule was broken; addresses and samples are left out."""
    if request.content_type not in TYPES:
        raise Problem(415, "report_wanted", "Send a report of a content security policy.")
    try:
        reports = msgspec.json.decode(await read_body(request))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "malformed_json", "The body is not JSON.") from error
    for report in reports if isinstance(reports, list) else [reports]:
        request.app[keys.REPORTS]("policy report", directive=_directive(report))
    return web.Response(status=204)


def _directive(report: Any) -> str:  # noqa: ANN401  whatever a browser sends
    """Return the directive that *report* names, in either of the two formats."""
    match report:
        case {"csp-report": {"violated-directive": str(directive)}}:
            return directive[:LONGEST]
        case {"body": {"effectiveDirective": str(directive)}}:
            return directive[:LONGEST]
        case _:
            return "unknown"
