"""The intake questions of a category: what patients are asked, and which answers are red flags."""

import msgspec
from aiohttp import web

from actors.admin_router.messages import Category, SetCategory
from actors.ids import QuestionId
from actors.intake import AnswerKind, Question
from http_edge.pages.categories import category_of, category_path, named, show_category
from http_edge.pages.forms import Form, posted
from http_edge.pages.reading import lines
from http_edge.pages.rendering import render
from http_edge.pages.setting_up import SEEN, Again, department_of, keep, missing, new_id, reordered

NEW = "new"
LONGEST = 200
LEAST_CHOICES = 2


def _index(request: web.Request, category: Category) -> int:
    """Return which question the page is about, from 0; one past the last for a new one."""
    place = request.match_info["question"]
    known = [str(each.id) for each in category.questions]
    if place != NEW and place not in known:
        raise missing()
    return len(known) if place == NEW else known.index(place)


async def question(request: web.Request) -> web.Response:
    """Show a question, or the form for a new one."""
    return await _question(request, Form())


async def _question(request: web.Request, form: Form) -> web.Response:
    department = await department_of(request)
    category = category_of(department, named(request))
    index = _index(request, category)
    new = Question(QuestionId(NEW), "")
    return render(
        request,
        "question.html",
        status=form.status,
        form=form,
        department=department,
        category=category,
        question=category.questions[index] if index < len(category.questions) else new,
        place=request.match_info["question"],
    )


async def _category(request: web.Request) -> Category:
    return category_of(await department_of(request), named(request))


async def set_question(request: web.Request) -> web.Response:
    """Add a question at the end, or change one."""
    form = await posted(request)
    category = await _category(request)
    index = _index(request, category)
    changed = _read(request, form)
    asked = (*category.questions[:index], changed, *category.questions[index + 1 :])
    return await _keep(request, form, category, asked, "question", again=_question)


def _read(request: web.Request, form: Form) -> Question:
    place = request.match_info["question"]
    text = form.text("text", most=LONGEST, needed="Write the question.")
    kind = form.choice("kind", AnswerKind, "Choose what an answer looks like.")
    choices = lines(form, "choices") if kind is AnswerKind.CHOICE else ()
    if kind is AnswerKind.CHOICE and len(choices) < LEAST_CHOICES:
        form.wrong("choices", "Write at least two answers, one on each line.")
    allowed = {AnswerKind.CHOICE: choices, AnswerKind.YES_NO: ("yes", "no")}.get(
        kind or AnswerKind.TEXT, ()
    )
    return Question(
        QuestionId(new_id(request, form, text) if place == NEW else place),
        text,
        kind or AnswerKind.TEXT,
        "required" in form.typed,
        choices,
        _red(form, allowed),
    )


def _red(form: Form, allowed: tuple[str, ...]) -> tuple[str, ...]:
    known = {each.casefold(): each for each in allowed}
    typed = lines(form, "red")
    strange = [each for each in typed if each.casefold() not in known]
    if strange:
        form.wrong("red", f"“{strange[0]}” is not one of the answers to choose from.")
    return tuple(known[each.casefold()] for each in typed if each.casefold() in known)


async def remove_question(request: web.Request) -> web.Response:
    """Take a question away."""
    form = await posted(request, "questions")
    category = await _category(request)
    index = _index(request, category)
    asked = (*category.questions[:index], *category.questions[index + 1 :])
    return await _keep(request, form, category, asked, "question-removed")


async def move_question(request: web.Request) -> web.Response:
    """Ask a question earlier, or later."""
    form = await posted(request, "questions")
    category = await _category(request)
    step = -1 if form.typed.get("to") == "up" else 1
    asked = reordered(category.questions, _index(request, category), step)
    return await _keep(request, form, category, asked, "question-moved")


async def _keep(
    request: web.Request,
    form: Form,
    category: Category,
    asked: tuple[Question, ...],
    said: str,
    *,
    again: Again = show_category,
) -> web.Response:
    changed = msgspec.structs.replace(category, questions=asked)
    command = SetCategory(changed, form.typed.get(SEEN, ""))
    return await keep(request, form, command, (category_path(request), said), again)
