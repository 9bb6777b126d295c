"""Conversations over the API: as its description says, once only, and for those alone in them."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from actors.conversation.messages import MOST_TEXT
from tests.edge import Answer, Edge, Person, Ward
from tests.integration.threads_support import Pair, pair_of, use_up

ONE = "/api/v1/conversations/{conversation}"


@pytest.fixture
async def pair(edge: Edge, ward: Ward) -> Pair:
    """Return two people who may write to one another."""
    return await pair_of(edge, ward)


async def texts(pair: Pair, who: Person) -> list[str]:
    """Return what *who* reads there."""
    items = (await who.get(f"{pair.api}/messages")).json["items"]
    return [each["text"] for each in items if each["type"] == "message"]


async def test_a_message_is_written_read_changed_and_deleted(pair: Pair) -> None:
    wrote = await pair.patient.post(f"{pair.api}/messages", {"text": "one"})
    assert (wrote.status, wrote.json["text"], wrote.json["role"]) == (201, "one", "patient")
    path = f"{pair.api}/messages/{wrote.json['number']}"
    assert (await pair.doctor.get(path)).json == wrote.json
    edited = await pair.patient.call("PATCH", path, {"text": "two"})
    assert (edited.status, edited.json["text"]) == (200, "two")
    assert edited.json["edited_at"]
    assert await texts(pair, pair.doctor) == ["two"]
    assert (await pair.doctor.call("PATCH", path, {"text": "three"})).status == 403
    assert (await pair.doctor.call("DELETE", path)).status == 403
    assert (await pair.patient.call("DELETE", path)).status == 204
    gone = (await pair.doctor.get(path)).json
    assert (gone["text"], bool(gone["deleted_at"])) == ("", True)


async def test_a_message_sent_again_under_its_key_is_one(pair: Pair) -> None:
    key, body = {"Idempotency-Key": "from-a-browser"}, {"text": "once"}
    answers = [await pair.patient.post(f"{pair.api}/messages", body, **key) for _ in range(3)]
    assert {each.status for each in answers} == {201}
    assert len({each.json["number"] for each in answers}) == 1
    assert answers[0].json["key"] == "from-a-browser"
    assert await texts(pair, pair.doctor) == ["once"]


async def test_what_one_answers_is_quoted(pair: Pair) -> None:
    number = await pair.says(pair.patient, "a question")
    body = {"text": "an answer", "reply_to": number}
    answered = await pair.doctor.post(f"{pair.api}/messages", body)
    quote = {"number": number, "author": pair.patient.user, "text": "a question"}
    assert answered.json["quote"] == quote


async def test_a_conversation_at_a_glance_and_its_marks(edge: Edge, pair: Pair) -> None:
    number = await pair.says(pair.patient, "hello")
    glance = (await pair.doctor.get(pair.api)).json
    assert {each["name"] for each in glance["members"]} == {"Pat Ient", "Dr Mia"}
    assert (glance["unread"], glance["may_write"]) == (1, True)
    assert glance["appointment"] == pair.appointment
    assert glance["latest"]["text"] == "hello"
    marked = await pair.doctor.post(f"{pair.api}/marks", {"delivered": number, "read": number})
    assert marked.status == 204
    after = (await pair.doctor.get(pair.api)).json
    assert after["unread"] == 0
    assert after["marks"][pair.doctor.user] == {"delivered": number, "read": number}
    await edge.clinic.settled()
    heads = (await pair.doctor.get("/conversations?limit=100")).json["items"]
    (head,) = [each for each in heads if each["id"] == pair.id]
    assert (head["name"], head["open"], head["unread"]) == ("Pat Ient", True, 0)


async def test_the_list_goes_on_from_page_to_page(edge: Edge, ward: Ward) -> None:
    for _ in range(2):
        await pair_of(edge, ward)
    doctor, path = ward.doctors[0], "/conversations?limit=1"
    found: list[str] = []
    while path:
        page = (await doctor.get(path)).json
        found += [each["id"] for each in page["items"]]
        path = page["next"]
    assert len(found) == len(set(found)) >= 2


async def test_messages_go_on_from_page_to_page(pair: Pair) -> None:
    wrote = [f"text {each}" for each in range(7)]
    for text in wrote:
        await pair.says(pair.patient, text)
    path, pages = f"{pair.api}/messages?limit=3", []
    while path:
        page = (await pair.doctor.get(path)).json
        pages.append(page["items"])
        path = page["next"]
    items = [each for page in reversed(pages) for each in page]
    assert [each["number"] for each in items] == sorted(each["number"] for each in items)
    assert [each["text"] for each in items if each["type"] == "message"] == wrote
    assert {each["step"] for each in items if each["type"] == "visit"} == {"confirmed"}


async def test_words_are_found_in_one_and_in_all(pair: Pair) -> None:
    numbers = [await pair.says(pair.patient, f"nightingale {each}") for each in range(22)]
    first = (await pair.doctor.post(f"{pair.api}/search", {"words": "Nightingale"})).json
    assert first["older"]
    body = {"words": "Nightingale", "before": first["older"]}
    rest = (await pair.doctor.post(f"{pair.api}/search", body)).json
    found = [each["number"] for each in (*first["items"], *rest["items"])]
    assert found == sorted(numbers, reverse=True)
    assert rest["older"] is None
    everywhere = await pair.doctor.post("/conversations/search", {"words": "nightingale 21"})
    (hit,) = everywhere.json["items"]
    assert (hit["conversation"], hit["number"]) == (pair.id, numbers[-1])
    assert hit["excerpt"] == "nightingale 21"


async def test_z04_a_conversation_of_others_answers_like_none(
    edge: Edge, ward: Ward, pair: Pair
) -> None:
    number = await pair.says(pair.patient, "canary secret")
    calls: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("GET", "/messages", None),
        ("POST", "/messages", {"text": "intruder"}),
        ("GET", f"/messages/{number}", None),
        ("PATCH", f"/messages/{number}", {"text": "intruder"}),
        ("DELETE", f"/messages/{number}", None),
        ("POST", "/marks", {"read": number}),
        ("POST", "/search", {"words": "canary"}),
        ("GET", "/answering", None),
    ]
    for person in (await edge.patient(), ward.doctors[1]):
        for method, rest, body in calls:
            theirs = await person.call(method, pair.api + rest, body)
            none = await person.call(method, "/conversations/no-such" + rest, body)
            assert (theirs.status, theirs.code) == (none.status, none.code) == (404, "not_found")
        found = await person.post("/conversations/search", {"words": "canary"})
        assert "canary secret" not in found.text
    assert await texts(pair, pair.doctor) == ["canary secret"]


async def test_a_message_that_does_not_fit_is_refused(pair: Pair) -> None:
    bodies: list[tuple[Any, str]] = [
        ({"text": ""}, "text"),
        ({"text": "x" * (MOST_TEXT + 1)}, "text"),
        ({"text": "x" * (3 * MOST_TEXT)}, "text"),
        ({"text": "hi", "files": ["nothing"]}, "files"),
        ({"text": "hi", "files": ["bad id"]}, "files"),
        ({"text": "hi", "files": ["a"] * 11}, "files"),
        ({"text": "hi", "reply_to": 999}, "reply_to"),
        ({"text": "hi", "reply_to": -1}, "reply_to"),
    ]
    for body, field in bodies:
        answer = await pair.patient.post(f"{pair.api}/messages", body)
        assert answer.status in {409, 422}, answer.text
        assert field in answer.json["errors"][0]["field"]
    for number in ("0", "x", "9" * 30):
        assert (await pair.patient.get(f"{pair.api}/messages/{number}")).status == 404
    assert await texts(pair, pair.doctor) == []


async def test_one_person_writes_so_often_from_wherever(edge: Edge, pair: Pair) -> None:
    number = await pair.says(pair.patient, "hi")
    use_up(edge, "write", pair.patient)
    slowed = await pair.patient.post(f"{pair.api}/messages", {"text": "hi"})
    assert (slowed.status, slowed.code) == (429, "too_many_attempts")
    path = f"{pair.api}/messages/{number}"
    assert (await pair.patient.call("PATCH", path, {"text": "ho"})).status == 429
    pat = await pair.tab(pair.patient)
    typed = await pat.send(pair.page, once="1", text="canary typed")
    assert typed.status == 429
    assert "canary typed" in typed.text
    assert (await pair.doctor.post(f"{pair.api}/messages", {"text": "hi"})).status == 201


async def test_what_is_answered_is_what_is_described(edge: Edge, pair: Pair) -> None:
    document = (await edge.send("GET", "/api/v1/openapi.json")).json

    def fits(answer: Answer, method: str, path: str) -> None:
        responses = document["paths"][path][method]["responses"]
        schema = responses[str(answer.status)]["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json, {**schema, "components": document["components"]})

    number = await pair.says(pair.patient, "hello")
    found = await pair.doctor.post(f"{pair.api}/search", {"words": "hello"})
    fits(await pair.doctor.get("/conversations"), "get", "/api/v1/conversations")
    fits(await pair.doctor.get(pair.api), "get", ONE)
    fits(await pair.doctor.get(f"{pair.api}/messages"), "get", f"{ONE}/messages")
    fits(
        await pair.doctor.get(f"{pair.api}/messages/{number}"), "get", f"{ONE}/messages/{{number}}"
    )
    fits(found, "post", f"{ONE}/search")
    fits(await pair.patient.get(f"{pair.api}/answering"), "get", f"{ONE}/answering")
