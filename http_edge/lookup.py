"""What the edge looks up before it tells an actor: what is offered, and how things are called."""

from dataclasses import dataclass

from aiohttp import web

from actors.appointment import DoctorRef
from actors.directory.messages import (
    ADDRESS,
    Departments,
    GetHouse,
    GetPerson,
    House,
    HouseView,
    ListDepartments,
    ListDoctors,
    ListedCategory,
    ListedDepartment,
    People,
    Person,
    PersonView,
)
from actors.ids import CategoryId, DepartmentId, DoctorId, UserId, VisitTypeId
from actors.visit_type import VisitType
from http_edge import keys
from http_edge.ask import ask
from http_edge.bodies import invalid


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of visit that a department can be asked for."""

    department: ListedDepartment
    category: ListedCategory
    visit: VisitType


async def departments_of(request: web.Request) -> Departments:
    """Return all departments, and what holds for the whole clinic."""
    found = await ask(request, ADDRESS, ListDepartments(), Departments)
    request.app[keys.EMERGENCY].note(found.house)
    return found


async def house_of(request: web.Request) -> House:
    """Return what holds for the whole clinic."""
    house = (await ask(request, ADDRESS, GetHouse(), HouseView)).house
    request.app[keys.EMERGENCY].note(house)
    return house


async def offered(request: web.Request, department: str, category: str, visit: str) -> Offered:
    """Return what is offered under these ids, or raise `Problem` (422) naming what is not.

    No *visit* is the only one; where there are several, one must be named.
    """
    listed = await departments_of(request)
    found = next((each for each in listed.items if each.id == DepartmentId(department)), None)
    if found is None:
        raise invalid({"department": "There is no such department."})
    wanted = next((each for each in found.categories if each.id == CategoryId(category)), None)
    if wanted is None:
        raise invalid({"category": "The department can't be asked for that."})
    kind = visit_of(wanted, visit)
    if kind is None:
        raise invalid({"visit": "Name one of the kinds of visit of this category."})
    return Offered(found, wanted, kind)


def visit_of(category: ListedCategory, visit: str) -> VisitType | None:
    """Return the kind of visit of that id; without an id, the only one."""
    if not visit and len(category.visits) == 1:
        return category.visits[0]
    return next((each for each in category.visits if each.id == VisitTypeId(visit)), None)


async def doctors_of(request: web.Request) -> tuple[Person, ...]:
    """Return all active doctors, by name."""
    page = await ask(request, ADDRESS, ListDoctors(), People)
    found = page.items
    while page.more and page.items:
        page = await ask(request, ADDRESS, ListDoctors(found[-1].user), People)
        found += page.items
    return found


async def doctors_by_id(
    request: web.Request, wanted: tuple[str, ...], field: str
) -> tuple[DoctorRef, ...]:
    """Return the active doctors *wanted*, or raise `Problem` (422) naming *field*."""
    names = {person.user: person.name for person in await doctors_of(request)}
    if not names.keys() >= set(wanted):
        raise invalid({field: "There is no such doctor."})
    return tuple(DoctorRef(DoctorId(user), names[UserId(user)]) for user in wanted)


async def person_by_id(request: web.Request, user: str) -> Person:
    """Return who *user* is (administrators may ask)."""
    view = await ask(request, ADDRESS, GetPerson(UserId(user)), PersonView)
    return view.person
