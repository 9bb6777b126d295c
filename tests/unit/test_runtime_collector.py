"""The collector of a long-lived process."""

import gc
from collections.abc import Iterator

import pytest

from actors.runtime import collector


@pytest.fixture
def own_collector() -> Iterator[None]:
    """Give the collector of the test run back afterwards."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("own_collector")
def test_what_the_start_has_made_is_left_alone_and_later_cycles_are_still_found() -> None:
    collector.calm()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == collector.YOUNG
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() >= 1
