"""The oldest versions of others' code that the clinic starts with; `floors.toml` lists them."""

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TypeAlias

FILE = Path(__file__).with_name("floors.toml")

Version: TypeAlias = tuple[tuple[int, ...], bool]
"""The numbers of a release, and whether it is final."""


class BelowFloor(Exception):
    """Something installed is older than the clinic starts with; the text says what."""


def floors() -> dict[str, str]:
    """Return the floor of each package."""
    return tomllib.loads(FILE.read_text())


def version(text: str) -> Version:
    """Read a version so that two can be compared; a pre-release comes before its release."""
    match = re.match(r"v?(\d+(?:\.\d+)*)(.*)", text.strip())
    if match is None:
        raise BelowFloor(f"{text!r} is not a version.")
    numbers = [int(number) for number in match[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers), re.match(
        r"[-._]?(a|b|c|rc|alpha|beta|pre|preview|dev)", match[2]
    ) is None


def hold(name: str, found: str) -> None:
    """Raise `BelowFloor` when *found* is older than the floor of *name*."""
    floor = floors()[name]
    if version(found) < version(floor):
        raise BelowFloor(f"{name} {found.strip()} is too old: {floor} or newer is needed.")


def hold_all() -> None:
    """Raise `BelowFloor` when any installed package is older than its floor, or missing."""
    for name in floors():
        try:
            hold(name, metadata.version(name))
        except metadata.PackageNotFoundError as error:
            raise BelowFloor(f"{name} is not installed.") from error
