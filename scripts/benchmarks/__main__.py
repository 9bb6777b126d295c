"""`scripts/bench [runtime|store|http|memory|scheduling|chat|calls|nodes|all] [--json FILE] ...`."""

import argparse
from functools import partial
from pathlib import Path

import uvloop

from scripts.benchmarks import calls, chat, http, memory, nodes, runtime, scheduling, store
from scripts.benchmarks.figures import Figures

PARTS = {
    "runtime": runtime.measure,
    "store": store.measure,
    "http": http.measure,
    "memory": memory.measure,
    "scheduling": scheduling.measure,
    "chat": chat.measure,
    "calls": calls.measure,
    "nodes": nodes.measure,
}


def _counts(text: str) -> tuple[int, ...]:
    """Read numbers of nodes, like `1,2,3`."""
    counts = tuple(int(each) for each in text.split(","))
    if min(counts) < 1:
        raise ValueError(text)
    return counts


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=(*PARTS, "all"))
    parser.add_argument("--json", type=Path, help="write the figures by name")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each load runs")
    parser.add_argument(
        "--pairs", type=int, nargs="+", default=chat.PAIRS, help="how many pairs of people chat"
    )
    parser.add_argument(
        "--nodes", type=_counts, help="measure so many nodes, like 1,2,3; alone: nothing else"
    )
    asked = parser.parse_args()
    what = asked.what or ("nodes" if asked.nodes else "all")
    chosen = {
        "chat": partial(chat.measure, pairs=asked.pairs),
        "nodes": partial(nodes.measure, counts=asked.nodes or nodes.COUNTS),
    }
    figures = Figures()
    try:
        for name, measure in (PARTS | chosen).items():
            if what in {name, "all"}:
                uvloop.run(measure(figures, asked.seconds))
    finally:
        if asked.json:
            figures.write(asked.json)


if __name__ == "__main__":
    main()
