"""What is installed is named by version and hash, and from no address (C01)."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements-build.lock", "requirements.lock", "requirements-dev.lock")
ENTRY = re.compile(r"^(?P<name>[a-z0-9._-]+)==\S+", re.MULTILINE)


def entries(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    return {found["name"]: line for line in text.splitlines() if (found := ENTRY.match(line))}


def versions(lock: str) -> set[str]:
    return {line.split()[0] for line in entries(lock).values()}


@pytest.mark.parametrize("lock", LOCKS)
def test_c01_every_line_is_a_version_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    assert all(ENTRY.match(line) and "--hash=sha256:" in line for line in lines)


@pytest.mark.parametrize("lock", LOCKS)
def test_c01_no_lock_names_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(extra-)?index|--find-links| @ |file:", text)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {
        "requirements.lock": project["dependencies"],
        "requirements-dev.lock": project["optional-dependencies"]["dev"],
    }
    for lock, dependencies in wanted.items():
        names = {re.split(r"[\[><=;~ ]", one, maxsplit=1)[0] for one in dependencies}
        assert names <= entries(lock).keys()


def test_what_runs_is_what_is_tested() -> None:
    run, test = (versions(lock) for lock in ("requirements.lock", "requirements-dev.lock"))
    assert run <= test
