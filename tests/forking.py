"""Processes that begin at once: their parent has imported all that they need, and forks.

The parent reads a word per line. At `start` a child begins to work, and prints `ready` when it
does; at `kill` the child is ended with `kill -9`, and `gone` is printed. There is one at a time.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

Live = Callable[[], Coroutine[Any, Any, None]]


def fork_when_told(live: Live) -> None:
    """Be the parent of processes that *live*, until there is no more to read."""
    sys.stdout = sys.stderr  # what else is printed is no answer
    child = 0
    for word in sys.stdin:
        if word == "start\n":
            child = os.fork() or _be_child(live)
        elif child:
            child = _kill(child)
            say("gone")
    if child:
        _kill(child)


def say(word: str) -> None:
    """Tell *word* to whoever started us."""
    assert sys.__stdout__ is not None
    sys.__stdout__.write(f"{word}\n")
    sys.__stdout__.flush()


def _be_child(live: Live) -> int:
    """Live until killed; who comes back from that says so and is gone."""
    try:
        uvloop.run(live())
    except BaseException:  # noqa: BLE001  whatever it was, this process ends here
        traceback.print_exc()
    say("failed")
    os._exit(1)


def _kill(child: int) -> int:
    """End *child* as a power switch would, and return when it is gone: 0, as none is left."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 0
