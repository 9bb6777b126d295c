"""Runs a program apart: bytes in, bytes out, within a time. What goes wrong there stays there."""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from subprocess import DEVNULL
from typing import NamedTuple

import anyio
from anyio.abc import ByteReceiveStream, ByteSendStream, Process

PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG", "TZ")
"""Of our environment; the rest of it is none of the program's business."""

LAST_WORDS = 1.0
"""Seconds until nothing more is sent to a program that ended, though something holds its pipe."""


class Ran(NamedTuple):
    """What became of a program: its exit code (negative: the signal that ended it) and words."""

    code: int
    said: bytes


async def run_apart(command: Sequence[str], data: bytes, *, seconds: float, most: int) -> Ran:
    """Run *command* with *data* on its standard input; no shell reads it.

    Of its standard output the first *most* bytes are returned. Raises `TimeoutError` when it takes
    longer than *seconds* (it is killed then, with what it started), and `OSError` when it can't be
    started.
    """
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    process = await anyio.open_process(
        command, stderr=DEVNULL, env=environment, start_new_session=True
    )
    try:
        return await _talk(process, data, seconds, most)
    finally:
        with anyio.CancelScope(shield=True):
            await process.aclose()


async def _talk(process: Process, data: bytes, seconds: float, most: int) -> Ran:
    assert process.stdin is not None  # noqa: S101  it is started with pipes
    assert process.stdout is not None  # noqa: S101
    feeding = anyio.CancelScope(shield=True)
    code, said = 0, b""
    async with anyio.create_task_group() as group:
        group.start_soon(_feed, process.stdin, data, feeding)
        try:
            with anyio.move_on_after(seconds) as patience:
                said = await _read(process.stdout, most)
                code = await process.wait()
        finally:
            _kill(process)
            feeding.deadline = anyio.current_time() + LAST_WORDS
    if patience.cancelled_caught:
        raise TimeoutError
    return Ran(code, said)


async def _feed(stream: ByteSendStream, data: bytes, feeding: anyio.CancelScope) -> None:
    """Send *data*, or as much of it as the program wants: its end breaks the pipe."""
    with feeding, suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        await stream.send(data)
        await stream.aclose()


async def _read(stream: ByteReceiveStream, most: int) -> bytes:
    """Return the first *most* bytes; the rest is read too, so that nobody waits for us."""
    said = bytearray()
    async for chunk in stream:
        said += chunk[: most - len(said)]
    return bytes(said)


def _kill(process: Process) -> None:
    """Kill the program and what it started, if it still runs."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
