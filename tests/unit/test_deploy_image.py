"""The Dockerfile: what goes into the image, who runs it, and how it is asked whether it is well."""

import json
import re
import tomllib
from pathlib import Path

from http_edge.health import READY
from tests.unit.deploy_support import (
    PROGRAM,
    ROOT,
    command,
    dockerfile,
    gives_away,
    image_environment,
    is_pinned,
    settings,
)

LOCKS = ("requirements-build.lock", "requirements.lock")


def said(word: str) -> list[str]:
    return [rest for each, rest in dockerfile() if each == word]


def sources() -> list[str]:
    """Return what is copied from the checkout."""
    copies = (rest.split() for rest in said("COPY") if not rest.startswith("--from"))
    return [source for *copied, _ in copies for source in copied]


def test_every_instruction_is_one_that_there_is() -> None:
    known = "ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN STOPSIGNAL USER VOLUME"
    assert {word for word, _ in dockerfile()} <= {*known.split(), "WORKDIR"}


def test_it_is_made_in_two_stages_from_a_named_version_that_we_take() -> None:
    (argument,) = said("ARG")
    tag = argument.removeprefix("PYTHON=")
    build, final = said("FROM")
    assert (build, final) == ("python:${PYTHON} AS build", "python:${PYTHON}")
    assert is_pinned(f"python:{tag}")
    assert "slim" in tag
    numbers = re.match(r"(\d+)\.(\d+)", tag)
    assert numbers
    assert (int(numbers[1]), int(numbers[2])) >= (3, 11)


def test_what_is_copied_is_there_and_is_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*"
    for source in sources():
        assert (ROOT / source).exists(), source
        assert f"!{source}" in rules, source
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(sources())


def test_the_package_can_be_built_from_what_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = [
        name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]
    ]
    modules = [f"{name}.py" for name in project["tool"]["setuptools"]["py-modules"]]
    wanted = {"pyproject.toml", project["project"]["readme"], *packages, *modules, *LOCKS}
    assert wanted <= set(sources())


def test_c01_everything_of_others_is_held_to_its_hash() -> None:
    installs = [one for run in said("RUN") for one in run.split("&&") if "pip install" in one]
    *locked, own = installs
    assert [one.split()[-1] for one in locked] == list(LOCKS)
    assert all("--require-hashes" in one for one in locked)
    assert "--no-deps" in own


def test_whoever_runs_it_is_nobody_in_particular() -> None:
    (user,) = said("USER")
    assert all(int(number) > 1000 for number in user.split(":"))
    (made,) = (run for run in said("RUN") if "useradd" in run)
    assert f"--uid {user.split(':')[0]}" in made


def test_it_starts_the_clinic() -> None:
    (entry,) = json.loads(*said("ENTRYPOINT"))
    assert entry == PROGRAM
    assert command(json.loads(*said("CMD"))).verb == "up"
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert entry in scripts


def test_what_it_says_of_itself_is_what_we_know() -> None:
    mine = settings({})
    assert mine.node.directory == Path("/var/lib/carewire")
    assert said("VOLUME") == [str(mine.node.directory)]
    assert f"{mine.edge.port}/tcp" in said("EXPOSE")[0].split()
    assert {f"{mine.media.port}/udp", f"{mine.media.port}/tcp"} < set(said("EXPOSE")[0].split())
    assert not gives_away(image_environment().items())


def test_it_is_asked_where_there_is_an_answer() -> None:
    (check,) = said("HEALTHCHECK")
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/[\w/]+)'", check)
    assert asked
    assert (int(asked[1]), asked[2]) == (settings({}).edge.port, READY)
    words = json.loads(check.partition("CMD ")[2])
    compile(words[-1], "<health check>", "exec")
