"""Scanners: a program of the clinic's own, and a clamd; and what they say when they are down."""

import os
import struct
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from anyio.abc import SocketAttribute, SocketStream

from actors.files.scanners import (
    MOST_SAID,
    ClamdScanner,
    CommandScanner,
    NoScanner,
    Scanned,
    Verdict,
    scanner_of,
)
from config.files import FilesSettings
from tests.unit.sample_files import EICAR, pdf

LARGE = bytes(3_000_000)

LOOKS_FOR_EICAR = f"""
import sys
found = {EICAR!r} in sys.stdin.buffer.read()
print("Eicar-Test-Signature\\nand more" if found else "OK")
sys.exit(found)
"""


def script(text: str, *, seconds: float = 20.0) -> CommandScanner:
    return CommandScanner((sys.executable, "-c", text), seconds=seconds)


async def test_without_a_scanner_all_is_well() -> None:
    assert await NoScanner().scan(EICAR) == Scanned(Verdict.CLEAN)


@pytest.mark.parametrize("data", [b"", b"fine", LARGE])
async def test_f05_a_program_says_that_a_file_is_clean(data: bytes) -> None:
    assert await script(LOOKS_FOR_EICAR).scan(data) == Scanned(Verdict.CLEAN)


@pytest.mark.parametrize("data", [EICAR, LARGE + EICAR, pdf(EICAR)])
async def test_f05_a_program_says_that_a_file_is_infected_and_by_what(data: bytes) -> None:
    found = await script(LOOKS_FOR_EICAR).scan(data)
    assert found == Scanned(Verdict.INFECTED, "Eicar-Test-Signature")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise SystemExit(2)", "exit code 2"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "exit code -9"),
    ],
)
async def test_f05_a_program_that_says_neither_says_nothing(text: str, said: str) -> None:
    assert await script(text).scan(LARGE) == Scanned(Verdict.UNKNOWN, said)


async def test_f05_a_program_that_is_not_there_says_nothing() -> None:
    assert (await CommandScanner(("/nowhere/scan",)).scan(b"")).verdict is Verdict.UNKNOWN


async def test_a_program_that_answers_before_it_has_read_all_is_believed() -> None:
    found = await script("import sys; print('known'); sys.exit(1)").scan(LARGE)
    assert found == Scanned(Verdict.INFECTED, "known")


async def test_a_program_that_talks_without_end_is_not_listened_to_for_long() -> None:
    found = await script("import sys; print('x' * 3_000_000); sys.exit(1)").scan(b"")
    assert found == Scanned(Verdict.INFECTED, "x" * MOST_SAID)


async def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    """An argument that would mean something to a shell is an argument."""
    file = tmp_path / "made"
    command = (sys.executable, "-c", "import sys; sys.exit(len(sys.argv) != 2)", f"; > {file}")
    assert (await CommandScanner(command).scan(b"")).verdict is Verdict.CLEAN
    assert not file.exists()


async def test_a_program_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREWIRE_SECRET", "x")
    text = "import os, sys; sys.exit(any('CAREWIRE' in name for name in os.environ))"
    assert (await script(text).scan(b"")).verdict is Verdict.CLEAN


async def test_f05_a_program_that_hangs_is_left() -> None:
    found = await script("import time; time.sleep(600)", seconds=0.5).scan(LARGE)
    assert found == Scanned(Verdict.UNKNOWN, "too slow")


STARTS_A_CHILD = """
import subprocess, sys, time
child = "import sys, time; held = open(sys.argv[1], 'wb', 0); held.write(b'x'); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", child, {pipe!r}])
time.sleep(600)
"""


