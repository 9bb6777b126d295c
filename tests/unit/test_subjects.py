"""N05: a subject is made of checked tokens, by one file."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.address import Address
from actors.runtime.subjects import (
    SHARDS,
    actor_subject,
    edge_subject,
    node_subject,
    shard_of,
    token,
)

ROOT = Path(__file__).parents[2]
SUBJECT = re.compile(r"(actor|edge|node)(\.[A-Za-z0-9_-]{1,64}){1,2}", re.ASCII)
LITERAL = re.compile(r"""f?["'](actor|edge|node)\.[{*>]""")


def build(text: str) -> list[str]:
    """Return every subject into which *text* can be put."""
    return [
        actor_subject(text, 1),
        edge_subject(text, "socket"),
        edge_subject("node", text),
        node_subject(text),
    ]


@given(st.text())
def test_n05_no_text_makes_a_subject_with_other_tokens(text: str) -> None:
    """N05."""
    try:
        subjects = build(text)
    except ValueError:
        return
    assert all(SUBJECT.fullmatch(subject) for subject in subjects)


@given(st.text(max_size=10), st.sampled_from(list(".*> \t\r\n\0/é")), st.text(max_size=10))
def test_n05_what_means_something_on_the_bus_is_refused(before: str, bad: str, after: str) -> None:
    """N05."""
    with pytest.raises(ValueError, match="token"):
        token(before + bad + after)


@given(st.from_regex(re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII), fullmatch=True))
def test_n05_an_id_is_a_token(text: str) -> None:
    """N05."""
    assert token(text) == text


@pytest.mark.parametrize("text", ["", "x" * 65, "ok\n"])
def test_n05_a_token_has_1_to_64_characters(text: str) -> None:
    """N05."""
    with pytest.raises(ValueError, match="token"):
        token(text)


def test_n05_no_other_file_writes_subjects() -> None:
    """N05."""
    rooms = [*ROOT.glob("actors/**/*.py"), *ROOT.glob("http_edge/**/*.py"), ROOT / "supervisor.py"]
    own = {ROOT / "actors/runtime/subjects.py", ROOT / "actors/runtime/nats_config.py"}
    writers = [file for file in rooms if file not in own and file.exists()]
    assert not [file for file in writers if LITERAL.search(file.read_text())]


@given(st.text(), st.text())
def test_every_address_has_a_shard_that_never_changes(kind: str, key: str) -> None:
    shard = shard_of(Address(kind, key))
    assert 0 <= shard < SHARDS
    assert shard == shard_of(Address(kind, key))


def test_the_shards_of_known_addresses_are_what_the_store_remembers() -> None:
    assert shard_of(Address("doctor", "grey")) == 77
    assert shard_of(Address("patient", "ada"), shards=16) == 13


def test_all_shards_and_sockets_are_served_by_a_star() -> None:
    assert actor_subject("doctor", None) == "actor.doctor.*"
    assert edge_subject("main", None) == "edge.main.*"
