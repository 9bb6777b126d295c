"""What travels: a message on its way to an actor, and the answer.

One msgpack array per message, no bus headers (they halve what nats-py carries).
"""

from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.caller import Caller
from actors.ids import MessageId
from actors.refusal import Ground
from actors.runtime.errors import Fault


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """A message to one actor. *body* is the encoded message of the room's language."""

    id: MessageId
    to: Address
    caller: Caller
    deadline: int
    """Unix milliseconds; a message that comes later is not worked on."""
    body: msgspec.Raw
    trace: str = ""
    """W3C trace id, passed on to what follows from this message."""
    attempt: int = 1


class Done(msgspec.Struct, frozen=True, array_like=True, tag="done"):
    """A command took effect (now or, when repeated, before): the events that happened.

    *seq* is the number of the last of them; *events* an encoded array.
    """

    seq: int
    events: msgspec.Raw


class Seen(msgspec.Struct, frozen=True, array_like=True, tag="seen"):
    """A query's answer: the encoded *view*, as of event number *seq*."""

    seq: int
    view: msgspec.Raw


class Refused(msgspec.Struct, frozen=True, array_like=True, tag="refused"):
    """A rule said no."""

    code: str
    ground: Ground
    sentence: str
    fields: dict[str, str] = {}


class Failed(msgspec.Struct, frozen=True, array_like=True, tag="failed"):
    """No rule was reached, or the actor broke over it."""

    fault: Fault


Reply: TypeAlias = Done | Seen | Refused | Failed


class Watch(msgspec.Struct, frozen=True, tag="runtime.Watch"):
    """Tell *subject* of this actor's events after number *after*, for as long as it answers.

    The answer is a `Watched`. Asking again renews it; a watcher that is not renewed for
    `WATCH_SECONDS` is forgotten.
    """

    subject: str
    after: int


class Unwatch(msgspec.Struct, frozen=True, tag="runtime.Unwatch"):
    """Tell *subject* no more."""

    subject: str


WATCH_SECONDS = 30


class Told(msgspec.Struct, frozen=True, array_like=True):
    """Events of *actor*, numbered from *seq* on: what a watcher is told. *events*: an array.

    *passing* ones have no number (*count* is 0), are kept nowhere, and are dropped first.
    """

    actor: Address
    seq: int
    count: int
    events: msgspec.Raw
    passing: bool = False


TOLD_TAKEN = b"+"
TOLD_GONE = b"-"
"""How a watcher answers a `Told`: go on, or forget me."""


class Watched(msgspec.Struct, frozen=True):
    """The actor stands at event number *seq*; *missed* is what came after the number said.

    When that is too much to tell, *resync* is set instead: read the actor's view anew.
    """

    seq: int
    missed: tuple[Told, ...]
    resync: bool
