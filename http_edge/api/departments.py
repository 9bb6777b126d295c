"""What patients can ask for, and who works here."""

from aiohttp import web

from actors.intake import AnswerKind
from actors.visit_type import Asking, Medium
from http_edge.api.shape import View, api_route, json_response, present
from http_edge.lookup import departments_of, doctors_of
from http_edge.policy import SIGNED_IN


class QuestionOut(View, frozen=True):
    """A question that is answered with the request; *choices* only for `choice`."""

    id: str
    text: str
    kind: AnswerKind
    required: bool
    choices: tuple[str, ...]


class VisitTypeOut(View, frozen=True):
    """A kind of visit. *minutes* of null are the doctor's own; *asking* is how one gets a time.

    A patient can move or cancel it until *cutoff_minutes* before its start.
    """

    id: str
    name: str
    minutes: int | None
    medium: Medium
    asking: Asking
    cutoff_minutes: int
    hold_minutes: int


class CategoryOut(View, frozen=True):
    """Something that patients can ask a department for."""

    id: str
    name: str
    questions: tuple[QuestionOut, ...]
    visits: tuple[VisitTypeOut, ...]


class DepartmentOut(View, frozen=True):
    """A department and what patients can ask it for."""

    id: str
    name: str
    categories: tuple[CategoryOut, ...]


class DepartmentList(View, frozen=True):
    """All departments, by name; *emergency* is to be shown wherever somebody asks or waits."""

    items: tuple[DepartmentOut, ...]
    emergency: str


class OfferedCategory(View, frozen=True):
    """A category and the department that it belongs to."""

    id: str
    name: str
    department: str
    questions: tuple[QuestionOut, ...]
    visits: tuple[VisitTypeOut, ...]


class CategoryList(View, frozen=True):
    """All categories, by department."""

    items: tuple[OfferedCategory, ...]


class DoctorOut(View, frozen=True):
    """A doctor as others may call them."""

    id: str
    name: str


class DoctorList(View, frozen=True):
    """The active doctors."""

    items: tuple[DoctorOut, ...]


async def list_departments(request: web.Request) -> web.Response:
    """See the departments and what they can be asked for."""
    found = await departments_of(request)
    items = present(found.items, tuple[DepartmentOut, ...])
    return json_response(DepartmentList(items, found.house.emergency))


async def list_categories(request: web.Request) -> web.Response:
    """See everything that can be asked for."""
    departments = await departments_of(request)
    items = tuple(
        OfferedCategory(
            id=category.id,
            name=category.name,
            department=department.id,
            questions=present(category.questions, tuple[QuestionOut, ...]),
            visits=present(category.visits, tuple[VisitTypeOut, ...]),
        )
        for department in departments.items
        for category in department.categories
    )
    return json_response(CategoryList(items))


async def list_doctors(request: web.Request) -> web.Response:
    """See who the doctors are."""
    doctors = await doctors_of(request)
    items = tuple(DoctorOut(person.user, person.name) for person in doctors)
    return json_response(DoctorList(items))


ROUTES = (
    api_route("GET", "/departments", list_departments, SIGNED_IN, response=DepartmentList),
    api_route("GET", "/categories", list_categories, SIGNED_IN, response=CategoryList),
    api_route("GET", "/doctors", list_doctors, SIGNED_IN, response=DoctorList),
)
