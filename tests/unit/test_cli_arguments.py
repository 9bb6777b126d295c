"""The command line: what it takes, what it refuses, what it prints."""

import pytest

import supervisor
from actors.caller import Role
from actors.operations.arguments import Exit, parse
from actors.operations.tables import render
from actors.runtime.operations import Accepted, DeadLetterList, DeadLetterRow, EntryRow, Explanation
from config import VERSION


def test_a_verb_keeps_what_it_was_told() -> None:
    said = parse(["inspect", "doctor/x", "--events", "3", "--reveal", "--json"])
    assert (said.verb, said.address, said.events, said.reveal, said.json) == (
        "inspect",
        "doctor/x",
        3,
        True,
        True,
    )


def test_user_add_takes_a_role() -> None:
    said = parse(["user", "add", "--role", "doctor"])
    assert (said.verb, said.what, said.of_role) == ("user", "add", Role.DOCTOR)


def test_up_takes_a_role_a_name_and_a_number_of_nodes() -> None:
    said = parse(["up", "--role", "edge", "--name", "e-1", "--nodes", "3"])
    assert (said.role, said.name, said.nodes) == ("edge", "e-1", 3)
    plain = parse(["up"])
    assert (plain.role, plain.name, plain.nodes, plain.demo) == (None, "", 1, False)


def test_migrate_may_say_where_to() -> None:
    assert parse(["migrate"]).to == ""
    said = parse(["migrate", "--to", "postgresql://a@b/c", "--password-file", "p"])
    assert (said.to, said.password_file, said.tls_ca) == ("postgresql://a@b/c", "p", "")


def test_drain_takes_a_node() -> None:
    assert parse(["drain", "n-2"]).drained == "n-2"
    assert parse(["drain"]).drained == ""


def test_certs_takes_lists() -> None:
    said = parse(["certs", "keys", "--servers", "a=10.0.0.1, b=b.example", "--nodes", "n1,n2"])
    assert said.bus_servers == ("a=10.0.0.1", "b=b.example")
    assert said.bus_nodes == ("n1", "n2")


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["fly"],
        ["inspect"],
        ["user"],
        ["user", "add"],
        ["user", "add", "--role", "operator"],
        ["deadletters", "retry"],
        ["ps", "--limit", "many"],
        ["check"],
        ["check", "everything"],
        ["media"],
        ["up", "--role", "media"],
        ["up", "--name", "two words"],
        ["up", "--nodes", "0"],
        ["up", "--nodes", "many"],
        ["drain", "a", "b"],
        ["certs"],
    ],
)
def test_a_line_that_makes_no_sense_ends_with_two(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(line)
    assert ended.value.code == Exit.USAGE
    assert "usage: carewire" in capsys.readouterr().err


def test_help_says_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    told = capsys.readouterr().out
    assert all(f"\n  {code.value}  " in told for code in Exit)


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert supervisor.main(["version"]) == Exit.DONE
    assert capsys.readouterr().out == f"{VERSION}\n"


def test_settings_that_make_no_sense_end_with_two(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAREWIRE_EDGE_PORT", "x")
    assert supervisor.main(["version"]) == Exit.USAGE
    assert "CAREWIRE_EDGE_PORT" in capsys.readouterr().err


def test_nothing_of_a_stranger_moves_the_cursor() -> None:
    events = ({"type": "Said", "text": "\x1b[2J\nforged"},)
    entry = EntryRow("a/b", 1, 0, "Say\x1b[2J", "id", "patient:x\r", events)
    for answer in (
        Explanation("x", (entry,)),
        Accepted("\x9b2J"),
        DeadLetterList((DeadLetterRow("1", "a/b", "c/d", "Say", "code", "\x1b]0;x\x07", 0),)),
    ):
        assert all(one.isprintable() or one == "\n" for one in render(answer))
    assert len(render(Explanation("x", (entry,))).splitlines()) == 2


def test_an_entry_says_under_which_epoch_it_was_committed_where_that_is_known() -> None:
    entry = EntryRow("a/b", 1, 0, "Say", "id", "patient:x", (), epoch=7)
    assert render(Explanation("x", (entry,))).endswith("a/b#1  Say  patient:x  epoch 7")
    of_before = EntryRow("a/b", 1, 0, "Say", "id", "patient:x", ())
    assert render(Explanation("x", (of_before,))).endswith("a/b#1  Say  patient:x")


def test_no_dead_letters_is_a_sentence() -> None:
    assert render(DeadLetterList(())) == "There are no dead letters."
