"""All nodes of the clinic at a glance, and what is asked of them together or of one of them."""

import asyncio

import msgspec

from actors.operations.bus import NoAnswer, Operator, Refused, View
from actors.runtime.operations import (
    Drain,
    GetStatus,
    ListNodes,
    ListShards,
    NodeList,
    NodeRow,
    NodeStatus,
    ShardList,
)

SILENT = "silent"
"""Of a node that lives by the lease table and does not answer."""


class NodeAtAGlance(msgspec.Struct, frozen=True):
    """One run of a node. *since* in Unix milliseconds of the store's clock."""

    name: str
    run: str
    version: str
    role: str
    """Empty when it is not known."""
    since: int
    shards: int
    state: str
    """`running`, `draining`, or `silent`: it lives by the lease table, and does not answer."""


class Nodes(msgspec.Struct, frozen=True):
    """The living, the longest there first; *free* shards have no living owner now."""

    items: tuple[NodeAtAGlance, ...]
    shards_total: int
    free: int


class ShardCount(msgspec.Struct, frozen=True):
    """So many shards are a node's; an empty name: nobody's who lives."""

    node: str
    shards: int


class ShardCounts(msgspec.Struct, frozen=True):
    """How many shards each node has."""

    items: tuple[ShardCount, ...]


async def at_a_glance(operator: Operator, node: str) -> Nodes:
    """Return all nodes: what the lease table knows, and how each says that it is itself."""
    listed = await _listed(operator, node)
    rows = await asyncio.gather(*(_glance(operator, row) for row in listed.items))
    return Nodes(tuple(rows), listed.shards_total, listed.free)


async def counted(operator: Operator, node: str) -> ShardCounts:
    """Return how many shards each node has."""
    listed = await _listed(operator, node)
    counts = [ShardCount(row.name, row.shards) for row in listed.items]
    if listed.free:
        counts.append(ShardCount("", listed.free))
    return ShardCounts(tuple(counts))


async def each_shard(operator: Operator, node: str) -> ShardList:
    """Return whose each shard is."""
    answer = await operator.ask(node, ListShards())
    if not isinstance(answer, ShardList):
        raise Refused("The node answers something else; it may be of another release.")
    return answer


async def drain(operator: Operator, node: str) -> View:
    """Have *node* hand over what it has, and stop; it has to be named where there are several."""
    if node == "any":
        names = [row.name for row in (await _listed(operator, node)).items]
        if len(names) > 1:
            raise Refused(f"Say which node: {', '.join(sorted(names))}.")
    return await operator.ask(node, Drain())


async def _listed(operator: Operator, node: str) -> NodeList:
    answer = await operator.ask(node, ListNodes())
    if not isinstance(answer, NodeList):
        raise Refused("The node answers something else; it may be of another release.")
    return answer


async def _glance(operator: Operator, row: NodeRow) -> NodeAtAGlance:
    status = await _status(operator, row.name)
    state = status.state if status else SILENT
    return NodeAtAGlance(
        name=row.name,
        run=row.run,
        version=row.version,
        role=status.role if status else "",
        since=row.since,
        shards=row.shards,
        state="draining" if row.leaving and status else state,
    )


async def _status(operator: Operator, node: str) -> NodeStatus | None:
    try:
        answer = await operator.ask(node, GetStatus())
    except (NoAnswer, Refused):
        return None
    return answer if isinstance(answer, NodeStatus) else None
