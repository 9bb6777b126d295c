"""Who lets the signing keys move on where several processes share them: one, whichever lives."""

import asyncio
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from actors.runtime.mint import SeededMint
from http_edge import key_keeping
from http_edge.tokens import ACTIVE_SECONDS, Tokens
from tests.unit.runtime_support import Bench, in_virtual_time, tally
from tests.unit.test_runtime_shards import LIMITS, Cluster, opened_cluster
from tests.unit.test_tokens import HandClock, open_tokens
from tests.waiting import until

DIRECTORY = tally("directory")


def in_charge(cluster: Cluster) -> list[str]:
    """Return which nodes say that they are in charge of the directory."""
    return [node.name for node in cluster.nodes if node.owns(DIRECTORY)]


@in_virtual_time
async def test_of_several_nodes_one_is_in_charge_and_another_after_its_death(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 3)
    for left in (3, 2, 1):
        assert len(cluster.nodes) == left
        (name,) = in_charge(cluster)
        dead = cluster.home(DIRECTORY)
        assert dead.name == name
        cluster.kill(dead)
        assert not dead.owns(DIRECTORY)
        await asyncio.sleep(3 * LIMITS.lease)


@in_virtual_time
async def test_who_hands_over_is_in_charge_no_more(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 2)
    before = cluster.home(DIRECTORY)
    await before.drain()
    assert not before.owns(DIRECTORY)
    assert in_charge(cluster) == [node.name for node in cluster.nodes if node is not before]
    await cluster.end()
    await asyncio.sleep(1)


async def kept_up_once(tokens: Tokens, *, is_in_charge: bool) -> None:
    """Keep up the keys until they have moved on."""
    before = tokens.jwks()
    keeping = asyncio.create_task(key_keeping.keep_up(tokens, lambda: is_in_charge))
    await until(lambda: tokens.jwks() != before)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping


async def test_keys_move_on_at_once_at_who_is_in_charge_and_then_at_the_others(
    tmp_path: Path,
) -> None:
    file, clock = tmp_path / "tokens.json", HandClock()
    one, other = open_tokens(file, clock), open_tokens(file, clock)
    clock.seconds += ACTIVE_SECONDS
    await kept_up_once(one, is_in_charge=True)
    await kept_up_once(other, is_in_charge=False)
    assert one.jwks() == other.jwks()


async def test_what_can_t_be_read_is_logged_and_the_next_look_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, clock = tmp_path / "tokens.json", HandClock()
    tokens = Tokens.open(file, clock, SeededMint(1), issuer="https://x", seconds=60)
    kept = file.read_bytes()
    logged: list[str] = []
    monkeypatch.setattr(key_keeping, "HOUR", 0.01)
    monkeypatch.setattr(key_keeping, "log", SimpleNamespace(exception=logged.append))
    clock.seconds += ACTIVE_SECONDS
    file.write_bytes(b"half")
    keeping = asyncio.create_task(key_keeping.keep_up(tokens, lambda: True))
    await until(lambda: bool(logged))
    await asyncio.to_thread(file.write_bytes, kept)
    first = tokens.jwks()
    await until(lambda: tokens.jwks() != first)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
