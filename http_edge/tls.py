"""TLS as we speak it: 1.2 and newer, authenticated ciphers alone, HTTP/1.1."""

import ssl
from pathlib import Path

from config.private import read_private
from config.settings import EdgeSettings

AEAD_WITH_FORWARD_SECRECY = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""What TLS 1.2 may use. TLS 1.3 knows nothing else."""


class TlsFilesUnusable(OSError):
    """The certificate and its key can't be used; the text says which."""


def tls_of(settings: EdgeSettings) -> ssl.SSLContext | None:
    """Return how to speak TLS, or None where the settings name no certificate.

    Raises `TooOpen` when others than its owner may read the key.
    """
    if not settings.tls:
        return None
    certificate, key = (
        Path(text).expanduser() for text in (settings.tls_certificate, settings.tls_key)
    )
    read_private(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(AEAD_WITH_FORWARD_SECRECY)
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        text = f"{certificate} and {key} are no certificate and its key: {error.reason}"
        raise TlsFilesUnusable(text) from error
    return context
