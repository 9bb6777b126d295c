"""What the lease table says of all nodes together, as an operator is told it. Pure."""

from collections import Counter

from actors.runtime.leases import Census, Lease
from actors.runtime.operations import (
    MoveList,
    MoveRow,
    NodeList,
    NodeRow,
    ShardList,
    ShardRow,
)
from actors.runtime.sharing import moves_of, owned


def nodes_in(census: Census, total: int) -> NodeList:
    """Return who lives, and how many of *total* shards each owns."""
    shares = owned(census.members, census, total)
    rows = tuple(
        NodeRow(
            name=member.name,
            run=member.run,
            version=member.version,
            since=member.since,
            shards=len(shares[member.run]),
            leaving=not member.wants,
        )
        for member in census.members
    )
    return NodeList(rows, total, len(shares[""]))


def shards_in(census: Census, total: int) -> ShardList:
    """Return whose each of *total* shards is."""
    names = {member.run: member.name for member in census.members}
    leases = {lease.shard: lease for lease in census.leases}
    found = (leases.get(shard, Lease(shard, "", 0)) for shard in range(total))
    return ShardList(
        tuple(
            ShardRow(each.shard, names[each.owner], each.owner, each.epoch)
            if each.owner in names
            else ShardRow(each.shard, "", "", each.epoch)
            for each in found
        )
    )


def moves_in(census: Census, total: int) -> MoveList:
    """Return what has to move for fair shares."""
    names = {"": "", **{member.run: member.name for member in census.members}}
    moves = moves_of(census.members, owned(census.members, census, total), total)
    counts = Counter((names[source], names[target]) for _, source, target in moves)
    return MoveList(tuple(MoveRow(*ways, count) for ways, count in sorted(counts.items())))
