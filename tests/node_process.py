"""The program as a process with a clock of its own.

Run as `python -m tests.node_process SECONDS RELEASE WORDS...`: its wall clock is off by so many
seconds, and it says that it is of that release (empty: of its own); the words are those of the
command line.
"""

import sys
from datetime import datetime, timedelta

import config
from actors.runtime.clock import SystemClock


def set_off(seconds: float) -> None:
    """Let every clock of this process be off by *seconds*."""
    unix_ms, now, way = SystemClock.unix_ms, SystemClock.now, timedelta(seconds=seconds)

    def wrong_now(self: SystemClock) -> datetime:
        return now(self) + way

    def wrong_ms(self: SystemClock) -> int:
        return unix_ms(self) + way // timedelta(milliseconds=1)

    SystemClock.now = wrong_now  # type: ignore[method-assign]
    SystemClock.unix_ms = wrong_ms  # type: ignore[method-assign]


if __name__ == "__main__":
    set_off(float(sys.argv[1]))
    config.VERSION = sys.argv[2] or config.VERSION
    import supervisor  # its parts read clock and release when they are imported

    sys.exit(supervisor.main(sys.argv[3:]))
