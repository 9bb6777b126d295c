"""A certificate for localhost, signed by itself, made anew for each test that wants one."""

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from actors.runtime.clock import SystemClock
from config.private import write_private

DAY = timedelta(days=1)


def make_certificate(directory: Path) -> dict[str, str]:
    """Write a certificate and its key into *directory*; return the settings that name them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = SystemClock().now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = {"tls_certificate": directory / "clinic.pem", "tls_key": directory / "clinic.key"}
    files["tls_certificate"].write_bytes(certificate.public_bytes(Encoding.PEM))
    write_private(
        files["tls_key"],
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    return {setting: str(file) for setting, file in files.items()}
