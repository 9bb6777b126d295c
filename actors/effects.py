"""What an event makes an actor do to the world: tell another actor, or wake up later.

`react` returns these; the runtime commits them in the same transaction as the event.
"""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.address import Address


class Send(msgspec.Struct, frozen=True):
    """Tell *to* the *command*, in order, until it has answered."""

    to: Address
    command: msgspec.Struct


class Wake(msgspec.Struct, frozen=True):
    """Give this actor the *command* itself at *at* (late rather than never).

    *name* is the actor's own: setting the same name again moves the wake-up.
    """

    name: str
    at: datetime
    command: msgspec.Struct


class Unwake(msgspec.Struct, frozen=True):
    """Forget the wake-up called *name*; it is fine when there is none."""

    name: str


Effect: TypeAlias = Send | Wake | Unwake
