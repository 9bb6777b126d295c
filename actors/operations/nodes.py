"""All nodes of the clinic at a glance, and what is asked of them together or of one of them."""

import asyncio
from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from actors.operations.bus import NoAnswer, Operator, Refused, View
from actors.runtime.operations import (
    Drain,
    GetStatus,
    ListNodes,
    ListPresent,
    ListShards,
    NodeList,
    NodeRow,
    NodeStatus,
    PresentList,
    ShardList,
)
from actors.runtime.presence import EDGE, MEDIA, WHOLE, Present

SILENT = "silent"
"""Of a node that lives by the lease table and does not answer."""


class NodeAtAGlance(msgspec.Struct, frozen=True):
    """One run of a node, an edge, or a media worker. *since* in Unix milliseconds."""

    name: str
    run: str
    """Empty for who is no member of the lease table: edges, media workers."""
    version: str
    role: str
    """`all`, `actors`, `edge` or `media`; empty when it is not known."""
    since: int
    shards: int
    state: str
    """`running`, `draining`, or `silent`: it lives by the lease table, and does not answer."""
    sockets: int | None = None
    """Live connections of pages and apps; None where there is no edge."""
    calls: int | None = None
    """What a media worker carries; None for all others."""


class Nodes(msgspec.Struct, frozen=True):
    """The living: nodes with shards, the longest there first, then edges, then media workers.

    *free* shards have no living owner now.
    """

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
    glances = asyncio.gather(*(_glance(operator, row) for row in listed.items))
    rows, others = await asyncio.gather(glances, _others(operator, node))
    return Nodes(tuple(joined(rows, others)), listed.shards_total, listed.free)


def joined(rows: Iterable[NodeAtAGlance], others: Iterable[Present]) -> Iterator[NodeAtAGlance]:
    """Yield the nodes with the sockets of their edges, then who owns no shards. Pure."""
    found = tuple(others)
    sockets = {each.name: each.sockets for each in found if each.role == WHOLE}
    for row in rows:
        alone = row.role not in {WHOLE, ""}
        yield row if alone else replace(row, sockets=sockets.get(row.name))
    yield from (_row(each) for each in found if each.role != WHOLE)


def _row(other: Present) -> NodeAtAGlance:
    return NodeAtAGlance(
        name=other.name,
        run="",
        version=other.version,
        role=other.role,
        since=other.since,
        shards=0,
        state="running",
        sockets=other.sockets if other.role == EDGE else None,
        calls=other.calls if other.role == MEDIA else None,
    )


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
        names = sorted({row.name for row in (await _listed(operator, node)).items})
        if len(names) > 1:
            raise Refused(f"Say which node: {', '.join(names)}.")
    return await operator.ask(node, Drain())


async def _listed(operator: Operator, node: str) -> NodeList:
    answer = await operator.ask(node, ListNodes())
    if not isinstance(answer, NodeList):
        raise Refused("The node answers something else; it may be of another release.")
    return answer


async def _others(operator: Operator, node: str) -> tuple[Present, ...]:
    """Return who is there beside nodes with shards; a node of an earlier release can't tell."""
    try:
        answer = await operator.ask(node, ListPresent())
    except (NoAnswer, Refused):
        return ()
    return answer.items if isinstance(answer, PresentList) else ()


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
