"""Every requirement of SECURITY that the clinic promises is held by a test that names it."""

import ast
import re
from pathlib import Path

import pytest

from tests.parsing import parsed

TESTS = Path(__file__).parents[1]
ONLY_HERE = Path(__file__).name
PROMISED = (
    *(f"E{number:02}" for number in range(1, 26)),
    *(f"W{number:02}" for number in range(1, 11)),
    *("A01", "A05", "A06", "A07", "A09", "A17"),
    *(f"T{number:02}" for number in range(1, 7)),
    *(f"Z{number:02}" for number in range(1, 6)),
    *(f"F{number:02}" for number in range(1, 7)),
    "U05",
    *(f"N{number:02}" for number in range(1, 9)),
    *(f"M{number:02}" for number in range(1, 13)),
    *("D01", "D02", "D10"),
    *("C01", "C02", "C04"),
)
ID = re.compile(r"(?:^|[\s_(])([a-z]\d\d)(?=$|[\s_:.,)])", re.IGNORECASE)


def named_in(source: str) -> set[str]:
    """Return the requirements that the tests in *source* name, in a name or a docstring."""
    functions = (
        node
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    )
    said = (f"{each.name} {ast.get_docstring(each) or ''}" for each in functions)
    return {found.upper() for text in said for found in ID.findall(text)}


@pytest.fixture(scope="module")
def held() -> set[str]:
    """Return every requirement that some test names."""
    files = (file for file in TESTS.rglob("test_*.py") if file.name != ONLY_HERE)
    return set().union(*(named_in(file.read_text()) for file in files))


@pytest.mark.parametrize("requirement", PROMISED)
def test_a_test_names_the_requirement_that_it_holds(requirement: str, held: set[str]) -> None:
    assert requirement in held


def test_only_the_name_and_the_words_of_a_test_count() -> None:
    source = (
        'def test_x01_y02_both(): "Z03: and W04."\n'
        "def helper_q05(): pass\n"
        "# R06\n"
        "def test_ranges_s01_to_t09(): pass\n"
    )
    assert named_in(source) == {"X01", "Y02", "Z03", "W04", "S01", "T09"}
