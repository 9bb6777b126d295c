"""A new law moves clocks: just the visits whose hour is another now are found, and told."""

from datetime import datetime, timedelta
from random import Random  # noqa: TID251  zones come from a seed
from zoneinfo import ZoneInfo

import pytest

from actors.admin_router import messages as router
from actors.admin_router.state.clocks import moved_clocks
from actors.patient import messages as patient
from actors.zones import ZONES
from tests.rooms import ADMIN, DESK, Clinic
from tests.unit.clock_support import NAMES, PAT, another_zone, clinic_between, visit, wall_of


def under_new_law(monkeypatch: pytest.MonkeyPatch, zone: str, like: str) -> None:
    """Let the clocks of *zone* go from now on as those of *like* do."""
    monkeypatch.setattr("actors.admin_router.state.clocks.ZONES", {**ZONES, zone: ZoneInfo(like)})


def wall_under(start: datetime, zone: str, law: tuple[str, str]) -> datetime:
    changed, like = law
    return wall_of(start, like if zone == changed else zone)


def year_of_visits(chance: Random, zones: tuple[str, str]) -> Clinic:
    """Return a clinic with a visit in most months."""
    clinic = clinic_between(*zones)
    for month in range(1, 10):
        start = clinic.now + timedelta(days=30 * month, minutes=15 * chance.randrange(96))
        visit(clinic, start)
    return clinic


@pytest.mark.parametrize("seed", range(40))
def test_after_a_new_law_just_the_visits_whose_hour_is_another_are_found_and_told(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(seed)  # noqa: S311 - a seed that can be repeated
    here = chance.choice(NAMES)
    there, like = another_zone(chance, here), another_zone(chance, here)
    law = (chance.choice([here, there, "Europe/Oslo"]), like)
    clinic = year_of_visits(chance, (here, there))
    under_new_law(monkeypatch, *law)
    standing = {key: each.won.start for key, each in clinic.state(DESK).open.items()}
    wanted = {
        key
        for key, start in standing.items()
        if any(wall_of(start, zone) != wall_under(start, zone, law) for zone in (here, there))
    }
    found = moved_clocks(clinic.state(DESK), clinic.now).items
    assert {each.appointment for each in found} == wanted
    clinic.tell(DESK, router.NotifyClocks(tuple(standing)), ADMIN)
    clinic.settle()
    assert not moved_clocks(clinic.state(DESK), clinic.now).items
    for key, start in standing.items():
        view = clinic.state(PAT).appointments[key]
        walls = patient.Walls(wall_under(start, there, law), wall_under(start, here, law))
        assert (view.start, view.walls) == (start, walls)
    told = [e for e in clinic.journal(PAT) if isinstance(e, patient.ClocksChanged)]
    assert {each.appointment for each in told} == wanted
