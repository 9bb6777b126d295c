"""Where an actor is reached: the kind of actor and the key of the one that is meant."""

import msgspec


class Address(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One actor of the clinic, wherever it runs. Printed as `kind/key`."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `kind/key` as printed; raise `ValueError` when there is no kind or no key."""
        kind, slash, key = text.partition("/")
        if not (kind and slash and key):
            raise ValueError(f"An address reads kind/key, not {text!r}.")
        return cls(kind, key)
