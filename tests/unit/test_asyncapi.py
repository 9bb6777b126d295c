"""The live socket's description is right AsyncAPI 3.0.0, complete, and true of the frames."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest

from http_edge.asyncapi import CLOSES, EXAMPLES, INCOMING, OUTGOING, describe, document
from http_edge.sockets.frames import Close, Incoming, Outgoing, read

DOCUMENT: dict[str, Any] = msgspec.json.decode(document("https://clinic.example"))
MESSAGES: dict[str, dict[str, Any]] = DOCUMENT["components"]["messages"]
NAMES = sorted(MESSAGES)

ROOT = {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations"}
INFO = {"title", "version", "description", "termsOfService", "contact", "license", "tags"}
SERVER = {"host", "protocol", "protocolVersion", "pathname", "description", "security", "bindings"}
CHANNEL = {"address", "messages", "title", "summary", "description", "servers", "bindings"}
OPERATION = {"action", "channel", "title", "summary", "description", "messages", "security"}
MESSAGE = {
    "headers",
    "payload",
    "correlationId",
    "contentType",
    "name",
    "title",
    "summary",
    "description",
    "examples",
}
COMPONENTS = {"schemas", "messages", "securitySchemes"}
SECURITY = {
    "httpApiKey": {"type", "description", "name", "in"},
    "http": {"type", "description", "scheme", "bearerFormat"},
}
"""What AsyncAPI 3.0.0 allows in each object, as far as we use it."""


def references(value: object) -> Iterator[str]:
    """Find every `$ref`; what stands beside one would not be read."""
    if isinstance(value, dict) and "$ref" in value:
        assert list(value) == ["$ref"]
        yield value["$ref"]
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from references(each)


def at(ref: str) -> Any:  # noqa: ANN401  whatever stands there
    """Return what *ref* points to."""
    assert ref.startswith("#/")
    found: Any = DOCUMENT
    for part in ref[2:].split("/"):
        found = found[part]
    return found


def schema_of(name: str) -> dict[str, Any]:
    """Return the schema of a message, with what it refers to."""
    return {**MESSAGES[name]["payload"], "components": DOCUMENT["components"]}


def keys_of(value: dict[str, Any]) -> set[str]:
    """Return the keys of an object that are not extensions."""
    return {key for key in value if not key.startswith("x-")}


def test_its_objects_have_the_fields_that_asyncapi_knows() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert keys_of(DOCUMENT) <= ROOT | {"components"}
    assert keys_of(DOCUMENT["info"]) <= INFO
    assert {"title", "version"} <= keys_of(DOCUMENT["info"])
    assert keys_of(DOCUMENT["components"]) <= COMPONENTS
    for server in DOCUMENT["servers"].values():
        assert {"host", "protocol"} <= keys_of(server) <= SERVER
        assert not server["host"].startswith("http")
    for channel in DOCUMENT["channels"].values():
        assert keys_of(channel) <= CHANNEL
        assert channel["bindings"]["ws"].keys() <= {"method", "query", "headers", "bindingVersion"}
    for operation in DOCUMENT["operations"].values():
        assert {"action", "channel"} <= keys_of(operation) <= OPERATION
        assert operation["action"] in {"send", "receive"}
    for message in MESSAGES.values():
        assert keys_of(message) <= MESSAGE
        for example in message["examples"]:
            assert keys_of(example) <= {"headers", "payload", "name", "summary"}
    for scheme in DOCUMENT["components"]["securitySchemes"].values():
        assert keys_of(scheme) <= SECURITY[scheme["type"]]
        assert scheme.get("in", "cookie") in {"query", "header", "cookie"}


def test_names_are_such_as_components_may_have() -> None:
    for kind in DOCUMENT["components"].values():
        for name in kind:
            assert re.fullmatch(r"[A-Za-z0-9_.-]+", name)


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    for ref in found:
        assert isinstance(at(ref), dict)
    for name in DOCUMENT["components"]["schemas"]:
        assert f"#/components/schemas/{name}" in found, name


def test_operations_name_messages_of_their_own_channel() -> None:
    for operation in DOCUMENT["operations"].values():
        assert operation["channel"] == {"$ref": "#/channels/live"}
        for message in operation["messages"]:
            name = message["$ref"].removeprefix("#/channels/live/messages/")
            assert at(message["$ref"]) == {"$ref": f"#/components/messages/{name}"}


def test_every_frame_is_there_on_its_own_side() -> None:
    said, heard = DOCUMENT["operations"]["say"], DOCUMENT["operations"]["hear"]
    assert (said["action"], heard["action"]) == ("receive", "send")
    for operation, frames in ((said, INCOMING), (heard, OUTGOING)):
        names = [each["$ref"].rpartition("/")[2] for each in operation["messages"]]
        assert names == [frame.__name__ for frame in frames]
    assert {frame.__name__ for frame in (*INCOMING, *OUTGOING)} == set(MESSAGES)
    assert set(INCOMING) == set(Incoming.__args__)
    assert set(OUTGOING) == set(Outgoing.__args__)


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_has_a_valid_schema_that_tells_it_apart(name: str) -> None:
    for validator in (jsonschema.Draft7Validator, jsonschema.Draft202012Validator):
        validator.check_schema(at(MESSAGES[name]["payload"]["$ref"]))
    schema = at(MESSAGES[name]["payload"]["$ref"])
    assert schema["properties"]["type"] == {"enum": [MESSAGES[name]["name"]]}
    assert "type" in schema["required"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("name", NAMES)
def test_a_message_says_what_it_is_for_and_shows_one(name: str) -> None:
    message = MESSAGES[name]
    assert message["summary"]
    assert message["description"].startswith(message["summary"])
    assert message["examples"]
    for example in message["examples"]:
        jsonschema.validate(example["payload"], schema_of(name))
        assert "surely not" not in example["payload"]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**example["payload"], "surely not": 1}, schema_of(name))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_an_example_is_read_as_what_it_shows(example: msgspec.Struct) -> None:
    text = msgspec.json.encode(example)
    if type(example) in INCOMING:
        assert read(text) == example
    else:
        assert msgspec.json.decode(text, type=Outgoing) == example


def test_what_has_an_id_says_where_it_stands() -> None:
    with_id = {name for name in NAMES if "correlationId" in MESSAGES[name]}
    assert with_id == {
        "Post",
        "Edit",
        "Delete",
        "Done",
        "Refused",
        "Do",
        "Offer",
        "Acted",
        "Answer",
    }
    for name in with_id:
        assert MESSAGES[name]["correlationId"] == {"location": "$message.payload#/id"}


def test_every_close_code_is_explained() -> None:
    said = DOCUMENT["channels"]["live"]["x-close-codes"]
    assert set(said) == {str(int(code)) for code in CLOSES}
    assert set(Close) <= set(CLOSES)
    assert {1007, 1008, 1009} <= set(CLOSES)


def test_who_comes_in_and_where_is_said() -> None:
    (server,) = DOCUMENT["servers"].values()
    assert (server["protocol"], server["host"]) == ("wss", "clinic.example")
    assert [at(each["$ref"])["type"] for each in server["security"]] == ["httpApiKey", "http"]
    plain = describe("http://localhost:8080")["servers"]["clinic"]
    assert (plain["protocol"], plain["host"]) == ("ws", "localhost:8080")
    assert DOCUMENT["channels"]["live"]["address"] == "/live"
