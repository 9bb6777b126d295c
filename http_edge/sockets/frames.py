"""The language of a live socket: JSON texts, told apart by `type`.

The browser sends `watch` (tell me of events of *address* after number *after*) and `unwatch`. It is
sent `watching` (from now on; the actor stands at *seq*), `changed` (there are events up to *seq*:
read the page anew) and `refused` (with a stable code; *address* is empty when no frame was read).

A socket that is lost is opened anew and watches after the last *seq*: nothing is missed.
"""

from enum import IntEnum
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

Printed: TypeAlias = Annotated[str, Meta(min_length=3, max_length=200)]
"""An address as printed: `kind/key`."""
Number: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]


class Frame(
    msgspec.Struct, frozen=True, tag=str.lower, tag_field="type", forbid_unknown_fields=True
):
    """One message of a live socket."""


class Watch(Frame, frozen=True):
    """From the browser: tell me of events of *address* after number *after*."""

    address: Printed
    after: Number


class Unwatch(Frame, frozen=True):
    """From the browser: tell me of *address* no more."""

    address: Printed


class Watching(Frame, frozen=True):
    """To the browser: you are told from now on; the actor stands at event number *seq*."""

    address: str
    seq: int


class Changed(Frame, frozen=True):
    """To the browser: there are events up to number *seq*; read the page anew."""

    address: str
    seq: int


class Refused(Frame, frozen=True):
    """To the browser: that frame had no effect, because *sentence*."""

    address: str
    code: str
    sentence: str


class Close(IntEnum):
    """Why a socket is closed. From 4000 on they are ours."""

    GOING_AWAY = 1001
    """The edge stops; come back in a moment."""
    TOO_MANY_FRAMES = 1008
    BROKEN = 1011
    TOO_SLOW = 1013
    """Too much waits for this reader: come back and go on from the last number."""
    SIGNED_OUT = 4401
    TOO_MANY_SOCKETS = 4409
    """A newer window of the same person took this one's place."""


Incoming: TypeAlias = Watch | Unwatch
Outgoing: TypeAlias = Watching | Changed | Refused

_incoming: msgspec.json.Decoder[Incoming] = msgspec.json.Decoder(Incoming)

read = _incoming.decode
"""Decode what a browser sent, or raise `msgspec.DecodeError` (`ValidationError` is one)."""
written = msgspec.json.Encoder().encode
