"""What a decision may know beside its state: who asks, when, and a supply of new ids.

`decide` reads no clock and draws no random number, so both come in here.
"""

import hashlib
from base64 import b32encode
from datetime import datetime

import msgspec

from actors.caller import Caller
from actors.ids import MessageId


class Asked(msgspec.Struct, frozen=True):
    """The envelope of a message, as far as a rule may see it."""

    caller: Caller
    at: datetime
    """UTC, by the clock of the node that decides."""
    id: MessageId

    def new_id(self, label: str = "") -> str:
        """Return an id made from this command's own: the same again when it is repeated.

        26 characters of lower-case base32. *label* tells several ids of one command apart.
        """
        digest = hashlib.blake2b(f"{self.id}\0{label}".encode(), digest_size=16).digest()
        return b32encode(digest).decode().rstrip("=").lower()
