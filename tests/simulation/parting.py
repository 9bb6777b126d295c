"""Who does not hear whom for a while: people, nodes, or one node and all the others."""

from collections.abc import Callable

from tests.simulation.chance import Chance
from tests.simulation.machines import Machines
from tests.simulation.setting import Setting

EDGES = ("edge", "eyes0", "eyes1", "eyes2")
"""The bus names of the people's edge and of those who look on."""


class Parting:
    """Cuts the bus in two, and joins it again."""

    def __init__(self, setting: Setting, chance: Chance, machines: Machines) -> None:
        self._setting = setting
        self._chance = chance
        self._machines = machines
        self._parted: dict[tuple[str, str], None] = {}

    def part(self, seconds: float) -> None:
        """Part some from others in one of the ways there are, for so long."""
        ways: tuple[Callable[[float], None], ...] = (
            self._lose_connection,
            self._part_from(self._edges),
            self._part_from(self._others),
            self._part_from(lambda name: [*self._edges(name), *self._others(name)]),
        )
        self._chance.one_of(ways)(seconds)

    def heal(self) -> None:
        """Let everybody hear everybody again."""
        self._join(list(self._parted))

    def _lose_connection(self, seconds: float) -> None:
        self._machines.cut_bus(self._chance.one_of(list(self._machines.now.values())), seconds)

    def _edges(self, _name: str) -> list[str]:
        return list(EDGES)

    def _others(self, name: str) -> list[str]:
        return [each for each in self._machines.names if each != name]

    def _part_from(self, far: Callable[[str], list[str]]) -> Callable[[float], None]:
        def part(seconds: float) -> None:
            name = self._chance.one_of(self._machines.names)
            known, one_way = self._chance.happens(0.5), self._chance.happens(0.3)
            pairs = [(name, other) for other in far(name)]
            if one_way and self._chance.happens(0.5):
                pairs = [(other, one) for one, other in pairs]
            self._setting.note(f"parted for {seconds:.1f} s: {pairs}, {known=}, {one_way=}")
            for one, other in pairs:
                self._setting.bus.part(one, other, one_way=one_way, known=known)
                self._parted[one, other] = None
            self._setting.loop.call_later(seconds, self._join, pairs)

        return part

    def _join(self, pairs: list[tuple[str, str]]) -> None:
        for one, other in pairs:
            self._setting.bus.join(one, other)
            self._parted.pop((one, other), None)
