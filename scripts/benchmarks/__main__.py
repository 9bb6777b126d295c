"""`scripts/bench [runtime|store|http|memory|scheduling|chat|calls|all] [--json FILE] ...`."""

import argparse
from functools import partial
from pathlib import Path

import uvloop

from scripts.benchmarks import calls, chat, http, memory, runtime, scheduling, store
from scripts.benchmarks.figures import Figures

PARTS = {
    "runtime": runtime.measure,
    "store": store.measure,
    "http": http.measure,
    "memory": memory.measure,
    "scheduling": scheduling.measure,
    "chat": chat.measure,
    "calls": calls.measure,
}


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=(*PARTS, "all"))
    parser.add_argument("--json", type=Path, help="write the figures by name")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each load runs")
    parser.add_argument(
        "--pairs", type=int, nargs="+", default=chat.PAIRS, help="how many pairs of people chat"
    )
    asked = parser.parse_args()
    figures = Figures()
    try:
        for name, measure in (PARTS | {"chat": partial(chat.measure, pairs=asked.pairs)}).items():
            if asked.what in {name, "all"}:
                uvloop.run(measure(figures, asked.seconds))
    finally:
        if asked.json:
            figures.write(asked.json)


if __name__ == "__main__":
    main()
