"""Idempotency-Key: the same POST, sent again, has no second effect (INTEROP 4)."""

import anyio

from http_edge import keys
from tests.edge import Answer, Edge, Person, Ward


async def ids(person: Person) -> list[str]:
    return [item["id"] for item in (await person.get("/appointments")).json["items"]]


async def test_a_repeated_request_has_one_effect_and_one_answer(edge: Edge, ward: Ward) -> None:
    pat, key = await edge.patient(), {"Idempotency-Key": "k1"}
    answers = [await pat.post("/appointments", ward.wish(), **key) for _ in range(3)]
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert await ids(pat) == [answers[0].json["id"]]


async def test_the_effect_is_once_only_even_when_the_edge_has_forgotten(
    edge: Edge, ward: Ward
) -> None:
    pat, key = await edge.patient(), {"Idempotency-Key": "k1"}
    first = await pat.post("/appointments", ward.wish(), **key)
    edge.app[keys.FINGERPRINTS]._claims.clear()
    again = await pat.post("/appointments", ward.wish(), **key)
    assert again.json["id"] == first.json["id"]
    assert len(await ids(pat)) == 1


async def test_a_key_with_another_body_is_refused(edge: Edge, ward: Ward) -> None:
    pat, key = await edge.patient(), {"Idempotency-Key": "k1"}
    await pat.post("/appointments", ward.wish(), **key)
    other = await pat.post("/appointments", ward.wish(reason="another"), **key)
    assert (other.status, other.code) == (422, "idempotency_mismatch")
    assert len(await ids(pat)) == 1


async def test_a_key_is_its_owners_alone(edge: Edge, ward: Ward) -> None:
    one, other = await edge.patient(), await edge.patient()
    answers = [
        await person.post("/appointments", ward.wish(), **{"Idempotency-Key": "shared"})
        for person in (one, other)
    ]
    assert len({answer.json["id"] for answer in answers}) == 2


async def test_without_a_key_each_request_counts(edge: Edge, ward: Ward) -> None:
    pat = await edge.patient()
    for _ in range(2):
        await pat.post("/appointments", ward.wish())
    assert len(await ids(pat)) == 2


async def test_what_was_refused_may_be_mended_under_the_same_key(edge: Edge, ward: Ward) -> None:
    pat, key = await edge.patient(), {"Idempotency-Key": "k1"}
    assert (await pat.post("/appointments", ward.wish(reason=""), **key)).status == 422
    assert (await pat.post("/appointments", ward.wish(), **key)).status == 201


async def test_twins_in_flight_have_one_effect(edge: Edge, ward: Ward) -> None:
    pat, key = await edge.patient(), {"Idempotency-Key": "k1"}
    answers: list[Answer] = []

    async def send() -> None:
        answers.append(await pat.post("/appointments", ward.wish(), **key))

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(send)
    assert {answer.status for answer in answers} <= {201, 409}
    assert all(answer.code == "idempotency_in_flight" for answer in answers if answer.status == 409)
    assert len(await ids(pat)) == 1


async def test_a_key_that_is_none_is_refused(edge: Edge, ward: Ward) -> None:
    pat = await edge.patient()
    for key in ("", "with space", "k" * 256, "é"):
        answer = await pat.post("/appointments", ward.wish(), **{"Idempotency-Key": key})
        assert (answer.status, answer.code) == (400, "idempotency_key")


async def test_an_invitation_that_is_asked_for_twice_is_one(ward: Ward) -> None:
    body, key = {"role": "doctor"}, {"Idempotency-Key": "invite-1"}
    first = await ward.admin.post("/admin/invitations", body, **key)
    again = await ward.admin.post("/admin/invitations", body, **key)
    assert first.json["token"] == again.json["token"]
