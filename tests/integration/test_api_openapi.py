"""The API's description is valid, complete, and true of what is answered."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator

from http_edge.routes import Kind
from tests.edge import Answer, Edge, Ward, routes_of


async def description(edge: Edge) -> dict[str, Any]:
    document: dict[str, Any] = (await edge.send("GET", "/api/v1/openapi.json")).json
    return document


async def test_the_description_is_valid_openapi(edge: Edge) -> None:
    OpenAPIV31SpecValidator(await description(edge)).validate()


async def test_every_api_route_is_described_with_its_problems_and_who_may(edge: Edge) -> None:
    document = await description(edge)
    operations = [
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    ]
    api = {(route.method, route.path) for route in routes_of(edge) if route.kind is Kind.API}
    assert set(operations) == {pair for pair in api if pair[0] != "HEAD"}
    for item in document["paths"].values():
        for operation in item.values():
            assert operation["summary"].endswith((".", "!", "?")) or ":" in operation["summary"]
            assert "default" in operation["responses"]
            assert operation["x-policy"]
    items = document["paths"].values()
    names = [operation["operationId"] for item in items for operation in item.values()]
    assert len(names) == len(set(names))


async def test_what_is_answered_is_what_is_described(edge: Edge, ward: Ward) -> None:
    pat, mia = await edge.patient(), ward.doctors[0]
    document = await description(edge)

    def fits(answer: Answer, method: str, path: str) -> None:
        responses = document["paths"][path][method]["responses"]
        schema = responses[str(answer.status)]["content"]["application/json"]["schema"]
        whole = {**schema, "components": document["components"]}
        jsonschema.validate(answer.json, whole)

    asked = await pat.post("/appointments", ward.wish())
    fits(asked, "post", "/api/v1/appointments")
    await edge.clinic.settled()
    fits(await pat.get("/appointments"), "get", "/api/v1/appointments")
    fits(await pat.get("/me"), "get", "/api/v1/me")
    fits(await pat.get("/notices"), "get", "/api/v1/notices")
    fits(await pat.get("/sessions"), "get", "/api/v1/sessions")
    fits(await pat.get("/departments"), "get", "/api/v1/departments")
    fits(await mia.get("/doctor/requests"), "get", "/api/v1/doctor/requests")
    fits(await mia.get("/doctor/hours"), "get", "/api/v1/doctor/hours")
    fits(await mia.get("/doctor/free-times"), "get", "/api/v1/doctor/free-times")
    fits(await ward.admin.get("/admin/accounts"), "get", "/api/v1/admin/accounts")
    one = "/api/v1/admin/departments/{department}"
    fits(await ward.admin.get(f"/admin/departments/{ward.department}"), "get", one)
    queue = await ward.admin.get(f"/admin/departments/{ward.department}/queue")
    fits(queue, "get", f"{one}/queue")
    problem = await pat.get("/appointments/nothing")
    details = document["components"]["schemas"]["ProblemDetails"]
    jsonschema.validate(problem.json, {**details, "components": document["components"]})


async def test_pages_follow_one_another_to_the_end(edge: Edge, ward: Ward) -> None:
    pat = await edge.patient()
    made = [(await pat.post("/appointments", ward.wish())).json["id"] for _ in range(5)]
    seen, path = [], "/appointments?limit=2"
    while path:
        page = (await pat.get(path)).json
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        path = page["next"]
    assert seen == made[::-1]
