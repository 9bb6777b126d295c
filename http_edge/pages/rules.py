"""The rules of a category, in order: where a request goes when all that is said holds."""

import asyncio

import msgspec
from aiohttp import web

from actors.admin_router.messages import AnswerIs, Category, Rule, SetCategory
from actors.appointment import DoctorRef
from actors.ids import GroupId, QuestionId, VisitTypeId
from http_edge.lookup import doctors_of
from http_edge.pages.categories import category_of, category_path, named, show_category
from http_edge.pages.forms import Form, posted, whole_number
from http_edge.pages.reading import languages, optional_number
from http_edge.pages.rendering import render
from http_edge.pages.requests import chosen_doctor
from http_edge.pages.setting_up import (
    LONGEST_NAME,
    SEEN,
    Again,
    department_of,
    keep,
    missing,
    reordered,
)

NEW = "new"
OLDEST = 130


def _index(request: web.Request, category: Category, form: Form) -> int:
    """Return which rule the page is about, from 0; one past the last for a new one.

    A form says what its rule was called: that one is meant, also when it has another number by
    now; when it is gone, it would be a new one.
    """
    place, names = request.match_info["rule"], [each.name for each in category.rules]
    was = form.typed.get("was", "")
    if place == NEW:
        return len(names)
    if names.count(was) == 1:
        return names.index(was)
    index = whole_number(place, 0) - 1
    known = 0 <= index < len(names)
    if was and not (known and names[index] in {was, form.typed.get("name")}):
        return len(names)
    if not known:
        raise missing()
    return index


async def rule(request: web.Request) -> web.Response:
    """Show a rule, or the form for a new one."""
    return await _rule(request, Form())


async def _rule(request: web.Request, form: Form) -> web.Response:
    department, doctors = await asyncio.gather(department_of(request), doctors_of(request))
    category = category_of(department, named(request))
    index = _index(request, category, form)
    return render(
        request,
        "rule.html",
        status=form.status,
        form=form,
        department=department,
        category=category,
        rule=category.rules[index] if index < len(category.rules) else Rule(""),
        place=request.match_info["rule"],
        doctors=doctors,
    )


async def _category(request: web.Request) -> Category:
    return category_of(await department_of(request), named(request))


async def set_rule(request: web.Request) -> web.Response:
    """Add a rule at the end, or change one."""
    form = await posted(request)
    category = await _category(request)
    index = _index(request, category, form)
    changed = await _read(request, form, category)
    rules = (*category.rules[:index], changed, *category.rules[index + 1 :])
    return await _keep(request, form, category, rules, "rule", again=_rule)


async def _read(request: web.Request, form: Form, category: Category) -> Rule:
    doctor, group = await _destination(request, form)
    rule = Rule(
        name=form.text("name", most=LONGEST_NAME, needed="Give the rule a name: staff read it."),
        languages=languages(form, "languages"),
        age_from=optional_number(form, "age_from", 0, OLDEST, "Age"),
        age_to=optional_number(form, "age_to", 0, OLDEST, "Age"),
        answers=_answers(form, category),
        visits=tuple(VisitTypeId(each) for each in form.chosen("visit")),
        doctor=doctor,
        group=group,
        specialty=form.text("specialty", most=60),
        same_language="same_language" in form.typed,
        on_duty="on_duty" in form.typed,
    )
    if rule.age_from is not None and rule.age_to is not None and rule.age_to < rule.age_from:
        form.wrong("age_to", "The older age must not be below the younger one.")
    return rule


def _answers(form: Form, category: Category) -> tuple[AnswerIs, ...]:
    typed = ((each.id, form.text(f"answer-{each.id}", most=200)) for each in category.questions)
    return tuple(AnswerIs(QuestionId(question), value) for question, value in typed if value)


async def _destination(request: web.Request, form: Form) -> tuple[DoctorRef | None, GroupId | None]:
    kind, _, key = form.typed.get("to", "").partition(":")
    match kind:
        case "":
            return None, None
        case "group":
            return None, GroupId(key)
        case "doctor" if doctor := await chosen_doctor(request, key):
            return doctor, None
        case _:
            form.wrong("to", "Choose a doctor, a group, or triage by hand.")
            return None, None


async def remove_rule(request: web.Request) -> web.Response:
    """Take a rule away."""
    form = await posted(request, "rules")
    category = await _category(request)
    index = _index(request, category, form)
    rules = (*category.rules[:index], *category.rules[index + 1 :])
    return await _keep(request, form, category, rules, "rule-removed")


async def move_rule(request: web.Request) -> web.Response:
    """Try a rule earlier, or later."""
    form = await posted(request, "rules")
    category = await _category(request)
    index = _index(request, category, form)
    rules = reordered(category.rules, index, -1 if form.typed.get("to") == "up" else 1)
    return await _keep(request, form, category, rules, "rule-moved")


async def _keep(
    request: web.Request,
    form: Form,
    category: Category,
    rules: tuple[Rule, ...],
    said: str,
    *,
    again: Again = show_category,
) -> web.Response:
    changed = msgspec.structs.replace(category, rules=rules)
    command = SetCategory(changed, form.typed.get(SEEN, ""))
    return await keep(request, form, command, (category_path(request), said), again)
