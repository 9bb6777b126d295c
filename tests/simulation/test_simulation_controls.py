"""Simulated clinics can fail, and they repeat themselves."""

import os
import subprocess
import sys

import pytest

from tests.simulation.simulation import CONTROLS, simulate

CONTROL_SEEDS = 8


@pytest.mark.parametrize("control", CONTROLS)
def test_a_broken_promise_is_noticed(control: str) -> None:
    assert any(simulate(seed, control).failures for seed in range(CONTROL_SEEDS))


def test_who_waits_for_the_life_of_a_dead_owner_to_end_is_given_the_time() -> None:
    assert not simulate(101_055).failures


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
