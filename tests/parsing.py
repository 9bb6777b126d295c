"""Python source as a tree, also in the middle of other tests' garbage.

What is said of garbage when it is collected may parse Python (the carets of a traceback), and
CPython 3.11 can't while it parses already: `AST constructor recursion depth mismatch`.
"""

import ast
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def garbage_kept() -> Iterator[None]:
    """Collect nothing until the end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def parsed(source: str) -> ast.Module:
    """Return the tree of *source*."""
    with garbage_kept():
        return ast.parse(source)
