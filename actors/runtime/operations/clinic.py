"""All nodes of the clinic together: who is there, and who is in charge of what.

Any node answers, by the lease table.
"""

import msgspec

from actors.runtime.operations.common import Operation
from actors.runtime.presence import Present


class ListNodes(Operation, frozen=True):
    """Who is there? Answers `NodeList`."""


class ListPresent(Operation, frozen=True):
    """Who is there beside the nodes with shards? Answers `PresentList`."""


class ListShards(Operation, frozen=True):
    """Who owns which shard? Answers `ShardList`."""


class Rebalance(Operation, frozen=True):
    """Look, all of you, at once at who should own what. Answers `MoveList`."""


class NodeRow(msgspec.Struct, frozen=True):
    """One living run of a node. *since* in Unix milliseconds of the store's clock."""

    name: str
    run: str
    version: str
    since: int
    shards: int
    leaving: bool
    """Whether it hands over what it has."""


class NodeList(Operation, frozen=True):
    """The living, the longest there first."""

    items: tuple[NodeRow, ...]
    shards_total: int
    free: int
    """Shards that no living node owns now."""


class PresentList(Operation, frozen=True):
    """Processes with an edge and media workers, as they say it themselves."""

    items: tuple[Present, ...]


class ShardRow(msgspec.Struct, frozen=True):
    """Whose a shard is: an empty *node* means nobody's who lives. *epoch* 0: it never had one."""

    shard: int
    node: str
    run: str
    epoch: int


class ShardList(Operation, frozen=True):
    """Every shard, by number."""

    items: tuple[ShardRow, ...]


class MoveRow(msgspec.Struct, frozen=True):
    """So many shards go from one node to another; *source* is empty for free ones."""

    source: str
    target: str
    shards: int


class MoveList(Operation, frozen=True):
    """What moves now; nothing when shares are fair."""

    items: tuple[MoveRow, ...]
