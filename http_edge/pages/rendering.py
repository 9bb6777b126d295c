"""Templates to pages, and problems to error pages."""

from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from actors.admin_router.messages import fingerprint_of
from actors.caller import NOBODY
from actors.zones import ZONES
from http_edge import keys
from http_edge.bodies import read_form
from http_edge.headers import nonce_of
from http_edge.links import safe_next
from http_edge.pages import (
    call_wording,
    notice_wording,
    staff_wording,
    thread_wording,
    times,
    visit_wording,
    wording,
)
from http_edge.pages.devices import device_of
from http_edge.pages.forms import ONCE, Form, new_once
from http_edge.problems import Problem

TEMPLATES = Path(__file__).parent.parent / "templates"

UNAUTHORIZED = 401
_SECRET_FIELDS = frozenset({"password", "old", "new", "code"})
_WORTH_REPEATING = frozenset({401, 408, 429, 500, 503, 504})


def set_up(app: web.Application) -> None:
    """Load every template now, so that no request waits for a file."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=times,
        w=wording,
        v=visit_wording,
        s=staff_wording,
        n=notice_wording,
        c=thread_wording,
        k=call_wording,
        zone_choices=times.ZONE_CHOICES,
        known_zones=ZONES,
        no_form=Form(),
        fingerprint_of=fingerprint_of,
        device_of=device_of,
    )
    for name in environment.list_templates():
        environment.get_template(name)
    app[keys.ERROR_PAGE] = error_page


def render(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    **context: Any,  # noqa: ANN401
) -> web.Response:
    """Return the page that *template* makes of *context*."""
    caller, live = request.get(keys.CALLER, NOBODY), request.get(keys.LIVE)
    bell = request.get(keys.BELL)
    shared = {
        "nonce": nonce_of(request),
        "path": request.path,
        "role": caller.role.value,
        "me": caller.user,
        "name": live.name if live else "",
        "zone": live.zone if live else "UTC",
        "now": request.app[keys.CLOCK].now(),
        "in_danger": request.app[keys.EMERGENCY].wording,
        "clinic_phone": request.app[keys.EMERGENCY].phone,
        "said": _said(request.query.get("said", "")),
        "new_once": lambda: new_once(request),
        "bell": bell,
        "live": bell is not None or "seq" in context or "desks" in context,
        "form": Form(),
    }
    page = aiohttp_jinja2.render_string(template, request, {**shared, **context})
    return web.Response(text=page, status=status, content_type="text/html", charset="utf-8")


def _said(code: str) -> str:
    return wording.said(code) or staff_wording.said(code) or call_wording.said(code)


def go_to(path: str, said: str = "") -> web.Response:
    """Return the answer to a form that was taken: look at *path* now, where *said* is said."""
    location = f"{path}?said={said}" if said else path
    return web.Response(status=303, headers={"Location": location})


async def error_page(request: web.Request, problem: Problem) -> web.Response:
    """Return *problem* in plain words, with what to do next; a visitor can sign in and go on."""
    if problem.status == UNAUTHORIZED and request.method in {"GET", "HEAD"}:
        onward = safe_next(request.path, "")
        page = render(request, "sign_in.html", status=UNAUTHORIZED, next=onward, asked=True)
        page.headers.update(problem.headers)
        return page
    title, advice = wording.error_words(problem.status)
    page = render(
        request,
        "error.html",
        status=problem.status,
        title=title,
        advice=advice,
        sentence=problem.detail,
        code=problem.code,
        fields=problem.fields,
        again=await _again(request) if problem.status in _WORTH_REPEATING else {},
        shown_status=problem.status,
    )
    page.headers.update(problem.headers)
    return page


async def _again(request: web.Request) -> dict[str, str]:
    """Return the fields of the form that failed, to be sent once more, unless some are secret."""
    if request.method != "POST":
        return {}
    try:
        typed = await read_form(request)
    except Problem:
        return {}
    return {} if _SECRET_FIELDS & typed.keys() or ONCE not in typed else typed
