"""The Caddyfile: read as blocks, and held to the nodes that it stands before."""

import shlex
from typing import TypeAlias

from actors.files.messages import MOST_BYTES
from config.settings import EdgeSettings
from http_edge.health import READY
from tests.unit.deploy_support import compose, read, seconds, settings

Line: TypeAlias = tuple[str, ...]
Block: TypeAlias = dict[Line, "Block"]
"""What stands in braces: each line, with the block that it opens (or none)."""


class Unbalanced(Exception):
    """A brace is missing, or is one too many."""


def blocks(text: str) -> Block:
    """Return the lines of a Caddyfile."""
    top: Block = {}
    inside = [top]
    for raw in text.splitlines():
        words = tuple(shlex.split(raw, comments=True))
        if words == ("}",):
            inside.pop()
        elif words:
            opens = words[-1] == "{"
            inner: Block = {}
            if not inside:
                raise Unbalanced
            inside[-1][words[:-1] if opens else words] = inner
            inside += [inner] if opens else []
    if len(inside) != 1:
        raise Unbalanced
    return top


FILE = blocks(read("Caddyfile"))
SITE = FILE[("{$SITE}",)]
(PROXY,) = (line for line in SITE if line[0] == "reverse_proxy")


def said(block: Block, name: str) -> str:
    """Return the one value of *name* in *block*."""
    (value,) = (line[1] for line in block if line[0] == name)
    return value


def test_a_brace_too_few_or_too_many_is_seen() -> None:
    text = read("Caddyfile")
    for broken in (text.replace("}", "", 1), text + "\n}\n}\n", text.replace("SITE} {", "SITE}")):
        try:
            blocks(broken)
        except (Unbalanced, IndexError):
            continue
        raise AssertionError(broken)


def test_it_stands_before_every_node_and_nobody_else() -> None:
    services = compose()["services"]
    nodes = {
        f"{name}:{settings(one['environment']).edge.port}"
        for name, one in services.items()
        if name.startswith("node-")
    }
    assert set(PROXY[1:]) == nodes
    assert "SITE" in services["proxy"]["environment"]
    assert ("./Caddyfile:/etc/caddy/Caddyfile:ro") in services["proxy"]["volumes"]


def test_a_node_that_is_not_ready_is_left_alone() -> None:
    how = SITE[PROXY]
    assert said(how, "health_uri") == READY
    assert seconds(said(how, "health_interval")) <= 5
    assert seconds(said(how, "lb_try_duration")) >= seconds(said(how, "health_interval"))
    assert seconds(said(how, "fail_duration")) > 0


def test_sockets_are_neither_buffered_nor_ended() -> None:
    how = SITE[PROXY]
    assert said(how, "stream_timeout") == "0"
    assert seconds(said(how, "stream_close_delay")) >= 60
    assert not {"request_buffers", "response_buffers"} & {line[0] for line in how}


def test_it_never_uses_a_connection_that_a_node_may_be_closing() -> None:
    http = SITE[PROXY][("transport", "http")]
    assert seconds(said(http, "keepalive")) < EdgeSettings().header_seconds


def test_the_largest_file_gets_through() -> None:
    size = said(SITE[("request_body",)], "max_size")
    assert size.endswith("MB")
    assert int(size.removesuffix("MB")) * 1_000_000 > MOST_BYTES


def test_nobody_outside_asks_how_a_node_is() -> None:
    assert ("respond", "/health/*", "404") in SITE
    assert READY.startswith("/health/")


def test_e22_no_address_that_somebody_typed_is_written_down() -> None:
    assert not [line for line in (*SITE, *FILE[()]) if line[0] == "log"]


def test_when_no_node_is_left_people_are_told_so() -> None:
    (trouble,) = (line for line in SITE if line[0] == "handle_errors")
    assert {"502", "503", "504"} == set(trouble[1:])
    (answer,) = (line for line in SITE[trouble] if line[0] == "respond")
    assert "emergency" in answer[1]
