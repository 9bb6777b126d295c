"""`scripts/bench [runtime|http|all] [--json FILE] [--seconds N]`."""

import argparse
from pathlib import Path

import uvloop

from scripts.benchmarks import runtime
from scripts.benchmarks.figures import Figures


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=("runtime", "http", "all"))
    parser.add_argument("--json", type=Path, help="write the figures by name")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each load runs")
    asked = parser.parse_args()
    figures = Figures()
    if asked.what in {"runtime", "all"}:
        uvloop.run(runtime.measure(figures, asked.seconds))
    if asked.json:
        figures.write(asked.json)


if __name__ == "__main__":
    main()
