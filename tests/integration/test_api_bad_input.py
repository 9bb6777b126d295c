"""Bad input: a stable code, a plain sentence, the right status, and nothing half done."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from http_edge.policy import DOCTOR
from http_edge.routes import Kind, Route
from http_edge.table import ROUTES
from tests.edge import V1, ZONE, Answer, Edge, Person, Ward, open_edge, path_of

START, END = "2027-03-01T10:00:00+01:00", "2027-03-01T12:00:00+01:00"


def is_problem(answer: Answer, status: int, code: str, field: str = "") -> bool:
    """Whether *answer* is that problem, with every member that RFC 9457 and we promise."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    body = answer.json
    assert (body["status"], body["code"]) == (answer.status, code), body
    assert body["type"] == f"urn:carewire:problem:{code}"
    assert body["title"]
    assert body["detail"].endswith(".")
    assert len(body["trace_id"]) == 32
    fields = [error["field"] for error in body.get("errors", [])]
    return answer.status == status and (not field or field in fields)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b'{"a": 1} more', b"\xff\xfe{}", b'{"email": "\xff"}', b"[" * 60_000],
)
async def test_a_body_that_is_not_json_is_refused(edge: Edge, body: bytes) -> None:
    answer = await edge.visitor.call("POST", "/sessions", data=body)
    code = {400: "malformed_json", 422: "invalid"}[answer.status]
    assert is_problem(answer, answer.status, code)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""]
)
async def test_a_body_of_another_type_is_refused(edge: Edge, kind: str) -> None:
    answer = await edge.send("POST", f"{V1}/sessions", "{}", {"Content-Type": kind})
    assert is_problem(answer, 415, "json_wanted")


BAD_ACCOUNTS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown field": ({"admin": True}, "admin"),
    "a missing field": ({"name": None}, "name"),
    "a wrong type": ({"zone": 7}, "zone"),
    "an unknown role": ({"role": "king"}, "role"),
    "a role that nobody signs up for": ({"role": "operator"}, "role"),
    "an unknown zone": ({"zone": "Mars/Olympus"}, "zone"),
    "no address": ({"email": "nobody"}, "email"),
    "an over-long address": ({"email": "a" * 300 + "@clinic.example"}, "email"),
    "an over-long name": ({"name": "n" * 5000}, "name"),
    "a name that is blank": ({"name": "  "}, "name"),
    "a name with a control character": ({"name": "a\x1b[2Jb"}, "name"),
    "a weak password": ({"password": "password"}, "password"),
    "an over-long password": ({"password": "p" * 20_000}, "password"),
}


@pytest.mark.parametrize("name", BAD_ACCOUNTS)
async def test_an_account_that_does_not_fit_is_refused_by_field(edge: Edge, name: str) -> None:
    changes, field = BAD_ACCOUNTS[name]
    good = {
        "email": "fits@clinic.example",
        "name": "Fits Well",
        "zone": "Europe/Berlin",
        "password": "four plain words tonight",
    }
    body = {key: value for key, value in {**good, **changes}.items() if value is not None}
    answer = await edge.visitor.post("/accounts", body)
    code = "weak_password" if field == "password" else "invalid"
    assert is_problem(answer, 422, code, field), answer.text


BAD_REQUESTS: dict[str, tuple[dict[str, Any], str]] = {
    "a reversed window": ({"windows": [{"start": END, "end": START}]}, "windows"),
    "a past window": (
        {"windows": [{"start": "2020-01-01T10:00:00Z", "end": "2020-01-01T11:00:00Z"}]},
        "windows",
    ),
    "four windows": ({"windows": [{"start": START, "end": END}] * 4}, "windows"),
    "a window without an offset": (
        {"windows": [{"start": "2027-03-01T10:00:00", "end": END}]},
        "windows[...].start",
    ),
    "a window that is half": ({"windows": [{"start": START}]}, "windows[...].end"),
    "a window that is no time": ({"windows": [{"start": "soon", "end": END}]}, "windows"),
    "an over-long reason": ({"reason": "r" * 50_000}, "reason"),
    "no reason": ({"reason": ""}, "reason"),
    "an unknown category": ({"category": "nothing"}, "category"),
    "an unknown department": ({"department": "nothing"}, "department"),
    "an unknown urgency": ({"urgency": "yesterday"}, "urgency"),
    "a number for a reason": ({"reason": 1e400}, "reason"),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
async def test_a_request_that_does_not_fit_is_refused_and_leaves_nothing(
    edge: Edge, ward: Ward, name: str
) -> None:
    pat = await edge.patient()
    changes, field = BAD_REQUESTS[name]
    answer = await pat.post("/appointments", ward.wish(**changes))
    assert answer.status == 422, answer.text
    fields = [error["field"] for error in answer.json["errors"]]
    assert any(found.startswith(field.split("[")[0]) for found in fields), fields
    assert (await pat.get("/appointments")).json["items"] == []


async def test_a_body_over_the_cap_is_refused(edge: Edge, ward: Ward) -> None:
    pat = await edge.patient()
    answer = await pat.post("/appointments", ward.wish(reason="r" * 70_000))
    assert is_problem(answer, 413, "body_too_large")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "limit=1e3"])
async def test_a_page_that_is_no_page_is_refused(edge: Edge, query: str) -> None:
    pat = await edge.patient()
    assert is_problem(await pat.get(f"/appointments?{query}"), 422, "invalid", "limit")


async def test_a_cursor_that_nobody_gave_out_is_refused_or_empty(edge: Edge) -> None:
    pat = await edge.patient()
    for path in ("/appointments?cursor=zzz", "/notices?cursor=999999999999999999999"):
        assert (await pat.get(path)).status in {200, 404, 422}
    assert (await pat.get("/notices?cursor=-1")).status == 422


