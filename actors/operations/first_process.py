"""The first process of a container (PID 1), where there is no init: it passes signals on and reaps.

The kernel treats that process unlike others. It ignores each signal for which it has no handler:
the alarm that ends a stop which takes too long, a second Ctrl-C. And it gets the children of all
who have died. So the program itself runs in a process below it.
"""

import os
import signal
from contextlib import suppress
from typing import Final

FIRST: Final = 1
PASSED_ON: Final = frozenset(
    {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2}
)
HEARD: Final = PASSED_ON | {signal.SIGCHLD}
KILLED: Final = 128
"""What shells add to the number of the signal that has ended a program."""


def is_first() -> bool:
    """Return whether this is the first process of its container."""
    return os.getpid() == FIRST


def attend() -> int | None:
    """Go on in a process below this one, where None is returned.

    Here that is attended to until its end, and its exit code returned. To be called before there
    are threads.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    child = os.fork()
    if not child:
        os.setsid()  # a Ctrl-C in the terminal comes once, from above
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return None
    code = None
    while code is None:
        number = signal.sigwait(HEARD)
        if number in PASSED_ON:
            with suppress(ProcessLookupError):
                os.kill(child, number)
        code = _reap(child)
    return code


def _reap(child: int) -> int | None:
    """Take note of all that have ended; return the exit code of *child* if it is among them."""
    code = None
    with suppress(ChildProcessError):  # there are none left
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                how = os.waitstatus_to_exitcode(ended[1])
                code = how if how >= 0 else KILLED - how
    return code
