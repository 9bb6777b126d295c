"""What every frame of a live socket is made of."""

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from actors.conversation.messages import MOST_TEXT

Printed: TypeAlias = Annotated[str, Meta(min_length=3, max_length=200)]
"""An address as printed: `kind/key`."""
Number: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
Id: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Text: TypeAlias = Annotated[str, Meta(max_length=2 * MOST_TEXT)]
"""A little more than is allowed: the conversation says what is too long, and nothing is lost."""


class Frame(
    msgspec.Struct, frozen=True, tag=str.lower, tag_field="type", forbid_unknown_fields=True
):
    """One message of a live socket."""