@pytest.mark.parametrize("path", ["/nothing", "/appointments/../me", "/appointments/%00", "//me"])
async def test_what_is_not_there_is_said_so(edge: Edge, path: str) -> None:
    pat = await edge.patient()
    assert is_problem(await pat.get(path), 404, "not_found")


async def test_a_method_that_is_not_there_is_said_so(edge: Edge) -> None:
    answer = await edge.send("DELETE", f"{V1}/me")
    assert is_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


async def test_a_role_that_may_not_is_told(edge: Edge) -> None:
    pat = await edge.patient()
    assert is_problem(await pat.get("/doctor/requests"), 403, "not_allowed")


async def test_too_many_attempts_are_slowed_down(edge: Edge) -> None:
    body = {"email": "x@clinic.example", "password": "x"}
    async with open_edge(edge.clinic, attempts_per_minute=1) as narrow:
        assert (await narrow.visitor.post("/sessions", body)).status == 401
        slowed = await narrow.visitor.post("/sessions", body)
        assert is_problem(slowed, 429, "too_many_attempts")
        assert 0 < int(slowed.headers["Retry-After"]) <= 60


async def test_holding_times_and_making_feeds_are_slowed_down(edge: Edge) -> None:
    known = await edge.patient()
    async with open_edge(edge.clinic, attempts_per_minute=1) as narrow:
        pat = await Person(narrow, email=known.email).sign_in()
        hold = {"department": "x", "category": "x", "start": "2030-01-01T00:00:00Z"}
        for path, body, first in (("/doctors/x/hold", hold, 422), ("/me/calendar-feed", {}, 201)):
            assert (await pat.post(path, body)).status == first
            assert is_problem(await pat.post(path, body), 429, "too_many_attempts")


async def test_cancelling_twice_changes_nothing(edge: Edge, ward: Ward) -> None:
    pat = await edge.patient()
    asked = (await pat.post("/appointments", ward.wish())).json["id"]
    first = await pat.post(f"/appointments/{asked}/cancel", {"reason": "well again"})
    assert (first.status, first.json["status"]) == (200, "cancelled")
    again = await pat.post(f"/appointments/{asked}/cancel", {})
    assert (again.status, again.json) == (200, first.json)


async def test_hours_that_do_not_fit_are_refused(ward: Ward) -> None:
    mia = ward.doctors[0]
    kept = (await mia.get("/doctor/hours")).json
    good = kept["hours"]
    bad: list[dict[str, Any]] = [
        {"zone": "Mars/Olympus"},
        {"visit_minutes": 0},
        {"visit_minutes": "ten"},
        {"weekly": [{"weekday": 7, "start": "09:00", "end": "10:00"}]},
        {"weekly": [{"weekday": 0, "start": "10:00", "end": "09:00"}]},
        {"weekly": [{"weekday": 0, "start": "25:00", "end": "26:00"}]},
        {"weekly": [{"weekday": 0, "start": "09:00:30", "end": "10:00"}]},
        {"weekly": [{"weekday": 0, "start": "9 am", "end": "10:00"}]},
    ]
    for change in bad:
        answer = await mia.call("PUT", "/doctor/hours", {**good, **change})
        assert is_problem(answer, 422, "invalid"), answer.text
    assert (await mia.get("/doctor/hours")).json == kept


async def test_hours_are_said_to_the_minute_and_read_back_so(edge: Edge, ward: Ward) -> None:
    doctor = await edge.doctor(ward.admin, "Dr Exact")
    for end in ("12:30", "12:30:00"):
        weekly = [{"weekday": 4, "start": "08:00", "end": end}]
        answer = await doctor.call("PUT", "/doctor/hours", {"zone": ZONE, "weekly": weekly})
        assert answer.status == 200, answer.text
        assert answer.json["hours"]["weekly"] == [{**weekly[0], "end": "12:30"}]


async def test_a_route_to_nobody_or_to_two_is_refused(edge: Edge, ward: Ward) -> None:
    pat = await edge.patient()
    asked = (await pat.post("/appointments", ward.wish())).json["id"]
    await edge.clinic.settled()
    path = f"/admin/departments/{ward.department}/requests/{asked}/route"
    both = {"doctor": ward.doctors[0].user, "group": "hearts"}
    for body in ({}, both, {"doctor": "nobody"}, {"doctor": pat.user}):
        assert (await ward.admin.post(path, body)).status == 422
    unknown = await ward.admin.post(path, {"group": "nobody"})
    assert unknown.status in {404, 422}
    routed = await ward.admin.post(path, {"doctor": ward.doctors[0].user})
    assert (routed.status, routed.json["with_name"]) == (200, "Dr Mia")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
TAKING = [route for route in ROUTES if route.kind is Kind.API and route.request is not None]


def filled(route: Route) -> st.SearchStrategy[tuple[Route, dict[str, Any]]]:
    """Return bodies with the fields of *route*'s own, and anything in them."""
    fields = msgspec.structs.fields(route.request)
    needed = {field.encode_name: JSON for field in fields if field.required}
    others = {field.encode_name: JSON for field in fields if not field.required}
    return st.tuples(st.just(route), st.fixed_dictionaries(needed, optional=others))


@given(sent=st.sampled_from(TAKING).flatmap(filled))
@settings(max_examples=150, deadline=None)
async def test_no_body_breaks_a_handler(ward: Ward, sent: tuple[Route, dict[str, Any]]) -> None:
    route, values = sent
    person = ward.doctors[0] if route.policy is DOCTOR else ward.admin
    body = json.dumps(values).encode()
    answer = await person.call(route.method, path_of(route), data=body)
    assert answer.status < 500, (route.name, body, answer.text)
