"""Whose journal it is: one store belongs to one clinic, for ever."""

from typing import Final, NamedTuple

from actors.store.files import StoreRefused

SHARDS: Final = 256


class Clinic(NamedTuple):
    """What a journal says of its clinic."""

    shards: int
    id: str
    """32 hexadecimal digits: those of the node that first used the journal, else drawn."""


class AnotherClinic(StoreRefused):
    """The store belongs to another clinic."""


def check_clinic(found: Clinic, shards: int, wanted: str | None) -> None:
    """Refuse another number of *shards*, and another clinic than *wanted* (None: any)."""
    if found.shards != shards:
        raise StoreRefused(f"This journal has {found.shards} shards, and this Carewire {shards}.")
    if wanted is not None and found.id != wanted:
        raise AnotherClinic(
            f"The journal belongs to another clinic (its id is {found.id}) than this node (its id "
            f"is {wanted}). Point the node to its own clinic's journal, or give it that clinic's "
            "keys."
        )
