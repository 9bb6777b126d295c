"""The only builder of bus subjects. A text of a user never stands in one.

* `actor.<kind>.<shard>`: the actors of one kind in one shard
* `edge.<node>.<socket>`: one browser's socket; `edge.here`: which edges there are, for everyone
* `node.<node>`: one node, for the operator (`any`: any node); `clock.now`: what time it is
* `peer.<run>`: one run of a node, for other nodes; `peer.moved`: which shards have a new owner, for
  everyone
* `media.<worker>`: one media worker; `media.beat`: where workers say that they live, for everyone;
  `media.here`: which of them there are, for everyone
"""

import re
from zlib import crc32

from actors.address import Address

SHARDS = 256
"""Fixed for ever: the store remembers which shard an actor's rows belong to."""

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def token(text: str) -> str:
    """Return *text*, or raise `ValueError` when it can't be one token of a subject."""
    if TOKEN.fullmatch(text) is None:
        raise ValueError("A token of a subject is 1 to 64 letters, digits, _ or -.")
    return text


def shard_of(address: Address, shards: int = SHARDS) -> int:
    """Return the shard in which the actor at *address* lives."""
    return crc32(str(address).encode()) % shards


def actor_subject(kind: str | None, shard: int | None) -> str:
    """Return where actors of *kind* in *shard* are asked; None serves every kind, every shard."""
    kind_token = "*" if kind is None else token(kind)
    return f"actor.{kind_token}.{'*' if shard is None else token(str(shard))}"


def shard_asked(subject: str) -> int | None:
    """Return the shard that a *subject* of `actor_subject` names; None for any other subject."""
    kind, _, shard = subject.rpartition(".")
    return int(shard) if kind.startswith("actor.") and shard.isdecimal() else None


def edge_subject(node: str, socket: str | None) -> str:
    """Return where a *socket* of an edge *node* is told of events; None serves every socket."""
    return f"edge.{token(node)}.{'*' if socket is None else token(socket)}"


def node_subject(node: str) -> str:
    """Return where the operator asks *node* itself."""
    return f"node.{token(node)}"


PEER_MOVED = "peer.moved"
CLOCK_NOW = "clock.now"


def peer_subject(run: str) -> str:
    """Return where other nodes ask that *run* of a node (`moved` is no name of one)."""
    return f"peer.{token(run)}"


MEDIA_BEAT = "media.beat"
EDGE_HERE = "edge.here"
MEDIA_HERE = "media.here"


def media_subject(worker: str) -> str:
    """Return where the media *worker* is asked (`beat` and `here` are no names)."""
    return f"media.{token(worker)}"
