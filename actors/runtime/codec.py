"""Messages to bytes and back: msgspec's msgpack, with one typed decoder per room."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from actors.caller import Caller
from actors.runtime.envelope import Envelope, Reply, Told, Unwatch, Watch
from actors.runtime.room import Room

Unreadable = msgspec.ValidationError | msgspec.DecodeError


def _plain(value: object) -> str:
    """Encode a text that hides itself when printed like any other text."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"A message can't hold a {type(value).__name__}.")


_encoder = msgspec.msgpack.Encoder(enc_hook=_plain)
_envelopes = msgspec.msgpack.Decoder(Envelope)
_replies = msgspec.msgpack.Decoder(Reply)
_callers = msgspec.msgpack.Decoder(Caller)
_tolds = msgspec.msgpack.Decoder(Told)
_arrays = msgspec.msgpack.Decoder(list[msgspec.Raw])

encode = _encoder.encode
decode_envelope = _envelopes.decode
decode_reply = _replies.decode
decode_caller = _callers.decode
decode_told = _tolds.decode
split_events = _arrays.decode
"""Take an encoded array of events apart into encoded events."""


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:  # noqa: ANN401  any struct type
    return msgspec.msgpack.Decoder(kind)


def decode_as(kind: Any, raw: bytes | msgspec.Raw) -> Any:  # noqa: ANN401  any struct type
    """Decode *raw* as *kind*, or raise `msgspec.ValidationError`. Decoders are kept."""
    return _decoder(kind).decode(raw)


class Language:
    """The decoders of one room."""

    __slots__ = ("_events", "_messages", "_states", "commands", "passing")

    def __init__(self, room: Room[Any]) -> None:
        own = room.command | room.query
        said = own if room.passing is None else own | room.passing
        self._messages = msgspec.msgpack.Decoder(said | Watch | Unwatch)
        self._events = msgspec.msgpack.Decoder(list[room.event])  # type: ignore[name-defined]
        self._states = msgspec.msgpack.Decoder(room.state)
        self.commands = frozenset(_members(room.command))
        self.passing = frozenset(() if room.passing is None else _members(room.passing))

    def message(self, body: bytes | msgspec.Raw) -> Any:  # noqa: ANN401  one of the room's own
        """Decode a command, a query, a passing message, `Watch` or `Unwatch`."""
        return self._messages.decode(body)

    def events(self, body: bytes) -> Sequence[Any]:
        """Decode an array of events."""
        return self._events.decode(body)

    def state(self, body: bytes) -> Any:  # noqa: ANN401  the room's own
        """Decode a snapshot's state."""
        return self._states.decode(body)


def _members(union: Any) -> tuple[type, ...]:  # noqa: ANN401  a type or a union of types
    return getattr(union, "__args__", None) or (union,)
