"""Chance that repeats itself: every stream of it is named, and grows from the seed alone."""

import random  # noqa: TID251  seeded, so that a run can be replayed
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """One stream of chance. Streams of different names do not disturb each other."""

    def __init__(self, seed: int, name: str) -> None:
        self._random = random.Random(f"{seed}:{name}")  # noqa: S311  repeats on purpose

    def happens(self, probability: float) -> bool:
        """Return True that often."""
        return self._random.random() < probability

    def between(self, low: float, high: float) -> float:
        """Return a number between *low* and *high*."""
        return self._random.uniform(low, high)

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from *low* to *high*, both included."""
        return self._random.randint(low, high)

    def pause(self, mean: float) -> float:
        """Return a waiting time: mostly short, at times long."""
        return self._random.expovariate(1 / mean)

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of *choices*."""
        return self._random.choice(choices)

    def some(self, choices: Sequence[T], most: int) -> list[T]:
        """Return up to *most* of *choices*, at least one."""
        return self._random.sample(choices, self.whole(1, min(most, len(choices))))
