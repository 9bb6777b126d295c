"""C02, N07: what is installed is not older than the clinic starts with."""

import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from config import floors

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_c02_everything_installed_is_at_its_floor_or_above() -> None:
    """C02, N07."""
    floors.hold_all()


@pytest.mark.parametrize("name", floors.floors())
def test_n07_something_older_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """N07."""
    monkeypatch.setattr(metadata, "version", lambda one: "0.9" if one == name else "999")
    with pytest.raises(floors.BelowFloor, match=name):
        floors.hold_all()


def test_something_missing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", nothing)
    with pytest.raises(floors.BelowFloor, match="not installed"):
        floors.hold_all()


@pytest.mark.parametrize(("name", "floor"), floors.floors().items())
def test_an_install_asks_for_each_floor(name: str, floor: str) -> None:
    wanted = tomllib.loads(PYPROJECT.read_text())["project"]["dependencies"]
    names = [requirement.partition(">=")[0].partition("[")[0] for requirement in wanted]
    requirement = wanted[names.index(name)]
    assert floors.version(requirement.partition(">=")[2]) >= floors.version(floor)


@pytest.mark.parametrize(
    ("older", "newer"),
    [("2.9", "2.10"), ("2.14.3", "2.15"), ("2.15.0rc1", "2.15"), ("2.15.0-beta.1", "v2.15.0")],
)
def test_versions_are_compared_by_their_numbers(older: str, newer: str) -> None:
    assert floors.version(older) < floors.version(newer)


def test_trailing_zeros_mean_nothing() -> None:
    assert floors.version("2.15") == floors.version("v2.15.0") == floors.version("2.15.0.post1")


def test_what_is_no_version_is_said_so() -> None:
    with pytest.raises(floors.BelowFloor):
        floors.version("unknown")
