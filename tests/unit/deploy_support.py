"""Reads the files in `config/deploy`, for the tests that hold them to the program."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import yaml  # type: ignore[import-untyped]

from actors.operations.arguments import Arguments, parse
from actors.operations.house import stop_seconds
from config.logging import SECRET_WORDS
from config.settings import Settings, load
from http_edge.routes import Kind
from http_edge.table import ROUTES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "config" / "deploy"
HEALTH = {route.path for route in ROUTES if route.kind is Kind.HEALTH}
PROGRAM = "carewire"

Table: TypeAlias = dict[str, Any]
Instruction: TypeAlias = tuple[str, str]
"""A word of a Dockerfile, and what follows it."""

UNITS = {"s": 1, "m": 60}
VARIABLE = re.compile(r"\$\{\w+:\?[^}]*\}")


def read(name: str) -> str:
    """Return the text of one of the files."""
    return (DEPLOY / name).read_text()


def compose() -> Table:
    """Return compose.yaml, with something in the place of each variable that has to be given."""
    found = yaml.safe_load(VARIABLE.sub("192.0.2.1", read("compose.yaml")))
    assert isinstance(found, dict)
    return found


def kubernetes() -> list[Table]:
    """Return the documents of kubernetes.yaml."""
    return list(yaml.safe_load_all(read("kubernetes.yaml")))


def dockerfile() -> list[Instruction]:
    """Return the instructions of the Dockerfile, each on one line."""
    lines = [line for line in read("Dockerfile").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [
        (word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined if line)
    ]


def image_environment() -> dict[str, str]:
    """Return the variables that the image has by itself, of ours."""
    said = [rest.split() for word, rest in dockerfile() if word == "ENV"]
    pairs = (pair.partition("=") for pairs in said for pair in pairs)
    return {name: value for name, _, value in pairs if name.startswith("CAREWIRE_")}


def settings(environment: Mapping[str, str]) -> Settings:
    """Return what the program in the image makes of *environment*; an unknown name is an error."""
    return load(None, {**image_environment(), **environment})


def command(words: Sequence[str]) -> Arguments:
    """Return what the program makes of that command line; one that makes no sense ends the test."""
    return parse([word.replace("$(CAREWIRE_NODE_NAME)", "media-0") for word in words])


def seconds(text: str) -> int:
    """Return how long a text like `30s` or `5m` is."""
    return int(text[:-1]) * UNITS[text[-1]]


def way_out(said: Settings) -> float:
    """Return the seconds that an orderly stop may take."""
    return stop_seconds(said.node)


def is_pinned(image: str) -> bool:
    """Return whether an image is named with a version."""
    _, _, tag = image.rpartition("/")[2].partition(":")
    return bool(tag) and bool(re.match(r"\d+\.\d+", tag))


def gives_away(environment: Iterable[tuple[str, str]]) -> list[str]:
    """Return the variables that hold a secret themselves instead of the name of a file."""
    return [
        name
        for name, value in environment
        if (any(word in name.lower() for word in SECRET_WORDS) and not name.endswith("_FILE"))
        or re.search(r"//[^/@]*:[^/@]*@", value)
    ]
