"""Calls, phones, notes and the waiting line, as programs see them."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from http_edge.idempotency import HEADER
from http_edge.once import ACTS
from http_edge.routes import Kind
from tests.edge import Edge, Person, Ward, routes_of
from tests.integration.calls_support import KEY, Visit, come_in, visit_of


@pytest.fixture
async def visit(edge: Edge) -> Visit:
    """Return a visit whose waiting room is open."""
    return await visit_of(edge)


async def act(visit: Visit, who: Person, kind: str, **fields: Any) -> Any:  # noqa: ANN401
    """Let *who* do something in the call; return the answer."""
    return await who.post(f"{visit.path}/acts", {"act": {"type": kind, **fields}})


def join(leg: str, **more: object) -> dict[str, Any]:
    """Return the fields of a page's coming in."""
    return {"leg": leg, "medium": "video", "sends": ["microphone"], "key": KEY, **more}


async def test_a_call_is_seen_by_who_takes_part_and_nobody_else(
    edge: Edge, ward: Ward, visit: Visit
) -> None:
    seen = (await visit.patient.get(visit.path)).json
    assert (seen["call"]["part"], seen["call"]["open"]) == ("patient", True)
    assert [each["person"]["part"] for each in seen["call"]["people"]] == ["host", "patient"]
    nothing = await visit.patient.get("/calls/nothing")
    for person in (await edge.patient(), visit.colleague):
        answer = await person.get(visit.path)
        assert (answer.status, answer.code) == (404, "not_found")
        assert {**answer.json, "instance": "", "trace_id": ""} == {
            **nothing.json,
            "instance": "",
            "trace_id": "",
        }
    assert (await ward.admin.get(visit.path)).status == 403


async def test_a_whole_call_over_the_api(visit: Visit) -> None:
    began = await act(visit, visit.doctor, "JoinCall", **join("d", ring=True))
    assert began.status == 200, began.text
    assert (await act(visit, visit.patient, "JoinCall", **join("p"))).status == 200
    view = (await visit.doctor.get(visit.path)).json["call"]
    assert {leg["state"] for each in view["people"] for leg in each["legs"]} == {"in_call"}
    assert (await act(visit, visit.patient, "EndCall")).code == "not_allowed"
    assert (await act(visit, visit.doctor, "EndCall", outcome="completed")).status == 200
    view = (await visit.patient.get(visit.path)).json["call"]
    assert view["started_at"] is None
    log = (await visit.doctor.get(f"{visit.path}/log")).json
    kinds = [event["type"] for event in log["events"]]
    assert {"CallStarted", "LegEntered", "CallEnded", "OutcomeSet"} <= set(kinds)
    assert (await visit.patient.get(f"{visit.path}/log")).status == 403
    assert (await visit.colleague.get(f"{visit.path}/log")).status == 404


async def test_what_does_not_fit_is_named(visit: Visit) -> None:
    bodies: tuple[dict[str, Any], ...] = (
        {"act": {"type": "SetVisit"}},
        {"act": {"type": "JoinCall", "leg": "p"}},
        {"act": {"type": "TakeSeat", "leg": "p", "user": "me"}},
        {"act": {}},
        {},
    )
    for body in bodies:
        answer = await visit.patient.post(f"{visit.path}/acts", body)
        assert (answer.status, answer.code) == (422, "invalid"), answer.text
        assert answer.json["errors"]
    invited = await visit.doctor.post(f"{visit.path}/guests", {"name": " "})
    assert (invited.status, invited.json["errors"][0]["field"]) == (422, "name")


async def test_an_invitation_that_is_sent_again_gives_the_same_link(
    edge: Edge, visit: Visit
) -> None:
    body = {"name": "Ines", "as_what": "interpreter"}
    first = await visit.patient.post(f"{visit.path}/guests", body, **{HEADER: "once"})
    again = await visit.patient.post(f"{visit.path}/guests", body, **{HEADER: "once"})
    assert (first.status, first.json) == (201, again.json)
    other = await visit.patient.post(f"{visit.path}/guests", body)
    assert other.json["link"] != first.json["link"]
    view = (await visit.patient.get(visit.path)).json["call"]
    assert [each["id"] for each in view["guests"]] == [first.json["id"], other.json["id"]]
    assert {each["code_hash"] for each in view["guests"]} == {""}
    base, _, code = first.json["link"].partition("#")
    assert base == f"{edge.settings.public_url or edge.url}/join"
    assert code.startswith(f"{visit.id}.")
    uninvited = await act(visit, visit.patient, "Uninvite", guest=first.json["id"])
    assert uninvited.status == 200
    assert (await come_in(edge, code, "Ines")).status == 404


