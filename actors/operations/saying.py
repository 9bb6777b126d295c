"""What the command line says: to the person who waits for it, or why it did not work."""

import sys

from actors.operations.arguments import Exit


def say(text: str) -> None:
    """Tell the person who has started it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def fail(sentence: str, code: Exit = Exit.FAILED) -> Exit:
    """Say on standard error why it did not work."""
    sys.stderr.write(f"carewire: {sentence}\n")
    return code
