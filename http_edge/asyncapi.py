"""The live socket's description (AsyncAPI 3.0), made from the frames and their docstrings."""

import inspect
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, get_args
from urllib.parse import urlsplit

import msgspec

from actors.caller import Role
from actors.conversation.messages import Attachment, Mark, Quote, VisitStep
from actors.ids import FileId, UserId
from http_edge import call_examples
from http_edge.cookies import SESSION
from http_edge.openapi import VERSION
from http_edge.sockets import flow, frames, hub
from http_edge.sockets.frame import Frame
from http_edge.sockets.frames import (
    Automatic,
    Called,
    Changed,
    Close,
    Delete,
    Deleted,
    Done,
    Edit,
    Edited,
    Follow,
    Following,
    Here,
    HereNow,
    Incoming,
    Marked,
    MarkUpTo,
    Members,
    Outgoing,
    Post,
    Refused,
    Typing,
    TypingNow,
    Unfollow,
    Unwatch,
    Visit,
    Watch,
    Watching,
    Written,
)

INCOMING: tuple[type[Frame], ...] = get_args(Incoming)
OUTGOING: tuple[type[Frame], ...] = get_args(Outgoing)

_SCHEMA = "#/components/schemas/{name}"
_LICENSE = {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}
_SECURITY = {
    "cookie": {
        "type": "httpApiKey",
        "in": "cookie",
        "name": SESSION,
        "description": "The session of a browser, whose Origin must be the clinic's own.",
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a program, in the handshake; it sends no Origin.",
    },
}

_GUESTS = (
    "A guest of a call, who has no account, has the same at `/join/{call}/live`, where only what "
    "calls speak is taken, and only of that call."
)

CLOSES = {
    1007: "A text was not UTF-8.",
    1009: "A message was larger than is taken: 64 KiB, unless the clinic set it otherwise.",
    Close.GOING_AWAY: "The clinic stops or restarts. Come back in a moment, and go on by number.",
    Close.TOO_MANY_FRAMES: f"More was sent than {flow.BURST} frames at once and "
    f"{flow.PER_SECOND:.0f} a second on one socket, or {hub.USER_BURST} and "
    f"{hub.USER_PER_SECOND:.0f} by one person.",
    Close.BROKEN: "Something broke on the clinic's side. Come back, and go on by number.",
    Close.TOO_SLOW: "Too much waited to be read. Come back, and go on by number.",
    Close.SIGNED_OUT: "The session is over. Sign in first, or renew the access token.",
    Close.TOO_MANY_SOCKETS: "A newer window of the same person took this one's place.",
}
"""What each close code means, and what to do."""

_THREAD = "yqrkh5mgfnqrv3wmd2x7c6ab4e-zt5xk2wqn7cgyv4mh3rsd6jb2a"
_PAT, _MIA = (UserId(each) for each in _THREAD.split("-"))
_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_FILE = FileId("m5kq2xw7ygchz4tnv3rjd6ab2e")

EXAMPLES: tuple[Frame, ...] = (
    Watch(f"notify/{_PAT}", 41),
    Unwatch(f"notify/{_PAT}"),
    Follow(_THREAD, 17),
    Unfollow(_THREAD),
    Post("Zk3-1", _THREAD, "Is it fine to take it in the evening?", reply_to=12, files=(_FILE,)),
    Edit("Zk3-2", _THREAD, 18, "Is it fine to take it at night?"),
    Delete("Zk3-3", _THREAD, 18),
    MarkUpTo(_THREAD, delivered=18, read=12),
    Typing(_THREAD),
    Here(_THREAD),
    Watching(f"notify/{_PAT}", 41),
    Changed(f"notify/{_PAT}", 42),
    Following(_THREAD, 17),
    Done("Zk3-1", _THREAD, 18),
    Refused("", "not_found", "There is nothing here under that name that you may see.", "Zk3-2"),
    Written(
        _THREAD,
        18,
        _PAT,
        Role.PATIENT,
        "Is it fine to take it in the evening?",
        _AT,
        key="Zk3-1",
        quote=Quote(12, _MIA, "One in the morning."),
        files=(Attachment(_FILE, "label.jpg", "image/jpeg", 81_244, 1280, 960),),
    ),
    Edited(_THREAD, 19, 18, "Is it fine to take it at night?", _AT),
    Deleted(_THREAD, 20, 18, _AT),
    Visit(
        _THREAD,
        21,
        "r6xk2wqn7cgyv4mh3rsd6jb2ae",
        VisitStep.CONFIRMED,
        _AT,
        start=_AT + timedelta(days=1),
        end=_AT + timedelta(days=1, minutes=20),
    ),
    Called(_THREAD, 21, _MIA, 754, _AT),
    Automatic(
        _THREAD,
        22,
        "We answer from 9 to 12.",
        _AT,
        "If your life may be in danger, call 112.",
        opens_at=_AT + timedelta(days=1),
    ),
    Marked(_THREAD, 23, _PAT, Mark(delivered=22, read=22), unread=0),
    Members(_THREAD, 24, open=True),
    TypingNow(_THREAD, _MIA),
    HereNow(_THREAD, _MIA, here=True),
    *call_examples.EXAMPLES,
)
"""One of each frame."""


