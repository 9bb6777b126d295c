"""What an installed Carewire brings along: everything but its tests and what is read by people."""

import tomllib
from pathlib import Path

from setuptools import find_namespace_packages  # type: ignore[import-untyped]

from tests.unit.deploy_support import ROOT

READ_BY_PEOPLE = ("config/deploy", "config/turnserver.example.conf")


def setuptools_says() -> dict[str, dict[str, list[str]]]:
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text())
    said: dict[str, dict[str, list[str]]] = tables["tool"]["setuptools"]
    return said


def folders() -> list[Path]:
    names = find_namespace_packages(str(ROOT), include=["actors*", "http_edge*", "config*"])
    return [ROOT.joinpath(*name.split(".")) for name in names if "__pycache__" not in name]


def brought() -> set[Path]:
    patterns = setuptools_says()["package-data"]["*"]
    found = {file for folder in folders() for pattern in patterns for file in folder.glob(pattern)}
    return found | {file for folder in folders() for file in folder.glob("*.py")}


def wanted() -> set[Path]:
    files = (
        file for name in ("actors", "http_edge", "config") for file in (ROOT / name).rglob("*")
    )
    return {
        file
        for file in files
        if file.is_file()
        and "__pycache__" not in file.parts
        and not str(file.relative_to(ROOT)).startswith(READ_BY_PEOPLE)
    }


def test_every_template_style_script_and_statement_is_brought_along() -> None:
    assert wanted() - brought() == set()


def test_the_list_of_patterns_holds_nothing_that_is_nowhere() -> None:
    everything = [file.name for file in wanted()]
    for pattern in setuptools_says()["package-data"]["*"]:
        ending = pattern.rpartition("*")[2]
        assert any(name.endswith(ending) for name in everything), pattern
