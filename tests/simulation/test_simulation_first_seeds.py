"""Whole clinics in virtual time: seeds 0 to 99 (`scripts/simulate` runs any)."""

import pytest

from tests.simulation.running import failures_of

CHUNK = 25


@pytest.mark.parametrize("start", range(0, 100, CHUNK))
def test_every_promise_holds_through_all_troubles(start: int) -> None:
    assert not failures_of(range(start, start + CHUNK))