async def test_f05_a_program_that_is_left_is_killed_with_what_it_started(tmp_path: Path) -> None:
    """Its child holds a pipe of the test's; that the pipe ends shows that the child is gone."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    async with anyio.create_task_group() as group:
        group.start_soon(script(STARTS_A_CHILD.format(pipe=str(pipe))).scan, LARGE)
        held = await anyio.to_thread.run_sync(lambda: pipe.open("rb", 0))
        assert await anyio.to_thread.run_sync(held.read, 1) == b"x"
        group.cancel_scope.cancel()
    with held:
        assert await anyio.to_thread.run_sync(held.read) == b""


# --- clamd -------------------------------------------------------------------------------------


class Clamd:
    """Speaks clamd's protocol, as far as a stream is scanned, and finds EICAR."""

    def __init__(self, answer: bytes | None = None, limit: int = 30_000_000) -> None:
        self.answer = answer
        """What it says in place of the truth."""
        self.limit = limit
        self.heard: list[bytes] = []

    async def serve(self, stream: SocketStream) -> None:
        """Answer one caller."""
        async with stream:
            heard = bytearray()
            assert await _exactly(stream, len(b"nINSTREAM\n")) == b"nINSTREAM\n"
            while size := struct.unpack("!L", await _exactly(stream, 4))[0]:
                heard += await _exactly(stream, size)
                if len(heard) > self.limit:
                    await stream.send(b"INSTREAM size limit exceeded. ERROR\n")
                    return
            self.heard.append(bytes(heard))
            truth = b"stream: Eicar-Signature FOUND\n" if EICAR in heard else b"stream: OK\n"
            await stream.send(truth if self.answer is None else self.answer)


async def _exactly(stream: SocketStream, size: int) -> bytes:
    said = b""
    while len(said) < size:
        said += await stream.receive(size - len(said))
    return said


async def hang_up(stream: SocketStream) -> None:
    await stream.aclose()


async def say_nothing(stream: SocketStream) -> None:
    async with stream:
        await anyio.sleep_forever()


@asynccontextmanager
async def listening(serve: Callable[[SocketStream], object]) -> AsyncIterator[int]:
    """Serve on a port of loopback."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, serve)
        yield int(listener.extra(SocketAttribute.local_port))  # noqa: S610  no database here
        group.cancel_scope.cancel()


@pytest.mark.parametrize("data", [b"", b"fine", LARGE])
async def test_f05_a_clamd_says_that_a_file_is_clean(data: bytes) -> None:
    clamd = Clamd()
    async with listening(clamd.serve) as port:
        assert await ClamdScanner("127.0.0.1", port).scan(data) == Scanned(Verdict.CLEAN)
    assert clamd.heard == [data]


@pytest.mark.parametrize("data", [EICAR, LARGE + EICAR])
async def test_f05_a_clamd_says_that_a_file_is_infected_and_by_what(data: bytes) -> None:
    async with listening(Clamd().serve) as port:
        found = await ClamdScanner("127.0.0.1", port).scan(data)
    assert found == Scanned(Verdict.INFECTED, "Eicar-Signature")


@pytest.mark.parametrize(
    "answer", [b"", b"stream: ERROR\n", b"nonsense\n", b"UNKNOWN COMMAND\n", b"\xff\xfe\n"]
)
async def test_f05_a_clamd_that_says_neither_says_nothing(answer: bytes) -> None:
    async with listening(Clamd(answer).serve) as port:
        found = await ClamdScanner("127.0.0.1", port).scan(b"fine")
    assert found.verdict is Verdict.UNKNOWN
    assert found.said


async def test_f05_a_clamd_for_which_a_file_is_too_large_says_nothing() -> None:
    async with listening(Clamd(limit=1000).serve) as port:
        found = await ClamdScanner("127.0.0.1", port).scan(LARGE)
    assert found.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("serve", [hang_up, say_nothing])
async def test_f05_a_clamd_that_does_not_answer_says_nothing(
    serve: Callable[[SocketStream], object],
) -> None:
    async with listening(serve) as port:
        found = await ClamdScanner("127.0.0.1", port, seconds=0.5).scan(LARGE)
    assert found.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (FilesSettings(), NoScanner),
        (FilesSettings(scanner="command", scanner_command=("scan",)), CommandScanner),
        (FilesSettings(scanner="clamd", clamd_host="127.0.0.1"), ClamdScanner),
    ],
)
def test_the_settings_say_which_scanner_looks(settings: FilesSettings, kind: type) -> None:
    assert type(scanner_of(settings)) is kind


async def test_f05_a_clamd_that_is_down_says_nothing() -> None:
    async with listening(hang_up) as port:
        pass
    found = await ClamdScanner("127.0.0.1", port).scan(b"fine")
    assert found == Scanned(Verdict.UNKNOWN, "ClamdConnectionError")
