"""Scanners: who looks for viruses in files. None, a program of the clinic's own, or clamd."""

from collections.abc import Sequence
from enum import StrEnum
from io import BytesIO
from typing import NamedTuple, Protocol, assert_never

from aioclamd import ClamdAsyncClient, ClamdError  # type: ignore[import-untyped]

from actors.runtime.apart import run_apart
from config.files import FilesSettings

SECONDS = 20.0
"""How long a scanner may take over one file."""

MOST_SAID = 4096
CHUNK = 64 * 1024


class Verdict(StrEnum):
    """What a scanner says of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"
    """It does not answer, or not in its time, or something that is no answer."""


class Scanned(NamedTuple):
    """The verdict, and the scanner's own words (what it found, what is wrong with it)."""

    verdict: Verdict
    said: str = ""


class Scanner(Protocol):
    """Looks for viruses. Never raises: trouble is `UNKNOWN`."""

    async def scan(self, data: bytes) -> Scanned:
        """Return what it finds in a file."""


class NoScanner:
    """Finds nothing: for a clinic that has no scanner."""

    async def scan(self, data: bytes) -> Scanned:  # noqa: ARG002  it looks at nothing
        """Return that all is well."""
        return Scanned(Verdict.CLEAN)


class CommandScanner:
    """A program that reads the file on its standard input: it exits 0 (clean), 1 (infected)."""

    def __init__(self, command: Sequence[str], *, seconds: float = SECONDS) -> None:
        """*command* is a program and its arguments; no shell is asked."""
        self._command = tuple(command)
        self._seconds = seconds

    async def scan(self, data: bytes) -> Scanned:
        """Return what its exit code says, and the first line that it writes."""
        try:
            ran = await run_apart(self._command, data, seconds=self._seconds, most=MOST_SAID)
        except TimeoutError:
            return Scanned(Verdict.UNKNOWN, "too slow")
        except OSError as error:
            return Scanned(Verdict.UNKNOWN, type(error).__name__)
        said = ran.said.decode(errors="replace").strip().partition("\n")[0]
        match ran.code:
            case 0:
                return Scanned(Verdict.CLEAN)
            case 1:
                return Scanned(Verdict.INFECTED, said)
            case code:
                return Scanned(Verdict.UNKNOWN, f"exit code {code}")


class Chunked(BytesIO):
    """Bytes that are read in larger chunks than the client asks for: it takes 1 KiB at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes: *size*, but at least `CHUNK` of them."""
        return super().read(size if size is None or size < 0 else max(size, CHUNK))


class ClamdScanner:
    """A clamd, asked over TCP. Its `StreamMaxLength` must be larger than the largest file."""

    def __init__(self, host: str, port: int, *, seconds: float = SECONDS) -> None:
        self._client = ClamdAsyncClient(host, port, timeout=seconds)

    async def scan(self, data: bytes) -> Scanned:
        """Return what it says of a stream of *data*."""
        try:
            answer = await self._client.instream(Chunked(data))
        except (ClamdError, OSError) as error:
            return Scanned(Verdict.UNKNOWN, type(error).__name__)
        match list((answer or {}).values()):
            case [("OK", None)]:
                return Scanned(Verdict.CLEAN)
            case [("FOUND", str(said))]:
                return Scanned(Verdict.INFECTED, said)
            case _:
                return Scanned(Verdict.UNKNOWN, "no answer")


def scanner_of(files: FilesSettings) -> Scanner:
    """Return the scanner that *files* names."""
    match files.scanner:
        case "none":
            return NoScanner()
        case "command":
            return CommandScanner(files.scanner_command, seconds=files.scan_seconds)
        case "clamd":
            return ClamdScanner(files.clamd_host, files.clamd_port, seconds=files.scan_seconds)
        case _:
            assert_never(files.scanner)
