"""For administrators: what patients can ask for, with rules and questions; kinds of visit."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.admin_router.messages import (
    AnswerIs,
    Category,
    RemoveCategory,
    RemoveVisitType,
    Rule,
    SetCategory,
    SetVisitType,
)
from actors.ids import CategoryId, GroupId, QuestionId, VisitTypeId
from actors.intake import AnswerKind, Question
from actors.visit_type import Asking, Medium, VisitType
from http_edge.api.admin_departments import DEPARTMENT, DepartmentSetUp, set_up
from http_edge.api.shape import Body, api_route
from http_edge.bodies import read_json
from http_edge.lookup import doctors_by_id
from http_edge.policy import ADMIN

DAY = 24 * 60
MONTH = 30 * DAY
YEAR_DAYS = 366

Age = Annotated[int, Meta(ge=0, le=130)]


class QuestionBody(Body, frozen=True):
    """An intake question; *red* are the answers (or `yes`, `no`) that put a request on top."""

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    text: str
    kind: AnswerKind = AnswerKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    red: tuple[str, ...] = ()


class AnswerIsBody(Body, frozen=True):
    """The patient has answered *question* with *value* (letter case aside)."""

    question: str
    value: str


class RuleBody(Body, frozen=True):
    """Where a request goes when all that is said holds; with neither doctor nor group: triage.

    *specialty*, *same_language* and *on_duty* choose among the members of the group.
    """

    name: str
    languages: tuple[str, ...] = ()
    age_from: Age | None = None
    age_to: Age | None = None
    answers: tuple[AnswerIsBody, ...] = ()
    visits: tuple[str, ...] = ()
    doctor: str | None = None
    group: str | None = None
    specialty: str = ""
    same_language: bool = False
    on_duty: bool = False


class CategoryBody(Body, frozen=True):
    """What patients ask for. By *rules* in order, else to *group*, else to triage by hand."""

    name: str
    group: str | None = None
    rules: tuple[RuleBody, ...] = ()
    questions: tuple[QuestionBody, ...] = ()
    visits: tuple[str, ...] = ()


class VisitTypeBody(Body, frozen=True):
    """A kind of visit. Minutes of null are the doctor's own."""

    name: str
    minutes: Annotated[int, Meta(ge=5, le=480)] | None = None
    medium: Medium = Medium.VIDEO
    asking: Asking = Asking.REQUEST
    buffer_before_minutes: Annotated[int, Meta(ge=0, le=120)] | None = None
    buffer_after_minutes: Annotated[int, Meta(ge=0, le=120)] | None = None
    notice_minutes: Annotated[int, Meta(ge=0, le=MONTH)] | None = None
    window_days: Annotated[int, Meta(ge=1, le=YEAR_DAYS)] | None = None
    capacity: Annotated[int, Meta(ge=1, le=100)] = 1
    cutoff_minutes: Annotated[int, Meta(ge=0, le=MONTH)] = 0
    most_per_day: Annotated[int, Meta(ge=1, le=100)] = 5
    hold_minutes: Annotated[int, Meta(ge=1, le=60)] = 5


async def set_category(request: web.Request) -> web.Response:
    """Add a category, or change it as a whole."""
    body = await read_json(request, CategoryBody)
    category = Category(
        CategoryId(request.match_info["category"]),
        body.name,
        GroupId(body.group) if body.group else None,
        tuple([await _rule(request, each) for each in body.rules]),
        tuple(_question(each) for each in body.questions),
        tuple(VisitTypeId(each) for each in body.visits),
    )
    return await set_up(request, SetCategory(category))


async def _rule(request: web.Request, body: RuleBody) -> Rule:
    wanted = (body.doctor,) if body.doctor else ()
    doctors = await doctors_by_id(request, wanted, "rules.doctor") if wanted else ()
    return Rule(
        name=body.name,
        languages=body.languages,
        age_from=body.age_from,
        age_to=body.age_to,
        answers=tuple(AnswerIs(QuestionId(each.question), each.value) for each in body.answers),
        visits=tuple(VisitTypeId(each) for each in body.visits),
        doctor=doctors[0] if doctors else None,
        group=GroupId(body.group) if body.group else None,
        specialty=body.specialty,
        same_language=body.same_language,
        on_duty=body.on_duty,
    )


def _question(body: QuestionBody) -> Question:
    return Question(
        QuestionId(body.id), body.text, body.kind, body.required, body.choices, body.red
    )


async def remove_category(request: web.Request) -> web.Response:
    """Take a category away; open requests stay."""
    return await set_up(request, RemoveCategory(CategoryId(request.match_info["category"])))


async def set_visit_type(request: web.Request) -> web.Response:
    """Add a kind of visit, or change it."""
    body = await read_json(request, VisitTypeBody)
    visit = VisitType(
        id=VisitTypeId(request.match_info["visit"]),
        name=body.name,
        minutes=body.minutes,
        medium=body.medium,
        asking=body.asking,
        buffer_before_minutes=body.buffer_before_minutes,
        buffer_after_minutes=body.buffer_after_minutes,
        notice_minutes=body.notice_minutes,
        window_days=body.window_days,
        capacity=body.capacity,
        cutoff_minutes=body.cutoff_minutes,
        most_per_day=body.most_per_day,
        hold_minutes=body.hold_minutes,
    )
    return await set_up(request, SetVisitType(visit))


async def remove_visit_type(request: web.Request) -> web.Response:
    """Take a kind of visit away; visits that stand stay."""
    return await set_up(request, RemoveVisitType(VisitTypeId(request.match_info["visit"])))


_CATEGORY = f"{DEPARTMENT}/categories/{{category}}"
_VISIT = f"{DEPARTMENT}/visits/{{visit}}"

ROUTES = (
    api_route(
        "PUT", _CATEGORY, set_category, ADMIN, request=CategoryBody, response=DepartmentSetUp
    ),
    api_route("DELETE", _CATEGORY, remove_category, ADMIN, response=DepartmentSetUp),
    api_route(
        "PUT", _VISIT, set_visit_type, ADMIN, request=VisitTypeBody, response=DepartmentSetUp
    ),
    api_route("DELETE", _VISIT, remove_visit_type, ADMIN, response=DepartmentSetUp),
)
