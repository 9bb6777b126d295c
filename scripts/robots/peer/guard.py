"""Keeps from a peer of aiortc what it would die of: packets of strangers, empty ones, broken DTLS.

aioice 0.13 hands on what is no STUN from whatever address it comes; aiortc 1.16 ends a call over an
empty datagram, and a handshake over a record that does not parse.
"""

from typing import Any

from aioice import Connection
from aioice.candidate import Candidate
from aioice.ice import CandidatePair, StunProtocol

DTLS = range(20, 64)
DTLS_HEADER = 13
DTLS_VERSIONS = frozenset({b"\xfe\xff", b"\xfe\xfd"})
RECORDS = frozenset({20, 21, 22, 23, 25, 26})


def guard(connection: Connection) -> None:
    """Let *connection*, which has gathered, take nothing but what its own peer sends."""
    for protocol in _protocols(connection):
        protocol.datagram_received = _guarded(connection, protocol)  # type: ignore[method-assign]


def _protocols(connection: Connection) -> list[StunProtocol]:
    return list(connection._protocols)  # noqa: SLF001  there is no other way to them


def _guarded(connection: Connection, protocol: StunProtocol) -> Any:  # noqa: ANN401
    take = protocol.datagram_received

    def received(data: bytes, address: tuple[Any, ...]) -> None:
        if is_stun(data) or (is_whole(data) and _is_peer(connection, address)):
            take(data, address)

    return received


def is_stun(data: bytes) -> bool:
    """Return whether *data* may be STUN (RFC 7983); it proves itself by a password."""
    return len(data) >= 20 and data[0] < 4  # noqa: PLR2004  a STUN header's length


def is_whole(data: bytes) -> bool:
    """Return whether *data* is media, or DTLS records that end where they say (RFC 6347, 4.1)."""
    if not data:
        return False
    if data[0] not in DTLS:
        return 128 <= data[0] < 192 and len(data) >= 12  # noqa: PLR2004  RFC 7983; an RTP header
    at = 0
    while at < len(data):
        head = data[at : at + DTLS_HEADER]
        if len(head) < DTLS_HEADER or head[0] not in RECORDS or head[1:3] not in DTLS_VERSIONS:
            return False
        at += DTLS_HEADER + int.from_bytes(head[11:13], "big")
    return at == len(data)


def _is_peer(connection: Connection, address: tuple[Any, ...]) -> bool:
    """Return whether a check with the right password came back from *address*."""
    return any(
        pair.state is CandidatePair.State.SUCCEEDED and _at(pair.remote_candidate) == address[:2]
        for pair in connection._check_list  # noqa: SLF001
    )


def _at(candidate: Candidate) -> tuple[str, int]:
    return candidate.host, candidate.port