@lru_cache(maxsize=8)
def document(public_url: str) -> bytes:
    """Return the document as JSON; it is made once."""
    return msgspec.json.encode(describe(public_url))


def describe(public_url: str) -> dict[str, Any]:
    """Return the AsyncAPI document of the live socket of the clinic at *public_url*."""
    every = (*INCOMING, *OUTGOING)
    _, schemas = msgspec.json.schema_components(every, ref_template=_SCHEMA)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Carewire, live",
            "version": VERSION,
            "description": inspect.cleandoc(frames.__doc__ or ""),
            "license": _LICENSE,
        },
        "defaultContentType": "application/json",
        "servers": {"clinic": _server(public_url)},
        "channels": {"live": _channel(every)},
        "operations": {
            "say": _operation("receive", "What a page or a program says.", INCOMING),
            "hear": _operation("send", "What it is told.", OUTGOING),
        },
        "components": {
            "schemas": _alone(schemas),
            "messages": {frame.__name__: _message(frame) for frame in every},
            "securitySchemes": _SECURITY,
        },
    }


def _alone(schema: Any) -> Any:  # noqa: ANN401  JSON
    """Return *schema* with each `$ref` by itself: in AsyncAPI what stands beside it is not read."""
    if isinstance(schema, list):
        return [_alone(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema and len(schema) > 1:
        beside = {name: each for name, each in schema.items() if name != "$ref"}
        return {"allOf": [{"$ref": schema["$ref"]}], **_alone(beside)}
    return {name: _alone(each) for name, each in schema.items()}


def _server(public_url: str) -> dict[str, Any]:
    url = urlsplit(public_url)
    return {
        "host": url.netloc,
        "protocol": "wss" if url.scheme == "https" else "ws",
        "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _SECURITY],
    }


def _channel(every: tuple[type[Frame], ...]) -> dict[str, Any]:
    messages = {each.__name__: {"$ref": f"#/components/messages/{each.__name__}"} for each in every}
    return {
        "address": "/live",
        "title": "The live socket of one page",
        "description": _GUESTS,
        "messages": messages,
        "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
        "x-close-codes": {str(int(code)): meaning for code, meaning in CLOSES.items()},
    }


def _operation(action: str, summary: str, said: tuple[type[Frame], ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/live"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/live/messages/{each.__name__}"} for each in said],
    }


def _message(frame: type[Frame]) -> dict[str, Any]:
    words = inspect.cleandoc(frame.__doc__ or "")
    message = {
        "name": frame.__struct_config__.tag,
        "title": frame.__name__,
        "summary": words.split("\n", 1)[0],
        "description": words,
        "payload": {"$ref": _SCHEMA.format(name=frame.__name__)},
        "examples": [{"payload": msgspec.to_builtins(each)} for each in _examples(frame)],
    }
    if "id" in frame.__struct_fields__:
        message["correlationId"] = {"location": "$message.payload#/id"}
    return message


def _examples(frame: type[Frame]) -> list[Frame]:
    return [each for each in EXAMPLES if type(each) is frame]
