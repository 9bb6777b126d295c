"""DTLS over datagrams, as the one who waits (RFC 5763): it makes the keys and carries no data."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from OpenSSL import SSL

from actors.relay.certificate import Certificate, fingerprint_of
from actors.relay.srtp import Profile, Srtp, profile_of

MTU: Final = 1200
"""Bytes of the largest datagram that we send: they pass everywhere."""
HANDSHAKE_SECONDS: Final = 30.0
_HEADER: Final = 13
_TYPES: Final = range(20, 26)
_VERSIONS: Final = (b"\xfe\xff", b"\xfe\xfd")
_LABEL: Final = b"EXTRACTOR-dtls_srtp"


class Handshaker(Protocol):
    """What is told of the handshake."""

    def keyed(self, srtp: Srtp) -> None:
        """Take the keys: the browser is who its offer says."""

    def unkeyed(self) -> None:
        """Know that it is over: closed by the browser, failed, or never finished."""


class Dtls:
    """One association. *fingerprint* is the offer's; *send* takes datagrams."""

    def __init__(
        self,
        certificate: Certificate,
        fingerprint: str,
        send: Callable[[bytes], None],
        told: Handshaker,
    ) -> None:
        self._fingerprint = fingerprint
        self._send = send
        self._told = told
        self._done = self._over = False
        self._loop = asyncio.get_running_loop()
        self._again: asyncio.TimerHandle | None = None
        self._limit = self._loop.call_later(HANDSHAKE_SECONDS, self._fail)
        self._ssl = SSL.Connection(certificate.context)
        self._ssl.set_accept_state()
        self._ssl.set_ciphertext_mtu(MTU)

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._over

    def take(self, datagram: bytes) -> None:
        """Take what came from the browser; what isn't whole records is dropped."""
        if self._over or not _whole(datagram):
            return
        self._ssl.bio_write(datagram)
        self._go_on()

    def close(self) -> None:
        """Say goodbye and end; nobody is told."""
        if not self._over:
            with contextlib.suppress(SSL.Error):
                self._ssl.shutdown()
            self._flush()
        self._end()

    def _go_on(self) -> None:
        try:
            if not self._done:
                self._ssl.do_handshake()
                self._finish()
            while not self._over:  # nothing may pile up; what it says is of no interest
                self._ssl.recv(MTU)
        except SSL.WantReadError:
            pass
        except SSL.Error:
            self._flush()
            self._fail()
        self._flush()
        self._wait()

    def _finish(self) -> None:
        """Check who it is and hand out the keys."""
        self._done = True
        profile = profile_of(self._ssl.get_selected_srtp_profile())
        if profile is None or not self._is_expected():
            self.close()
            self._told.unkeyed()
            return
        self._flush()
        self._limit.cancel()
        self._told.keyed(self._keys(profile))

    def _is_expected(self) -> bool:
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        return certificate is not None and fingerprint_of(certificate) == self._fingerprint

    def _keys(self, profile: Profile) -> Srtp:
        return Srtp(profile, self._ssl.export_keying_material(_LABEL, profile.material))

    def _wait(self) -> None:
        """Send a lost flight again when OpenSSL says that it is time."""
        if self._again is not None:
            self._again.cancel()
            self._again = None
        seconds = None if self._over else self._ssl.DTLSv1_get_timeout()
        if seconds is not None:
            self._again = self._loop.call_later(seconds, self._resend)

    def _resend(self) -> None:
        try:
            self._ssl.DTLSv1_handle_timeout()
        except SSL.Error:
            self._fail()
        self._flush()
        self._wait()

    def _flush(self) -> None:
        try:
            written = self._ssl.bio_read(1 << 16)
        except SSL.Error:
            return
        for datagram in _datagrams(written):
            self._send(datagram)

    def _fail(self) -> None:
        if not self._over:
            self._end()
            self._told.unkeyed()

    def _end(self) -> None:
        self._over = True
        self._limit.cancel()
        if self._again is not None:
            self._again.cancel()


def records(datagram: bytes) -> Iterator[bytes]:
    """Yield the DTLS records of *datagram* (RFC 6347, 4.1); what is left over comes last."""
    start = 0
    while start < len(datagram):
        length = int.from_bytes(datagram[start + 11 : start + _HEADER], "big")
        yield datagram[start : start + _HEADER + length]
        start += _HEADER + length


def _whole(datagram: bytes) -> bool:
    """Say whether it consists of records of DTLS 1.0 or 1.2 and of nothing else.

    Encrypted records of DTLS 1.3 have another form; that version isn't spoken here.
    """
    start, end = 0, len(datagram)
    while start + _HEADER <= end:
        if datagram[start] not in _TYPES or datagram[start + 1 : start + 3] not in _VERSIONS:
            return False
        start += _HEADER + int.from_bytes(datagram[start + 11 : start + _HEADER], "big")
    return start == end > 0


def _datagrams(written: bytes) -> Iterator[bytes]:
    """Pack whole records into datagrams, for OpenSSL's memory forgets where they ended."""
    packed = b""
    for record in records(written):
        if packed and len(packed) + len(record) > MTU:
            yield packed
            packed = b""
        packed += record
    if packed:
        yield packed
