"""What runs of nodes tell one another: who is there, and which shards have a new owner."""

from typing import TypeAlias

import msgspec

from actors.runtime.leases import Fence


class PeerMessage(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Everything that is said to `peer.<run>` or to `peer.moved`."""


class AreYouThere(PeerMessage, frozen=True):
    """Answered at once, by anything: who does not serve its subject any more is gone."""


class Inherit(PeerMessage, frozen=True):
    """These shards are yours from now on. Answered at once; the lease table says it, too."""

    fences: tuple[Fence, ...]


class LookAround(PeerMessage, frozen=True):
    """Look at once at who owns what, and who should."""


class Moved(PeerMessage, frozen=True):
    """These shards are served by another run now: what was asked of the one before, ask again."""

    shards: tuple[int, ...]


Peering: TypeAlias = AreYouThere | Inherit | LookAround | Moved
HERE = b"+"
"""The answer to all of them."""

decode_peering = msgspec.msgpack.Decoder(Peering).decode
