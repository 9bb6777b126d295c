"""Credentials for the clinic's TURN server: good for one person and a while, never for ever.

As the server's `use-auth-secret` has it (draft-uberti-behave-turn-rest-00): the name is when it
ends, the password its HMAC under the secret that the server shares with us.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from actors.ids import UserId
from actors.media import IceServer
from config.media import MediaSettings
from config.private import read_private


@dataclass(frozen=True, slots=True)
class Turn:
    """A TURN server. Printing it does not show the secret."""

    urls: tuple[str, ...] = ()
    """None: the clinic has no such server."""
    secret: bytes = field(default=b"", repr=False)
    seconds: int = 3600
    """How long a credential is good."""


NO_TURN = Turn()


def turn_of(settings: MediaSettings) -> Turn:
    """Return the TURN server of *settings*, or raise `TooOpen` or `OSError`: it reads a file."""
    if not settings.turn_urls:
        return NO_TURN
    secret = read_private(Path(settings.turn_secret_file)).strip()
    return Turn(settings.turn_urls, secret, settings.turn_seconds)


def ice_servers(turn: Turn, now: datetime, user: UserId | str) -> tuple[IceServer, ...]:
    """Return what the browser of *user* is told of *turn*, with a credential from *now* on."""
    if not turn.urls:
        return ()
    until = now + timedelta(seconds=turn.seconds)
    name = f"{int(until.timestamp())}:{user}"
    digest = hmac.digest(turn.secret, name.encode(), hashlib.sha1)
    return (IceServer(turn.urls, name, base64.b64encode(digest).decode()),)
