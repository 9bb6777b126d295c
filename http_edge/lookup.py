"""What the edge looks up before it tells an actor: how things are called."""

from aiohttp import web

from actors.appointment import DoctorRef
from actors.directory.messages import (
    ADDRESS,
    Departments,
    GetPerson,
    ListDepartments,
    ListDoctors,
    People,
    Person,
    PersonView,
)
from actors.ids import CategoryId, DepartmentId, DoctorId, UserId
from http_edge.ask import ask
from http_edge.bodies import invalid


async def category_name(
    request: web.Request, department: DepartmentId, category: CategoryId
) -> str:
    """Return how *category* is called, or raise `Problem` (422) when the department lacks it."""
    departments = await ask(request, ADDRESS, ListDepartments(), Departments)
    found = next((one for one in departments.items if one.id == department), None)
    if found is None:
        raise invalid({"department": "There is no such department."})
    for listed in found.categories:
        if listed.id == category:
            return listed.name
    raise invalid({"category": "The department can't be asked for that."})


async def doctors_by_id(
    request: web.Request, wanted: tuple[str, ...], field: str
) -> tuple[DoctorRef, ...]:
    """Return the active doctors *wanted*, or raise `Problem` (422) naming *field*."""
    people = await ask(request, ADDRESS, ListDoctors(), People)
    names = {person.user: person.name for person in people.items}
    if not names.keys() >= set(wanted):
        raise invalid({field: "There is no such doctor."})
    return tuple(DoctorRef(DoctorId(user), names[UserId(user)]) for user in wanted)


async def person_by_id(request: web.Request, user: str) -> Person:
    """Return who *user* is (administrators may ask)."""
    view = await ask(request, ADDRESS, GetPerson(UserId(user)), PersonView)
    return view.person
