"""A release that adds a room: what is asked of it while older nodes still run, and afterwards."""

from collections.abc import Callable
from pathlib import Path

import pytest

from actors.address import Address
from actors.runtime.errors import DeliveryFailed, Fault
from actors.runtime.limits import Limits
from http_edge.problems import problem_of
from tests.clinic import Sibling, open_clinic, sibling
from tests.unit.runtime_support import ANNA, ROOM, Add, tally
from tests.waiting import until

SHORT = Limits(lease=3.0)


def tally_at(other: Sibling, wanted: Callable[[bool], bool]) -> Address:
    """Return a tally that lives, or does not live, at *other*."""
    found = (tally(f"t{number}") for number in range(1000))
    return next(address for address in found if wanted(other.owns(address)))


async def test_a_new_room_is_refused_in_clear_words_until_the_upgrade_is_done(
    tmp_path: Path,
) -> None:
    async with (
        open_clinic(tmp_path, limits=SHORT) as clinic,
        sibling(clinic, "newer", extra_rooms=(ROOM,)) as newer,
    ):
        await until(lambda: len(newer.node.shards.fences) == len(clinic.node.shards.fences))
        known = tally_at(newer, lambda owned: owned)
        unknown = tally_at(newer, lambda owned: not owned)
        await clinic.client.tell(known, Add(1), ANNA)
        with pytest.raises(DeliveryFailed) as failed:
            await clinic.client.tell(unknown, Add(1), ANNA)
        assert failed.value.fault is Fault.NO_SUCH_KIND
        assert failed.value.certain, "nothing was done"
        assert "being renewed" in problem_of(failed.value).detail
        await clinic.node.drain()
        await clinic.client.tell(unknown, Add(1), ANNA)
