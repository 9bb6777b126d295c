"""Runs of many seeds, for tests that share them."""

from collections.abc import Iterable

from tests.simulation.simulation import simulate


def failures_of(seeds: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return what went wrong, by seed; empty when every promise held."""
    outcomes = map(simulate, seeds)
    return {each.seed: each.failures for each in outcomes if each.failures}
