"""The kinds of visit of a department: their length, and the rules for booking them."""

from aiohttp import web

from actors.admin_router.messages import Department, RemoveVisitType, SetVisitType
from actors.ids import VisitTypeId
from actors.visit_type import Asking, Medium, VisitType
from http_edge.pages.forms import Form, posted
from http_edge.pages.reading import optional_number
from http_edge.pages.rendering import render
from http_edge.pages.setting_up import (
    LONGEST_NAME,
    department_of,
    keep,
    missing,
    new_id,
    path_of,
)

NEW = "new"
LONGEST_VISIT = 8 * 60
LONGEST_BUFFER = 120
MONTH = 30 * 24 * 60
YEAR_DAYS = 366
MOST_TOGETHER = 100
LONGEST_HOLD = 60


async def visit_types(request: web.Request) -> web.Response:
    """Show the kinds of visit of a department."""
    return render(request, "visit_types.html", department=await department_of(request))


def _visit_of(request: web.Request, department: Department) -> VisitType:
    place = request.match_info["visit"]
    if place == NEW:
        return VisitType(VisitTypeId(NEW), "")
    found = next((each for each in department.visits if each.id == place), None)
    if found is None:
        raise missing()
    return found


async def visit_type(request: web.Request) -> web.Response:
    """Show a kind of visit, or the form for a new one."""
    return await _visit_type(request, Form())


async def _visit_type(request: web.Request, form: Form) -> web.Response:
    department = await department_of(request)
    return render(
        request,
        "visit_type.html",
        status=form.status,
        form=form,
        department=department,
        visit=_visit_of(request, department),
        place=request.match_info["visit"],
    )


async def set_visit_type(request: web.Request) -> web.Response:
    """Add a kind of visit, or change one."""
    form = await posted(request)
    _visit_of(request, await department_of(request))
    done = f"{path_of(request)}/visits", "visit-type"
    return await keep(request, form, SetVisitType(_read(request, form)), done, _visit_type)


def _read(request: web.Request, form: Form) -> VisitType:
    place = request.match_info["visit"]
    name = form.text("name", most=LONGEST_NAME, needed="Give it a name: patients read it.")
    medium = form.choice("medium", Medium, "Choose video or audio.")
    asking = form.choice("asking", Asking, "Choose how patients come to a time.")
    return VisitType(
        id=VisitTypeId(new_id(request, form, name) if place == NEW else place),
        name=name,
        minutes=optional_number(form, "minutes", 5, LONGEST_VISIT, "Length"),
        medium=medium or Medium.VIDEO,
        asking=asking or Asking.REQUEST,
        buffer_before_minutes=optional_number(
            form, "buffer_before_minutes", 0, LONGEST_BUFFER, "Free before"
        ),
        buffer_after_minutes=optional_number(
            form, "buffer_after_minutes", 0, LONGEST_BUFFER, "Free after"
        ),
        notice_minutes=optional_number(form, "notice_minutes", 0, MONTH, "Notice"),
        window_days=optional_number(form, "window_days", 1, YEAR_DAYS, "Booking window"),
        capacity=form.number("capacity", 1, MOST_TOGETHER, "Patients at one time"),
        cutoff_minutes=form.number("cutoff_minutes", 0, MONTH, "Cut-off"),
        most_per_day=form.number("most_per_day", 1, MOST_TOGETHER, "Requests a day"),
        hold_minutes=form.number("hold_minutes", 1, LONGEST_HOLD, "Hold"),
    )


async def remove_visit_type(request: web.Request) -> web.Response:
    """Let nobody ask for such a visit any more."""
    form = await posted(request)
    command = RemoveVisitType(VisitTypeId(request.match_info["visit"]))
    done = f"{path_of(request)}/visits", "visit-type-removed"
    return await keep(request, form, command, done, _visit_type)
