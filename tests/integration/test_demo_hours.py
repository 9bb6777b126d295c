"""The demonstration opens at any hour of any day: no story is in another's way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actors.operations import demo
from actors.operations.demo import scene
from actors.runtime.clock import SystemClock
from tests.clinic import open_clinic

HOURS = ((26, 13), (26, 22), (27, 17), (28, 10))
"""Of November 2026, whose 26th is a Thursday."""


class Moved(SystemClock):
    """A clock that goes on from another moment."""

    def __init__(self, at: datetime) -> None:
        self._way = at - super().now()

    def now(self) -> datetime:
        """Return the moment."""
        return super().now() + self._way

    def unix_ms(self) -> int:
        """Return it in milliseconds."""
        return super().unix_ms() + self._way // timedelta(milliseconds=1)


@pytest.mark.parametrize(("day", "hour"), HOURS)
async def test_every_story_is_told_to_its_end(
    day: int, hour: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = list[object]()
    monkeypatch.setattr(scene._log, "warning", lambda *said, **more: ended.append((said, more)))
    clock = Moved(datetime(2026, 11, day, hour, 5, tzinfo=UTC))
    async with open_clinic(tmp_path, clock=clock) as clinic:
        await demo.fill(clinic.client, clock, clinic.mint, tmp_path)
    assert ended == []
