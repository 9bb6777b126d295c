"""Python source as a tree, also in the middle of other tests' garbage.

What is said of garbage when it is collected may parse Python (the carets of a traceback), and
CPython 3.11 can't while it parses already: `AST constructor recursion depth mismatch`.
"""

import ast
import gc


def parsed(source: str) -> ast.Module:
    """Return the tree of *source*."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        if was_on:
            gc.enable()
