"""Log lines: one per event, which nobody can forge and which carry no secret (E23, U05)."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from config.logging import configure
from config.settings import LogSettings

TRICKY = st.text(
    st.sampled_from('a"\\{}\r\n\t\x00\x1b[31m\x7f\x85\x9b\u2028\u2029\u202e') | st.characters()
)


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Give the logging of the test run back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(form: Any, event: str, **fields: object) -> str:  # noqa: ANN401  a literal
    stream = io.StringIO()
    configure(LogSettings(format=form), stream)
    structlog.get_logger("test").info(event, **fields)
    logging.getLogger("library").warning("said %s", event)
    return stream.getvalue()


@given(TRICKY, TRICKY)
def test_e23_every_line_is_one_json_object(event: str, value: str) -> None:
    lines = written("json", event, value=value).split("\n")
    ours, library, end = lines
    assert end == ""
    assert json.loads(ours)["event"] == event
    assert json.loads(ours)["value"] == value
    assert json.loads(library)["event"] == f"said {event}"


@pytest.mark.parametrize("form", ["json", "text"])
def test_e23_half_a_character_can_be_written(form: str) -> None:
    text = written(form, "half", value="\ud800")
    assert "\\ud800" in text
    assert text.encode().decode() == text


@given(TRICKY, TRICKY)
def test_e23_text_for_people_has_no_control_characters(event: str, value: str) -> None:
    text = written("text", event, value=value)
    assert len(text.splitlines()) == 2
    assert not any(ord(one) < 0x20 or 0x7F <= ord(one) < 0xA0 for one in text.replace("\n", ""))


def test_a_traceback_is_part_of_its_line() -> None:
    stream = io.StringIO()
    configure(LogSettings(format="json"), stream)
    try:
        int("no number")
    except ValueError:
        structlog.get_logger("test").exception("broken")
    (line,) = stream.getvalue().splitlines()
    assert "ValueError: invalid literal" in msgspec.json.decode(line)["exception"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_u05_a_field_whose_name_says_secret_is_masked(form: str) -> None:
    text = written(form, "x", password="hunter2", refresh_token="hunter2", Cookie="hunter2")
    assert "hunter2" not in text
    assert text.count("***") == 3


def test_what_is_below_the_level_is_not_written() -> None:
    stream = io.StringIO()
    configure(LogSettings(level="error", format="json"), stream)
    structlog.get_logger("test").warning("quiet")
    logging.getLogger("library").warning("quiet")
    assert stream.getvalue() == ""


def test_u05_the_values_of_statements_are_not_written_down_even_at_debug() -> None:
    stream = io.StringIO()
    configure(LogSettings(level="debug", format="json"), stream)
    logging.getLogger("aiosqlite").debug("executing INSERT with 'my heart races'")
    logging.getLogger("nats").debug("still there")
    assert "heart" not in stream.getvalue()
    assert "still there" in stream.getvalue()
