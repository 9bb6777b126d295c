"""Python's cycle collector, set for a process that keeps many small things alive for long.

Its full runs visit every living object. By default they come so often that the slowest of 128
commands under way waited 27 ms; set like this, 14 ms (`scripts/bench`).
"""

import gc

YOUNG = 20_000
"""New objects before a first look at them."""
MIDDLE, OLD = 20, 50
"""Looks at one generation before one at the next older."""


def calm() -> None:
    """Leave what the start has made alone for ever, and look at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
