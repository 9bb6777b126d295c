"""`scripts/simulate`: run simulated clinics, print what fails, and sum up."""

# ruff: noqa: T201  a command prints

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from tests.simulation.simulation import CONTROLS, Outcome, simulate


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; return 1 when a seed failed (or, under a control, when none did)."""
    options = _options().parse_args(arguments)
    started = time.perf_counter()
    outcomes = []
    for seed in range(options.start, options.start + options.seeds):
        outcome = simulate(seed, options.control, trace=options.trace)
        outcomes.append(outcome)
        for line in outcome.lines:
            print(line)
        if outcome.failures:
            _report(outcome, options.control)
    print(summary(outcomes, time.perf_counter() - started))
    failed = any(outcome.failures for outcome in outcomes)
    return int(failed is not bool(options.control))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/simulate",
        description="Run whole clinics in virtual time, each with the troubles of its seed.",
    )
    parser.add_argument("--seeds", type=int, default=20, metavar="N", help="how many runs (20)")
    parser.add_argument("--start", type=int, default=0, metavar="S", help="the first seed (0)")
    parser.add_argument(
        "--control",
        choices=CONTROLS,
        default="",
        help="break this promise on purpose: runs must fail, and the exit code is 0 if one does",
    )
    parser.add_argument("--trace", action="store_true", help="print all that happens")
    return parser


def _report(outcome: Outcome, control: str) -> None:
    """Say what failed, and that it fails in the same way again."""
    again = simulate(outcome.seed, control)
    same = (again.digest, again.failures) == (outcome.digest, outcome.failures)
    verdict = "replayed exactly" if same else "DOES NOT REPLAY"
    print(f"seed {outcome.seed} failed ({verdict}, trace {outcome.digest}):")
    for failure in outcome.failures:
        print(f"  {failure}")


def _known(seconds: Iterable[float | None]) -> list[float]:
    return [each for each in seconds if each is not None]


def summary(outcomes: Sequence[Outcome], seconds: float) -> str:
    """Return one line on all of *outcomes*."""
    after_kill = sorted(_known(outcome.silence.after_kill for outcome in outcomes))
    at_hand_over = _known(outcome.silence.at_hand_over for outcome in outcomes)
    digests = ",".join(outcome.digest for outcome in outcomes)
    virtual = sum(outcome.virtual_seconds for outcome in outcomes)
    return (
        f"{len(outcomes)} seeds, {sum(bool(outcome.failures) for outcome in outcomes)} failed: "
        f"{sum(outcome.acks for outcome in outcomes)} answered commands, "
        f"{sum(outcome.confirmed for outcome in outcomes)} confirmed visits, "
        f"{sum(outcome.faults for outcome in outcomes)} faults, "
        f"{sum(outcome.stale_answers for outcome in outcomes)} answers from the past, "
        f"longest silence after a kill {max(after_kill, default=0.0):.2f} s "
        f"(median {after_kill[len(after_kill) // 2] if after_kill else 0.0:.2f} s), "
        f"at a hand-over {max(at_hand_over, default=0.0):.2f} s, "
        f"{virtual / 3600:.1f} virtual hours in {seconds:.1f} s, "
        f"trace {blake2b(digests.encode(), digest_size=8).hexdigest()}"
    )


if __name__ == "__main__":
    sys.exit(main())
