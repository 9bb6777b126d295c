"""What everything in a simulated world has in common."""

from dataclasses import dataclass

from actors.runtime.memory_transport import MemoryBus
from tests.simulation.ledger import Ledger
from tests.simulation.loop import VirtualLoop
from tests.simulation.trace import Trace
from tests.simulation.worldclock import WorldClock

SHARDS = 8


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One world: its seed, its promise that is broken on purpose, its loop, bus and trace.

    *control* is empty, or one of `CONTROLS`: what must make runs fail.
    """

    seed: int
    control: str
    loop: VirtualLoop
    clock: WorldClock
    """The database's."""
    ledger: Ledger
    bus: MemoryBus
    trace: Trace

    def note(self, what: str) -> None:
        """Note in the trace that *what* happened now."""
        self.trace.note(self.loop.time(), what)
