"""Who a datagram is for: by its first byte (RFC 7983), and by the address that has shown itself.

Only connectivity checks are taken from anybody. Everything else must come from an address from
which a check with the right password has come; the rest is dropped and counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol, TypeAlias

Address: TypeAlias = tuple[str, int] | tuple[str, int, int, int]
"""As a UDP socket gives it."""

MOST_CHECK: Final = 548
"""Bytes of a check: those of browsers have about a hundred."""
LAST_STUN: Final = 3
_DTLS: Final = 20
_LAST_DTLS: Final = 63
_MEDIA: Final = 128
_LAST_MEDIA: Final = 191
_NOTHING: Final = 255
_HEADER: Final = 20
_COOKIE: Final = b"\x21\x12\xa4\x42"
_USERNAME: Final = b"\x00\x06"
_REQUEST: Final = b"\x00\x01"


class Way(Protocol):
    """How datagrams get to one address of a browser."""

    protocol: str
    """`udp` or `tcp`."""
    host: str
    number: int

    def send(self, data: bytes) -> None:
        """Send one datagram, or lose it."""

    def trust(self) -> None:
        """Know that a good check has come this way."""

    def close(self) -> None:
        """Carry nothing any more."""


Key: TypeAlias = Address | Way
"""What names a way: the address of a datagram, or the connection it came through."""


class Receiver(Protocol):
    """What is given the datagrams of one leg."""

    def take_check(self, ufrag: str, data: bytes, way: Way, key: Key) -> None:
        """Take a binding request for our user fragment *ufrag*."""

    def take_dtls(self, data: bytes, path: "Path") -> None:
        """Take what looks like DTLS records."""

    def take_media(self, data: bytes, path: "Path", at: float) -> None:
        """Take what looks like SRTP or SRTCP, at *at* (monotonic seconds)."""


@dataclass(slots=True, eq=False)
class Path:
    """A way that has passed a check, and whose it is."""

    key: Key
    way: Way
    line: Receiver
    nominated: bool = False


class Demux:
    """All lines of one port. *reach* makes the way to a UDP address."""

    def __init__(self, reach: Callable[[Address], Way]) -> None:
        self._reach = reach
        self._lines: dict[str, Receiver] = {}
        self._paths: dict[Key, Path] = {}
        self.strangers = 0
        """Datagrams dropped: nobody here knows their sender, or what they are."""

    def take(self, data: bytes, key: Key) -> None:
        """Give one datagram to its line, or drop it."""
        first = data[0] if data else _NOTHING
        path = self._paths.get(key)
        if path is not None and _MEDIA <= first <= _LAST_MEDIA:
            path.line.take_media(data, path, monotonic())
        elif first <= LAST_STUN:
            self._check(data, key)
        elif path is not None and _DTLS <= first <= _LAST_DTLS:
            path.line.take_dtls(data, path)
        else:
            self.strangers += 1

    def knows(self, key: Key) -> bool:
        """Say whether more than checks is taken from there."""
        return key in self._paths

    def has(self, path: Path) -> bool:
        """Say whether what comes from there is taken for its line."""
        return self._paths.get(path.key) is path

    def expect(self, ufrag: str, line: Receiver) -> None:
        """Give checks for *ufrag* to *line*."""
        self._lines[ufrag] = line

    def forget(self, ufrag: str) -> None:
        """Expect no such checks any more."""
        self._lines.pop(ufrag, None)

    def admit(self, path: Path) -> None:
        """Take more than checks from there, for its line alone."""
        self._paths[path.key] = path
        path.way.trust()

    def dismiss(self, path: Path) -> None:
        """Take nothing more from there, unless it is another line's by now."""
        if self.has(path):
            del self._paths[path.key]
            path.way.close()

    def _check(self, data: bytes, key: Key) -> None:
        ufrag = local_ufrag(data)
        line = self._lines.get(ufrag)
        if line is None:
            self.strangers += 1
            return
        way = self._reach(key) if isinstance(key, tuple) else key
        line.take_check(ufrag, data, way, key)


def local_ufrag(data: bytes) -> str:
    """Return our part of a binding request's user name, empty if there is none (RFC 8489, 14)."""
    if not _HEADER <= len(data) <= MOST_CHECK or data[:2] != _REQUEST or data[4:8] != _COOKIE:
        return ""
    place = _HEADER
    while place + 4 <= len(data):
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if data[place : place + 2] == _USERNAME:
            return (
                data[place + 4 : place + 4 + length].partition(b":")[0].decode("ascii", "replace")
            )
        place += 4 + (length + 3) // 4 * 4
    return ""