def test_sockets_and_http_mean_the_same_door(edge: Edge) -> None:
    doors = {(route.method, route.path) for route in routes_of(edge) if route.kind is Kind.API}
    assert ("POST", ACTS) in doors


async def test_the_line_is_told_to_its_patient_alone(edge: Edge, visit: Visit) -> None:
    path = f"/appointments/{visit.id}/line"
    line = (await visit.patient.get(path)).json
    assert (line["doctor"]["id"], line["place"]) == (visit.doctor.user, 0)
    checked_in = await visit.patient.post(f"/appointments/{visit.id}/check-in", {})
    assert checked_in.status == 200, checked_in.text
    await edge.clinic.settled()
    line = (await visit.patient.get(path)).json
    assert (line["place"], line["ahead"]) == (1, 0)
    assert (await (await edge.patient()).get(path)).status == 404


async def test_a_note_is_drafted_signed_amended_and_summed_up(edge: Edge, visit: Visit) -> None:
    path, summary = f"/visits/{visit.id}/note", f"/appointments/{visit.id}/summary"
    mia, body = visit.doctor, {"subjective": "It races.", "summary": "Drink less coffee."}
    empty = await mia.get(path)
    assert (empty.status, empty.headers["ETag"], empty.json["version"]) == (200, '"0"', 0)
    assert (await mia.call("PUT", path, body)).status == 428
    drafted = await mia.call("PUT", path, body, {"If-Match": '"0"'})
    assert (drafted.status, drafted.headers["ETag"]) == (200, '"1"')
    assert drafted.json["parts"]["subjective"] == "It races."
    other = {**body, "plan": "Walk."}
    for tag in ('"0"', '"7"', "*", 'W/"1"', '"x"'):
        stale = await mia.call("PUT", path, other, {"If-Match": tag})
        assert (stale.status, stale.code) == (412, "note_changed"), tag
    assert (await visit.patient.get(summary)).status in {404, 409}
    assert (await mia.post(f"{path}/amendments", {"text": "Early"})).code == "not_signed"
    assert (await mia.post(f"{path}/sign", {}, **{"If-Match": '"0"'})).status == 412
    signed = await mia.post(f"{path}/sign", {}, **{"If-Match": '"1"'})
    assert (signed.status, signed.json["signed_by"]["id"]) == (200, mia.user)
    late = await mia.call("PUT", path, other, {"If-Match": signed.headers["ETag"]})
    assert (late.status, late.code) == (409, "note_final")
    amended = await mia.post(f"{path}/amendments", {"text": "She called back."})
    assert [each["text"] for each in amended.json["amendments"]] == ["She called back."]
    for person in (visit.patient, mia):
        assert (await person.get(summary)).json["summary"] == "Drink less coffee."
    for person in (await edge.patient(), visit.colleague):
        assert (await person.get(summary)).status == 404
    assert (await visit.colleague.get(path)).status == 404
    assert (await visit.patient.get(path)).status == 403


async def test_who_is_in_no_call_has_a_quiet_phone(edge: Edge, ward: Ward) -> None:
    for person in (await edge.patient(), ward.doctors[1], ward.admin):
        phone = (await person.get("/phone")).json
        assert (phone["ringing"], phone["engaged"]) == ([], None)


async def test_what_is_answered_is_what_is_described(edge: Edge, visit: Visit) -> None:
    document = (await edge.send("GET", "/api/v1/openapi.json")).json
    one, doctor = "/api/v1/calls/{call}", visit.doctor

    def fits(answer: Any, method: str, path: str) -> None:  # noqa: ANN401
        responses = document["paths"][path][method]["responses"]
        schema = responses[str(answer.status)]["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json, {**schema, "components": document["components"]})

    body = {"name": "Ines"}
    fits(await doctor.post(f"{visit.path}/guests", body), "post", f"{one}/guests")
    fits(await act(visit, doctor, "JoinCall", **join("d", ring=True)), "post", f"{one}/acts")
    fits(await visit.patient.get(visit.path), "get", one)
    fits(await doctor.get(visit.path), "get", one)
    fits(await doctor.get(f"{visit.path}/log"), "get", f"{one}/log")
    await edge.clinic.settled()
    fits(await visit.patient.get("/phone"), "get", "/api/v1/phone")
    note = "/visits/{appointment}/note"
    fits(await doctor.get(f"/visits/{visit.id}/note"), "get", f"/api/v1{note}")
    line = "/api/v1/appointments/{appointment}/line"
    fits(await visit.patient.get(f"/appointments/{visit.id}/line"), "get", line)
    acts = document["components"]["schemas"]["ActBody"]["properties"]["act"]
    assert acts["discriminator"]["propertyName"] == "type"
    assert len(acts["discriminator"]["mapping"]) == len(acts["anyOf"])
