"""Who connects to a nats-server, whom they believe to be one, and how patient they are."""

import ssl
from typing import Any, NamedTuple

CONNECT_PAUSE = 0.1

_OPTIONS: dict[str, Any] = {
    "allow_reconnect": False,
    "max_reconnect_attempts": -1,
    "reconnect_time_wait": CONNECT_PAUSE,
    "connect_timeout": 2,
    "ping_interval": 2,
    "max_outstanding_pings": 10,  # later than our own watch, which knows how late we are ourselves
    "flush_timeout": 2,
    "pending_size": 8 * 1024 * 1024,
}


class Login(NamedTuple):
    """Who connects."""

    inbox_prefix: str
    name: str
    seed: str | None
    tls: ssl.SSLContext | None
    """TLS is spoken from the first byte on: nothing is said to who can't prove who they are."""

    def options(self) -> dict[str, Any]:
        """Return how nats-py has to connect."""
        tls = {"tls": self.tls, "tls_handshake_first": True} if self.tls else {}
        who = {"name": self.name, "nkeys_seed_str": self.seed, "inbox_prefix": self.inbox_prefix}
        return {**_OPTIONS, **who, **tls}


def tls_context(urls: tuple[str, ...], ca: str | None) -> ssl.SSLContext | None:
    """Return how to speak TLS to *urls*: with those whom *ca* (PEM) vouches for, else the system.

    None where no TLS is spoken. Raises `ssl.SSLError` when *ca* is no certificate.
    """
    if ca is None and not any(url.startswith("tls://") for url in urls):
        return None
    context = ssl.create_default_context(cadata=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
