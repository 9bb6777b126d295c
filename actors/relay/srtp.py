"""The keys of one line: packets are protected and opened here (RFC 3711, RFC 7714, RFC 5764)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pylibsrtp import Error, Policy, Session
from pylibsrtp._binding import ffi, lib  # type: ignore[import-not-found]

from actors.relay.packets import MOST_BYTES

WINDOW: Final = 1024
"""Packets back in which a replayed one is known."""
MOST_SOURCES: Final = 128
"""SSRCs of one browser: libsrtp remembers each for good."""
BROKEN: Final = (Error, ValueError)
"""What libsrtp raises over a packet: it is forged, replayed, too long or none at all."""
_TRAILER: Final = 144
"""Bytes that libsrtp may add to a packet (SRTP_MAX_TRAILER_LEN)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to protect; *key* and *salt* in bytes."""

    name: bytes
    """As OpenSSL calls it."""
    number: int
    key: int
    salt: int

    @property
    def material(self) -> int:
        """Bytes of keys for both ways."""
        return 2 * (self.key + self.salt)


PROFILES: Final = (
    Profile(b"SRTP_AEAD_AES_256_GCM", Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 32, 12),
    Profile(b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    Profile(b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
)


class Srtp:
    """Both ways of one line. `protect*` and `open*` raise `BROKEN`."""

    def __init__(self, profile: Profile, material: bytes, *, client: bool = False) -> None:
        ours, theirs = (0, 1) if client else (1, 0)
        self._out = Session(_policy(profile, material, ours, Policy.SSRC_ANY_OUTBOUND))
        self._into = Session(_policy(profile, material, theirs, Policy.SSRC_ANY_INBOUND))
        self._known: set[bytes] = set()
        self.protect = _through(self._out, lib.srtp_protect)
        self._opened = _through(self._into, lib.srtp_unprotect)
        self.protect_rtcp = self._out.protect_rtcp
        self.open_rtcp = self._into.unprotect_rtcp

    def open(self, packet: bytes) -> bytes:
        """Open one RTP packet, unless it is of one source too many."""
        source = packet[8:12]
        if source in self._known:
            return self._opened(packet)
        if len(self._known) >= MOST_SOURCES:
            raise ValueError("too many sources")
        clear = self._opened(packet)
        self._known.add(source)
        return clear


def _through(session: Session, change: Callable[..., int]) -> Callable[[bytes], bytes]:
    """Return what changes packets as *session*'s own method does, at two thirds the cost.

    *session* must be kept as long. It runs for every packet and receiver: nothing is made anew here
    but the result.
    """
    room, length = ffi.new("char[]", MOST_BYTES + _TRAILER), ffi.new("int *")
    buffer, srtp = ffi.buffer(room), session._srtp[0]  # noqa: SLF001

    def changed(packet: bytes) -> bytes:
        size = length[0] = len(packet)
        if size > MOST_BYTES:
            raise ValueError("packet is too long")
        buffer[0:size] = packet
        if status := change(srtp, room, length):
            raise Error(f"libsrtp says {status}")
        return buffer[0 : length[0]]  # type: ignore[no-any-return]

    return changed


def profile_of(name: bytes) -> Profile | None:
    """Return the profile that OpenSSL calls *name*."""
    return next((profile for profile in PROFILES if profile.name == name), None)


def _policy(profile: Profile, material: bytes, side: int, sources: int) -> Policy:
    """Return the policy for what *side* sends; 0 is the DTLS client's (RFC 5764, 4.2)."""
    key = side * profile.key
    salt = 2 * profile.key + side * profile.salt
    both = material[key : key + profile.key] + material[salt : salt + profile.salt]
    policy = Policy(key=both, ssrc_type=sources, srtp_profile=profile.number)
    policy.window_size = WINDOW
    policy.allow_repeat_tx = True  # a lost packet is sent again as it was
    return policy
