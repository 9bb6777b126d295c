"""Who should own which shard: fair shares, few moves. Pure: every node comes to the same plan.

Each member that takes shards has a fair share: the shards divided by the members, the rest to
those who have been there longest. Who has more gives the surplus to those who have less; what
nobody owns goes to those who have less. Nothing else moves.
"""

from collections.abc import Collection, Iterator, Sequence

import msgspec

from actors.runtime.leases import Census, Member


class Plan(msgspec.Struct, frozen=True):
    """What one run should do about shards."""

    take: tuple[int, ...] = ()
    """Free ones that are for it."""
    give: dict[str, tuple[int, ...]] = {}
    """Its own ones that are for other runs."""


def plan_for(run: str, census: Census, total: int, gone: Collection[str] = ()) -> Plan:
    """Return what *run* should do, where runs in *gone* count as dead."""
    members = [member for member in census.members if member.run not in gone]
    moves = moves_of(members, owned(members, census, total), total)
    take = tuple(shard for shard, source, target in moves if target == run and not source)
    give: dict[str, tuple[int, ...]] = {}
    for shard, source, target in moves:
        if source == run:
            give[target] = (*give.get(target, ()), shard)
    return Plan(take, give)


def owned(members: Sequence[Member], census: Census, total: int) -> dict[str, list[int]]:
    """Return the shards of each of *members*, and under an empty name those that are free."""
    shares: dict[str, list[int]] = {"": [], **{member.run: [] for member in members}}
    owners = {lease.shard: lease.owner for lease in census.leases}
    for shard in range(total):
        owner = owners.get(shard, "")
        shares[owner if owner in shares else ""].append(shard)
    return shares


def moves_of(
    members: Sequence[Member], shares: dict[str, list[int]], total: int
) -> list[tuple[int, str, str]]:
    """Return (shard, from, to) for each shard that should move; from nobody is an empty name."""
    quotas = quotas_of(members, total)
    spare = [(shard, "") for shard in shares[""]]
    for member in members:
        spare += [(shard, member.run) for shard in shares[member.run][quotas[member.run] :]]
    wanting = in_turn({run: quota - len(shares[run]) for run, quota in quotas.items()})
    return [(shard, source, to) for (shard, source), to in zip(spare, wanting, strict=False)]


def quotas_of(members: Sequence[Member], total: int) -> dict[str, int]:
    """Return the fair share of each of *members*; nothing for those that take no shards."""
    quotas = {member.run: 0 for member in members}
    takers = [member.run for member in members if member.wants]
    for place, run in enumerate(takers):
        quotas[run] = total // len(takers) + (place < total % len(takers))
    return quotas


def in_turn(lacks: dict[str, int]) -> Iterator[str]:
    """Yield each name as often as it lacks something, all of them in turn."""
    lacking = {name: lack for name, lack in lacks.items() if lack > 0}
    while lacking:
        yield from lacking
        lacking = {name: lack - 1 for name, lack in lacking.items() if lack > 1}
