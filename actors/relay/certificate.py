"""The one certificate of a worker's life: self-signed, known by its fingerprint (RFC 8122)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from actors.relay.srtp import PROFILES

_DTLS_1_2: Final = 0xFEFD
_CIPHERS: Final = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"
)
_NAME: Final = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])


@dataclass(frozen=True, slots=True)
class Certificate:
    """What every DTLS connection of a worker shares."""

    context: SSL.Context
    fingerprint: str
    """SHA-256, as SDP writes it."""


def new_certificate(now: datetime) -> Certificate:
    """Make an ECDSA P-256 key with a certificate that is good for a year from *now* (UTC)."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(key, now)
    return Certificate(_context(key, certificate), fingerprint_of(certificate))


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return its SHA-256 as SDP writes it: upper-case pairs with colons."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _signed(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )


def _context(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> SSL.Context:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_min_proto_version(_DTLS_1_2)
    context.set_max_proto_version(_DTLS_1_2)
    context.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_QUERY_MTU)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _any)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    context.set_cipher_list(_CIPHERS)
    context.set_tlsext_use_srtp(b":".join(profile.name for profile in PROFILES))
    return context


def _any(*_: object) -> bool:
    """Take any certificate: its fingerprint, which the offer names, is checked afterwards."""
    return True
