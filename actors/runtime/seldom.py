"""Warnings that may come by the thousand: each kind is written once in a while, with a count."""

import logging
import time

PAUSE = 5.0
"""Seconds between two lines of one kind."""


class SeldomLog:
    """A logger for faults that somebody else can cause as often as they like."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._next: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def warning(
        self, kind: str, detail: object = "", *, fault: BaseException | None = None
    ) -> None:
        """Write *kind* (a fixed sentence) with its *detail*, unless that was done just now."""
        now = time.monotonic()
        if now < self._next.get(kind, 0.0):
            self._unsaid[kind] = self._unsaid.get(kind, 0) + 1
            return
        self._next[kind] = now + PAUSE
        unsaid = self._unsaid.pop(kind, 0)
        more = f" (and {unsaid} more before)" if unsaid else ""
        self._logger.warning("%s %s%s", kind, detail, more, exc_info=fault)
