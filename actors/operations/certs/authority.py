"""The clinic's own authority: a certificate that vouches for those of its nats-servers."""

from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.private import read_private, write_private

AUTHORITY_LIFE = timedelta(days=3650)
RENEWED_BEFORE = timedelta(days=30)
"""Before its end a certificate is made anew when somebody looks after it."""
SKEW = timedelta(days=1)
"""Clocks may be so much behind ours."""
NO_USE = dict.fromkeys(
    (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    ),
    False,
)


class Pair(NamedTuple):
    """A certificate and its key, in PEM."""

    certificate: bytes
    key: bytes


class Authority:
    """Signs certificates of servers."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self._certificate = certificate
        self._key = key

    @classmethod
    def open(cls, certificate: Path, key: Path, name: str, now: datetime) -> Self:
        """Read the authority from its two files, or make one called *name*.

        One that ends soon gets a new certificate for its old key: what it has signed stays good.
        Raises `OSError`, `TooOpen` or `ValueError`.
        """
        if not key.exists():
            certificate.unlink(missing_ok=True)
            write_private(key, _key_pem(ec.generate_private_key(ec.SECP256R1())))
        secret = _key_of(read_private(key))
        if not certificate.exists() or _ends_soon(certificate.read_bytes(), now):
            fresh = _signed_by_itself(name, secret, now)
            write_private(certificate, fresh.public_bytes(Encoding.PEM))
        return cls(x509.load_pem_x509_certificate(certificate.read_bytes()), secret)

    @property
    def pem(self) -> bytes:
        """The certificate that clients and servers trust."""
        return self._certificate.public_bytes(Encoding.PEM)

    def sign(self, name: str, host: str, *, now: datetime, days: int) -> Pair:
        """Return a new key for the server *name* at *host*, and its certificate for *days*."""
        key = ec.generate_private_key(ec.SECP256R1())
        until = min(now + timedelta(days=days), self._certificate.not_valid_after_utc)
        issuer = self._certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        by = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer.value)
        use = x509.ExtendedKeyUsage(
            [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        )
        certificate = (
            _about(name, self._certificate.subject, key.public_key(), now, until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**NO_USE | {"digital_signature": True}), critical=True)
            .add_extension(use, critical=False)
            .add_extension(x509.SubjectAlternativeName([general_name(host)]), critical=False)
            .add_extension(by, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return Pair(certificate.public_bytes(Encoding.PEM), _key_pem(key))

    def vouches(self, certificate: bytes, host: str, now: datetime) -> bool:
        """Whether it has signed that *certificate* (PEM) for *host*, and for a good while yet."""
        found = x509.load_pem_x509_certificate(certificate)
        try:
            found.verify_directly_issued_by(self._certificate)
            names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (ValueError, TypeError, x509.ExtensionNotFound, InvalidSignature):
            return False
        return general_name(host) in names and not _ends_soon(certificate, now)


def general_name(host: str) -> x509.GeneralName:
    """Return *host* as a certificate names it."""
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def end_of(certificate: bytes) -> datetime:
    """Return until when a certificate (PEM) is good, UTC."""
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc


def _ends_soon(certificate: bytes, now: datetime) -> bool:
    return end_of(certificate) - now < RENEWED_BEFORE


def _signed_by_itself(
    name: str, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    use = NO_USE | {"key_cert_sign": True, "crl_sign": True}
    return (
        _about(name, _name(name), key.public_key(), now, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**use), critical=True)
        .sign(key, hashes.SHA256())
    )


def _about(
    name: str,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _key_of(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem, password=None)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key
    raise ValueError("That is not the authority's key.")
