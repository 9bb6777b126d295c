"""What goes wrong, and how often: drawn from the seed, so each run has troubles of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from actors.asked import Asked
from actors.runtime.memory_transport import AT_ONCE
from actors.runtime.peering import HERE
from actors.runtime.room import Room
from tests.simulation.chance import Chance
from tests.simulation.trace import Trace
from tests.simulation.worldclock import WorldClock


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How bad this run is. Rates are probabilities, numbers are for the whole run."""

    nodes: int
    """How many machines there are at the beginning."""
    night: bool
    """Whether there is an hour, after all of it, in which nobody does anything."""
    lease: float
    """Seconds that a node lives after its last beat."""
    knock: float
    """Seconds between two knocks at its peers."""
    skew: float
    """Seconds that clocks of machines are off, at most."""
    loss: float
    doubling: float
    slowness: float
    """Of messages that take seconds."""
    failing: float
    """Of transactions."""
    torn: float
    """Of transactions and other questions to the database whose answers get lost."""
    disk: float
    """Seconds that a step of the disk takes, at most."""
    crashes: int
    pauses: int
    zombies: int
    """Nodes that are paused, replaced by another one, and then go on."""
    drains: int
    joins: int
    """Machines that come later, or leave for good."""
    jumps: int
    """Of the database's clock or of a machine's."""
    full_disks: int
    """Times when no transaction can be made for a while."""
    partitions: int
    """Times when some do not hear each other."""
    store_cuts: int
    """Times when one machine can't reach the database."""
    longest_cut: float
    """Seconds by which some cuts last longer: more than a life, so that nodes are given up."""
    long_cuts: float
    """How many of them do."""
    restarts: int
    """Times when an operator restarts an actor."""
    bugs: float
    """Of decisions that break their actor."""


def draw_plan(chance: Chance, control: str = "") -> Plan:
    """Return the troubles of one run, and those without which *control* would go unnoticed."""
    nodes = chance.one_of((1, 2, 2, 3, 3))
    night = chance.happens(0.15)
    lease = 30.0 if night else chance.one_of((3.0, 6.0, 12.0))
    lease = lease if nodes > 1 else 600.0
    return Plan(
        nodes=nodes,
        night=night,
        lease=lease,
        knock=lease / 4,
        skew=chance.one_of((0.0, 1.0, 30.0)),
        loss=chance.one_of((0.0, 0.01, 0.05, 0.15)),
        doubling=chance.one_of((0.0, 0.02, 0.1)),
        slowness=chance.one_of((0.0, 0.01, 0.05)),
        failing=chance.one_of((0.0, 0.01, 0.05)),
        torn=chance.one_of((0.0, 0.0, 0.01, 0.05)),
        disk=chance.one_of((0.0, 0.002, 0.02, 0.1)),
        crashes=chance.whole(0, 5),
        pauses=chance.whole(0, 2),
        zombies=chance.one_of((0, 0, 1, 2)) if control != "fence" else 2,
        drains=chance.whole(0, 2),
        joins=chance.one_of((0, 1, 2)) if nodes > 1 else 0,
        jumps=chance.whole(0, 3),
        full_disks=chance.one_of((0, 0, 1)),
        partitions=chance.one_of((0, 1, 2)),
        store_cuts=chance.one_of((0, 1, 2)) if control != "sure" else 4,
        longest_cut=min(lease, 12.0) * 1.5 if control != "sure" else 60.0,
        long_cuts=0.3 if control != "sure" else 1.0,
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
        if subject.startswith("peer."):
            return self._delays() if self.trouble else AT_ONCE
        return self._decide(f"{source} asks {subject}", payload)

    def reply(self, source: str, target: str, payload: bytes) -> Sequence[float]:
        """Decide about a reply."""
        if payload == HERE:
            return self._delays() if self.trouble else AT_ONCE
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

    def loses_answer(self) -> bool:
        """Return whether the next question is answered, and the answer lost on its way."""
        lost = self.trouble and self._plan.torn > 0 and self._chance.happens(self._plan.torn)
        self.count += lost
        return lost

    def tears(self) -> bool:
        """Return whether nobody will know what became of the next transaction."""
        return self.loses_answer()

    def made(self) -> bool:
        """Return whether such a transaction is made."""
        return self._chance.happens(0.5)
