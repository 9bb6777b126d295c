"""Whole clinics in virtual time: 200 seeds (`scripts/simulate` runs any), and controls."""

import os
import subprocess
import sys

import pytest

from tests.simulation.simulation import CONTROLS, simulate

CHUNK = 25
CONTROL_SEEDS = 8


@pytest.mark.parametrize("start", range(0, 200, CHUNK))
def test_every_promise_holds_through_all_troubles(start: int) -> None:
    failed = {
        seed: outcome.failures
        for seed in range(start, start + CHUNK)
        if (outcome := simulate(seed)).failures
    }
    assert not failed


@pytest.mark.parametrize("control", CONTROLS)
def test_a_broken_promise_is_noticed(control: str) -> None:
    assert any(simulate(seed, control).failures for seed in range(CONTROL_SEEDS))


def test_a_seed_runs_the_same_twice() -> None:
    once, again = simulate(11), simulate(11)
    assert once == again


def test_a_seed_runs_the_same_whatever_the_hashes_of_strings_are() -> None:
    command = [sys.executable, "-m", "tests.simulation.command", "--seeds", "3", "--start", "40"]
    traces = [
        subprocess.run(  # noqa: S603  our own interpreter and module
            command,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.rpartition("trace ")[2]
        for hash_seed in ("1", "2")
    ]
    assert traces[0] == traces[1]
