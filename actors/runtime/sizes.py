"""What is larger than the bus carries, and what is answered in its place."""

import logging

import msgspec

from actors.address import Address
from actors.runtime.codec import encode
from actors.runtime.envelope import Done, Envelope, Failed, Reply
from actors.runtime.errors import Fault

NO_EVENTS = msgspec.Raw(b"\x90")

log = logging.getLogger(__name__)


class _Named(msgspec.Struct, frozen=True):
    type: str = ""


_names = msgspec.msgpack.Decoder(_Named)


def name_of(body: bytes | msgspec.Raw) -> str:
    """Return the name of an encoded message's type, for a log: nothing of what it says."""
    try:
        return _names.decode(body).type
    except (msgspec.ValidationError, msgspec.DecodeError):
        return ""


def log_too_large(what: str, body: bytes | msgspec.Raw, to: Address, size: int) -> None:
    """Write down that *what* (`the message`, `the answer to`) has too many bytes, and whose."""
    log.error("%s %s of kind %s is too large: %s bytes", what, name_of(body), to.kind, size)


def carried(reply: Reply, envelope: Envelope, most: int) -> bytes:
    """Return *reply* to *envelope* encoded, or where it has more than *most* bytes, a short one.

    A command has taken effect: it is answered as done, without its events. Else it is a fault.
    """
    payload = encode(reply)
    if len(payload) <= most:
        return payload
    log_too_large("the answer to", envelope.body, envelope.to, len(payload))
    return encode(_in_place_of(reply))


def _in_place_of(reply: Reply) -> Reply:
    if isinstance(reply, Done):
        return Done(reply.seq, NO_EVENTS)
    return Failed(Fault.ANSWER_TOO_LARGE)
