"""Whole clinics in virtual time: seeds 100 to 199 (`scripts/simulate` runs any)."""

import pytest

from tests.simulation.running import failures_of

CHUNK = 25


@pytest.mark.parametrize("start", range(100, 200, CHUNK))
def test_every_promise_holds_through_all_troubles(start: int) -> None:
    assert not failures_of(range(start, start + CHUNK))
