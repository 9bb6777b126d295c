"""The program as a process with a clock of its own.

Run as `python -m tests.node_process SECONDS WORDS...`: its wall clock is off by so many seconds;
the words are those of the command line.
"""

import sys
from datetime import datetime, timedelta

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
    import supervisor  # its parts read the clock when they are imported

    sys.exit(supervisor.main(sys.argv[2:]))
