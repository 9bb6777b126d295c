"""Who may call what, and whose things are whose (SECURITY Z01-Z05, Z07)."""

import re

import pytest

from actors.caller import Role
from http_edge.policy import GUEST
from http_edge.problems import ProblemDetails
from http_edge.routes import Kind, Route
from http_edge.table import ROUTES
from tests.edge import Answer, Edge, Person, Ward, path_of, routes_of
from tests.permissions import WHO, may_call

ROLES = {
    "visitor": Role.NOBODY,
    "patient": Role.PATIENT,
    "doctor": Role.DOCTOR,
    "admin": Role.ADMIN,
}


def test_z01_every_route_was_thought_about_twice() -> None:
    """The policy of each route, as data, is what the list by hand says."""
    for route in ROUTES:
        allowed = {name for name, role in ROLES.items() if role in route.policy.roles}
        assert allowed == may_call(route.method, route.path), f"{route.method} {route.path}"
    listed = {f"{route.method} {route.path}" for route in ROUTES}
    assert set(WHO) <= listed, "the list by hand names a route that is gone"


async def test_z01_the_router_knows_no_route_without_a_policy(edge: Edge) -> None:
    known = {re.sub(r":[^}]*(?=\})", "", route.path) for route in routes_of(edge)}
    assert {resource.canonical for resource in edge.app.router.resources()} == known


async def someone(edge: Edge, ward: Ward, role: str) -> Person:
    """Return a person of that role whom nobody else needs."""
    match role:
        case "patient":
            return await edge.patient()
        case "doctor":
            return await edge.doctor(ward.admin)
        case "admin":
            return await edge.admin()
        case _:
            return edge.visitor


async def call(edge: Edge, person: Person, route: Route) -> Answer:
    headers = {"Authorization": f"Bearer {person.token}"} if person.token else {}
    body = None
    if route.kind is Kind.API and route.method not in {"GET", "DELETE"}:
        headers["Content-Type"] = "application/json"
        body = "{}"
    if route.kind is Kind.PAGE and route.method == "POST":
        headers |= {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        }
        body = ""
    return await edge.send(route.method, path_of(route), body, headers)


def turned_away(answer: Answer, route: Route, role: str) -> bool:
    if route.policy is GUEST:  # who is signed in is no guest either
        return (answer.status, "link_wanted" in answer.text) == (403, True)
    if role != "visitor":
        return answer.status == 403
    to_sign_in = answer.headers.get("Location", "").startswith("/sign-in?next=")
    return answer.status == 401 or (route.kind is Kind.PAGE and to_sign_in)


@pytest.mark.parametrize("role", ROLES)
async def test_z02_each_role_gets_in_exactly_where_the_list_by_hand_says(
    edge: Edge, ward: Ward, role: str
) -> None:
    person = await someone(edge, ward, role)
    for route in ROUTES:
        answer = await call(edge, person, route)
        allowed = role in may_call(route.method, route.path)
        assert turned_away(answer, route, role) is not allowed, (route.name, answer.status)
        assert answer.status < 500, (route.name, answer.text)
        if "/sessions" in route.path or route.path == "/sign-out":
            person = await someone(edge, ward, role)


def same(one: Answer, other: Answer) -> bool:
    """Whether two problems differ in nothing but the path and the trace."""
    bodies = [dict(answer.json) for answer in (one, other)]
    for body in bodies:
        assert set(body) <= {*ProblemDetails.__struct_encode_fields__}
        body.pop("instance")
        body.pop("trace_id")
    return one.status == other.status and bodies[0] == bodies[1]


async def test_z04_anothers_appointment_answers_like_none(edge: Edge, ward: Ward) -> None:
    owner, stranger = await edge.patient(), await edge.patient()
    asked = await owner.post("/appointments", ward.wish())
    path = f"/appointments/{asked.json['id']}"
    assert (await owner.get(path)).status == 200
    assert same(await stranger.get(path), await stranger.get("/appointments/nothing"))
    theirs = await stranger.post(f"{path}/cancel", {})
    assert theirs.status == 404
    assert same(theirs, await stranger.post("/appointments/nothing/cancel", {}))
    assert (await owner.get(path)).json["status"] != "cancelled"


async def test_z03_a_doctor_who_was_not_asked_sees_nothing_of_a_request(
    edge: Edge, ward: Ward
) -> None:
    pat, outsider = await edge.patient(), await edge.doctor(ward.admin)
    asked = (await pat.post("/appointments", ward.wish(reason="canary reason"))).json["id"]
    await edge.clinic.settled()
    path = f"/doctor/requests/{asked}"
    assert (await ward.doctors[0].get(path)).json["request"]["reason"] == "canary reason"
    for verb, body in (("accept", {}), ("decline", {"reason": "no"})):
        answer = await outsider.post(f"{path}/{verb}", body)
        assert same(answer, await outsider.post(f"/doctor/requests/nothing/{verb}", body))
        assert answer.status == 404
    assert same(await outsider.get(path), await outsider.get("/doctor/requests/nothing"))
    assert "canary" not in (await outsider.get("/doctor/requests")).text


async def test_z03_what_a_doctor_saw_is_gone_when_a_colleague_took_it(
    edge: Edge, ward: Ward
) -> None:
    pat = await edge.patient("Canary Patient")
    asked = (await pat.post("/appointments", ward.wish(reason="canary reason"))).json["id"]
    await edge.clinic.settled()
    mia, ben = ward.doctors
    assert (await mia.post(f"/doctor/requests/{asked}/accept", {})).status == 200
    await edge.clinic.settled()
    left = await ben.get(f"/doctor/requests/{asked}")
    assert "anary" not in left.text
    assert (left.json["status"], left.json["why"], left.json["by_name"]) == (
        "closed",
        "taken",
        "Dr Mia",
    )


async def test_z04_anothers_session_can_not_be_ended(edge: Edge) -> None:
    owner, stranger = await edge.patient(), await edge.patient()
    session = (await owner.get("/sessions")).json["items"][0]["id"]
    theirs = await stranger.call("DELETE", f"/sessions/{session}")
    assert theirs.status == 404
    assert same(theirs, await stranger.call("DELETE", "/sessions/nothing"))
    assert (await owner.get("/me")).status == 200


async def test_z07_a_list_holds_only_what_can_be_read_one_by_one(edge: Edge, ward: Ward) -> None:
    people = [await edge.patient(), await edge.patient()]
    for person in people:
        await person.post("/appointments", ward.wish())
    for person in people:
        for item in (await person.get("/appointments")).json["items"]:
            assert (await person.get(f"/appointments/{item['id']}")).status == 200


async def test_z05_doctors_and_patients_never_see_addresses_of_others(
    edge: Edge, ward: Ward
) -> None:
    pat = await edge.patient()
    for person in (pat, ward.doctors[0]):
        for path in ("/doctors", "/departments", "/categories"):
            assert "@" not in (await person.get(path)).text
