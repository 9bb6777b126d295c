"""What an actor stands on: the part of its node that it may use."""

from collections.abc import Coroutine
from typing import Any, Protocol

from actors.address import Address
from actors.runtime.clock import Clock
from actors.runtime.journal import Commit, Journal
from actors.runtime.leases import Fence
from actors.runtime.limits import Controls, Limits
from actors.runtime.transport import Transport


class Floor(Protocol):
    """The node, as its actors know it."""

    journal: Journal
    transport: Transport
    clock: Clock
    limits: Limits
    controls: Controls
    in_flight: int
    """Steps of all actors on their way to disk."""

    def fence_of(self, shard: int) -> Fence | None:
        """Return the claim to own *shard*, if this node has one."""

    def committed(self, commit: Commit) -> None:
        """Send what *commit* made durable, and set its alarms."""

    def crashed(self, actor: Address, error: Exception) -> bool:
        """Note a crash; return whether the actor has to rest now."""

    def overtaken(self, shard: int) -> None:
        """Serve *shard* no more: another node owns it now."""

    def uncertain(self, shard: int) -> None:
        """Take *shard* up anew: nobody here can tell what was written for it."""

    def forget(self, actor: Address) -> None:
        """Take the actor out of memory."""

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work* beside; it is cancelled when the node closes."""
