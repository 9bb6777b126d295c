"""What patients can ask for, and who works here."""

from aiohttp import web

from actors.directory.messages import ADDRESS, Departments, ListDepartments, ListDoctors, People
from http_edge.api.shape import View, api_route, json_response, present
from http_edge.ask import ask
from http_edge.policy import SIGNED_IN


class CategoryOut(View, frozen=True):
    """Something that patients can ask a department for."""

    id: str
    name: str


class DepartmentOut(View, frozen=True):
    """A department and what patients can ask it for."""

    id: str
    name: str
    categories: tuple[CategoryOut, ...]


class DepartmentList(View, frozen=True):
    """All departments, by name."""

    items: tuple[DepartmentOut, ...]


class OfferedCategory(View, frozen=True):
    """A category and the department that it belongs to."""

    id: str
    name: str
    department: str


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
    return json_response(present(await _departments(request), DepartmentList))


async def list_categories(request: web.Request) -> web.Response:
    """See everything that can be asked for."""
    departments = await _departments(request)
    items = tuple(
        OfferedCategory(category.id, category.name, department.id)
        for department in departments.items
        for category in department.categories
    )
    return json_response(CategoryList(items))


async def list_doctors(request: web.Request) -> web.Response:
    """See who the doctors are."""
    people = await ask(request, ADDRESS, ListDoctors(), People)
    items = tuple(DoctorOut(person.user, person.name) for person in people.items)
    return json_response(DoctorList(items))


async def _departments(request: web.Request) -> Departments:
    return await ask(request, ADDRESS, ListDepartments(), Departments)


ROUTES = (
    api_route("GET", "/departments", list_departments, SIGNED_IN, response=DepartmentList),
    api_route("GET", "/categories", list_categories, SIGNED_IN, response=CategoryList),
    api_route("GET", "/doctors", list_doctors, SIGNED_IN, response=DoctorList),
)
