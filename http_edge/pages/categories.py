"""The page of one category: its name, its group, its kinds of visit, its rules and questions."""

import msgspec
from aiohttp import web

from actors.admin_router.messages import Category, Department, RemoveCategory, SetCategory
from actors.ids import CategoryId, GroupId, VisitTypeId
from http_edge.pages.forms import Form, posted
from http_edge.pages.rendering import render
from http_edge.pages.setting_up import LONGEST_NAME, SEEN, department_of, keep, missing, path_of


def named(request: web.Request) -> CategoryId:
    """Return the category that the page is about."""
    return CategoryId(request.match_info["category"])


def category_path(request: web.Request) -> str:
    """Return the path of the category's own page."""
    return f"{path_of(request)}/categories/{named(request)}"


def category_of(department: Department, wanted: CategoryId) -> Category:
    """Return that category of *department*, or raise `Problem` (404)."""
    found = next((each for each in department.categories if each.id == wanted), None)
    if found is None:
        raise missing()
    return found


async def category(request: web.Request) -> web.Response:
    """Show a category."""
    return await show_category(request, Form())


async def show_category(request: web.Request, form: Form) -> web.Response:
    """Show a category with what is wrong in *form*."""
    department = await department_of(request)
    return render(
        request,
        "category.html",
        status=form.status,
        form=form,
        department=department,
        category=category_of(department, named(request)),
        group_names={each.id: each.name for each in department.groups},
        visit_names={each.id: each.name for each in department.visits},
    )


async def set_category(request: web.Request) -> web.Response:
    """Keep the name, the group and the kinds of visit of a category."""
    form = await posted(request, "category")
    kept = category_of(await department_of(request), named(request))
    group = form.typed.get("group", "")
    changed = msgspec.structs.replace(
        kept,
        name=form.text("name", most=LONGEST_NAME, needed="Give the category a name."),
        group=GroupId(group) if group else None,
        visits=tuple(VisitTypeId(each) for each in form.chosen("visit")),
    )
    done = category_path(request), "category"
    command = SetCategory(changed, form.typed.get(SEEN, ""))
    return await keep(request, form, command, done, show_category)


async def remove_category(request: web.Request) -> web.Response:
    """Let nobody ask for it any more."""
    form = await posted(request, "category")
    command, done = RemoveCategory(named(request)), (path_of(request), "category-removed")
    return await keep(request, form, command, done, show_category)
