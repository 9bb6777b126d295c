"""What people are told to type, in the README and at the top of the files, makes sense."""

import re
import shlex
from collections.abc import Iterator

import pytest

from tests.unit.deploy_support import ROOT, command, read

README = (ROOT / "README.md").read_text()
_, _, REST = README.partition("## When one machine is not enough")
PART, _, _ = REST.partition("\n## ")
CALL = re.compile(r"^(?:sudo -u \w+ )?(?:/opt/carewire/bin/)?carewire (?!: )(.+)$", re.MULTILINE)


def whole(text: str) -> str:
    """Return *text* with lines joined that a backslash parts."""
    return text.replace("\\\n", " ")


def typed() -> Iterator[str]:
    """Return each command line of ours, without the name of the program."""
    for block in re.findall(r"^```\n(.*?)^```", PART, re.MULTILINE | re.DOTALL):
        yield from CALL.findall(whole(block))
    said = (text.replace("\n", " ") for text in re.findall(r"`carewire (\w+ [^`]+)`", PART))
    yield from (text.replace("...", "") for text in said if "//..." not in text)
    for name in ("compose.yaml", "kubernetes.yaml"):
        comment = re.sub(r"^# *", "", read(name), flags=re.MULTILINE)
        yield from CALL.findall(whole(comment))
        yield from re.findall(r"`carewire ([^`\n]+ [^`]+)`", comment)


TYPED = tuple(dict.fromkeys(" ".join(line.split()) for line in typed()))


@pytest.mark.parametrize("line", TYPED)
def test_it_is_a_command_line_of_ours(line: str) -> None:
    assert command(shlex.split(line)).verb == re.sub(r"--config \S+ ", "", line).split()[0]


def test_the_important_ones_are_among_them() -> None:
    verbs = {line.replace("--config /etc/carewire/carewire.toml ", "").split()[0] for line in TYPED}
    assert {"up", "certs", "nodes", "drain"} <= verbs


def test_every_file_for_deployment_that_is_named_is_there() -> None:
    links = re.findall(r"\]\((config/deploy/[^)]+)\)", README)
    assert len(links) >= 4
    for link in links:
        assert (ROOT / link).is_file(), link
