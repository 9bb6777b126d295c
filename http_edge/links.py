"""Addresses inside our own site."""

import re

_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)


def safe_next(path: str | None, default: str = "/") -> str:
    """Return *path* when it stays on this site (`/...` and nothing trickier), else *default*."""
    return path if path and _PATH.fullmatch(path) else default


def invitation_link(public_url: str, token: str) -> str:
    """Return where somebody with an invitation opens their account.

    The token stands behind the `#`, so that it is never sent in an address nor logged.
    """
    return f"{public_url}/welcome#{token}"


def password_link(public_url: str, credential: str) -> str:
    """Return where somebody with a one-time link sets a new password."""
    return f"{public_url}/password#{credential}"
