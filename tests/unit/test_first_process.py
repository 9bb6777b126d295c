"""What a process does that is the first one of its container, and has no init above it.

Each program here is the first process (PID 1) of a namespace of its own where that may be made;
elsewhere the kernel gives it orphans all the same, which is the other half of the matter.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import supervisor
from actors.operations import first_process

ROOT = Path(__file__).parents[2]
NAMESPACE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")

PROGRAM = """
import ctypes, os, signal, sys
from actors.operations import first_process
if not first_process.is_first():
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: orphans below are given to it
code = first_process.attend()
if code is not None:
    sys.exit(code)
assert not first_process.is_first()
def say(word):
    print(word, flush=True)
"""
WAITS = """
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
say("up")
while True:
    signal.pause()
"""
HANGS = """
signal.signal(signal.SIGTERM, lambda *_: signal.setitimer(signal.ITIMER_REAL, 0.01))
say("up")
while True:
    signal.pause()
"""
HEEDS_NOTHING = """
say("up")
while True:
    signal.pause()
"""
LEAVES_ORPHANS = """
orphans = []
for _ in range(3):
    reading, writing = os.pipe()
    if not os.fork():
        orphan = os.fork()
        if orphan:
            os.write(writing, b"%d" % orphan)
        os._exit(0)
    os.wait()
    orphans.append(int(os.read(reading, 20)))
def there(pid):
    try:
        os.kill(pid, 0)  # a zombie is there, too
    except ProcessLookupError:
        return False
    return True
while any(map(there, orphans)):
    pass
"""


def way_in() -> tuple[str, ...]:
    """Return how a program becomes the first process here; empty: it can't be made that."""
    try:
        tried = subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True)  # noqa: S603
    except FileNotFoundError:
        return ()
    return () if tried.returncode else NAMESPACE


WAY_IN = way_in()


@contextmanager
def first(program: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run *program*; yield what was started, and the pid of its first process."""
    words = [*WAY_IN, sys.executable, "-c", PROGRAM + program]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:  # noqa: S603
        try:
            assert started.stdout is not None
            assert started.stdout.readline() == "up\n"
            pid = started.pid
            if WAY_IN:
                pid = int(Path(f"/proc/{pid}/task/{pid}/children").read_text())
            yield started, pid
        finally:
            started.kill()


def test_a_signal_reaches_the_program_and_its_exit_code_comes_back() -> None:
    with first(WAITS) as (started, pid):
        os.kill(pid, signal.SIGTERM)
        assert started.wait(60) == 7


def test_a_stop_that_takes_too_long_is_ended_by_the_alarm() -> None:
    with first(HANGS) as (started, pid):
        os.kill(pid, signal.SIGTERM)
        assert started.wait(60) == 128 + signal.SIGALRM


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP])
def test_a_signal_without_a_handler_ends_the_program(number: signal.Signals) -> None:
    with first(HEEDS_NOTHING) as (started, pid):
        os.kill(pid, number)
        assert started.wait(60) == 128 + number


def test_who_was_left_by_their_parents_is_reaped() -> None:
    words = [*WAY_IN, sys.executable, "-c", PROGRAM + LEAVES_ORPHANS]
    assert subprocess.run(words, cwd=ROOT, check=False, timeout=60).returncode == 0  # noqa: S603


def test_every_command_runs_below_the_first_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_process, "is_first", lambda: True)
    monkeypatch.setattr(first_process, "attend", lambda: 7)
    assert supervisor.main(["version"]) == 7
    monkeypatch.setattr(first_process, "attend", lambda: None)
    assert supervisor.main(["version"]) == 0
