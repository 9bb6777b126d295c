"""What goes wrong, and how often: drawn from the seed, so each run has troubles of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from actors.asked import Asked
from actors.runtime.memory_transport import AT_ONCE
from actors.runtime.room import Room
from tests.simulation.chance import Chance
from tests.simulation.trace import Trace
from tests.simulation.worldclock import WorldClock


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How bad this run is. Rates are probabilities, numbers are for the whole run."""

    loss: float
    doubling: float
    slowness: float
    """Of messages that take seconds."""
    failing: float
    """Of transactions."""
    disk: float
    """Seconds that a step of the disk takes, at most."""
    crashes: int
    pauses: int
    zombies: int
    """Nodes that are paused, replaced by another one, and then go on."""
    drains: int
    jumps: int
    full_disks: int
    """Times when no transaction can be made for a while."""
    partitions: int
    """Times when the node and the people do not hear each other."""
    restarts: int
    """Times when an operator restarts an actor."""
    bugs: float
    """Of decisions that break their actor."""


def draw_plan(chance: Chance, *, zombies: int = 0) -> Plan:
    """Return the troubles of one run; *zombies* is how many there are at least."""
    return Plan(
        loss=chance.one_of((0.0, 0.01, 0.05, 0.15)),
        doubling=chance.one_of((0.0, 0.02, 0.1)),
        slowness=chance.one_of((0.0, 0.01, 0.05)),
        failing=chance.one_of((0.0, 0.01, 0.05)),
        disk=chance.one_of((0.0, 0.002, 0.02, 0.1)),
        crashes=chance.whole(0, 5),
        pauses=chance.whole(0, 2),
        zombies=max(zombies, chance.one_of((0, 0, 1, 2))),
        drains=chance.whole(0, 2),
        jumps=chance.whole(0, 3),
        full_disks=chance.one_of((0, 0, 1)),
        partitions=chance.one_of((0, 0, 1)),
        restarts=chance.one_of((0, 0, 10)),
        bugs=chance.one_of((0.0, 0.0, 0.01, 0.04)),
    )


class FaultyNetwork:
    """Loses, doubles, delays and reorders messages while there is trouble."""

    def __init__(self, plan: Plan, chance: Chance, clock: WorldClock, trace: Trace) -> None:
        self.trouble = True
        self.count = 0
        self._plan = plan
        self._chance = chance
        self._clock = clock
        self._trace = trace

    def request(self, source: str, subject: str, payload: bytes) -> Sequence[float]:
        """Decide about a request."""
        return self._decide(f"{source} asks {subject}", payload)

    def reply(self, source: str, target: str, payload: bytes) -> Sequence[float]:
        """Decide about a reply."""
        return self._decide(f"{source} answers {target}", payload)

    def _decide(self, what: str, payload: bytes) -> Sequence[float]:
        delays = self._delays() if self.trouble else AT_ONCE
        self._trace.note(self._clock.monotonic(), f"{what} {crc32(payload):08x} {delays}")
        return delays

    def _delays(self) -> Sequence[float]:
        plan, chance = self._plan, self._chance
        if chance.happens(plan.loss):
            self.count += 1
            return ()
        times = 1 + chance.happens(plan.doubling)
        self.count += times - 1
        return tuple(self._delay() for _ in range(times))

    def _delay(self) -> float:
        if self._chance.happens(self._plan.slowness):
            self.count += 1
            return self._chance.between(0.2, 8)
        return self._chance.between(0, 0.01)


class Bug(Exception):
    """A decision broke its actor, on purpose."""


class FaultyRooms:
    """Breaks some decisions while there is trouble."""

    def __init__(self, plan: Plan, chance: Chance) -> None:
        self.trouble = True
        self.count = 0
        self._plan = plan
        self._chance = chance

    def break_some(self, room: Room[Any]) -> Room[Any]:
        """Return *room* with a bug that shows itself now and then."""

        def decide(state: object, command: object, asked: Asked) -> Sequence[Any]:
            if self.trouble and self._chance.happens(self._plan.bugs):
                self.count += 1
                raise Bug
            return room.decide(state, command, asked)

        return replace(room, decide=decide)


class FaultyDisk:
    """Takes its time, and fails transactions, while there is trouble."""

    def __init__(self, plan: Plan, chance: Chance, clock: WorldClock, trace: Trace) -> None:
        self.trouble = True
        self.full = False
        self.count = 0
        self._plan = plan
        self._chance = chance
        self._clock = clock
        self._trace = trace

    def delay(self) -> float:
        """Return how long the next step takes."""
        return self._chance.between(0, self._plan.disk) if self.trouble else 0.0

    def fails(self) -> bool:
        """Return whether the next transaction fails."""
        failed = self.trouble and (self.full or self._chance.happens(self._plan.failing))
        self.count += failed
        self._trace.note(self._clock.monotonic(), "commit failed" if failed else "commit")
        return failed
