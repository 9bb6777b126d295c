"""Messages of rooms as they are taken from strangers: fields that they don't have are refused.

Between nodes such fields are let pass, because a newer node may send them; a browser's or a
program's are a mistake, and whoever made it should hear of it.
"""

from typing import Any, get_args

import msgspec
from msgspec import structs


def strict(union: Any) -> Any:  # noqa: ANN401  a union of types, at run time
    """Return *union* with each of its structs in the place of one that takes no other fields.

    These are subclasses of the same name and tag: they are matched, compared and encoded as before.
    """
    members = tuple(_strict(kind) for kind in get_args(union))
    first, *others = members
    found: Any = first
    for kind in others:
        found = found | kind
    return found


def _strict(kind: type[msgspec.Struct]) -> type[msgspec.Struct]:
    def same(one: msgspec.Struct, other: object) -> bool:
        return isinstance(other, kind) and structs.astuple(one) == structs.astuple(other)

    return msgspec.defstruct(
        kind.__name__,
        (),
        bases=(kind,),
        module=kind.__module__,
        namespace={"__doc__": kind.__doc__, "__eq__": same, "__hash__": None},
        frozen=True,
        eq=False,
        tag=kind.__struct_config__.tag,
        forbid_unknown_fields=True,
    )
