"""What must be true of shards at rest: each has one living owner, who serves it; fair shares."""

from collections import Counter
from collections.abc import Iterator

from actors.address import Address
from actors.runtime.journal import Alarm
from actors.runtime.subjects import shard_of
from tests.simulation.invariants import Rest
from tests.simulation.nodes import Incarnation
from tests.simulation.setting import SHARDS


def check_ownership(rest: Rest) -> Iterator[str]:
    """Yield whatever breaks a promise about who owns what."""
    yield from rest.ledger.wrongs
    yield from _shares_are_fair(rest)
    for each in rest.nodes:
        yield from _serves_what_it_owns(rest, each)
        yield from _lives_where_it_is_owned(each)
    yield from _alarms_are_set_once(rest)
    yield from _no_owner_came_back(rest)


def shards_rest(rest: Rest) -> bool:
    """Return whether each shard is served, and all nodes have fair shares."""
    open_questions = (_serves_what_it_owns(rest, each) for each in rest.nodes)
    return not any(_shares_are_fair(rest)) and not any(map(any, open_questions))


def _shares_are_fair(rest: Rest) -> Iterator[str]:
    runs = [each.node.shards.run for each in rest.nodes]
    shares = Counter(rest.ledger.owner(shard) for shard in range(SHARDS))
    if set(shares) - set(runs):
        yield f"shards belong to nobody who lives: {shares}"
    counts = [shares[run] for run in runs]
    if max(counts) - min(counts) > 1:
        yield f"shares are not fair: {shares}"


def _serves_what_it_owns(rest: Rest, each: Incarnation) -> Iterator[str]:
    node = each.node
    owned = {
        shard: lease.epoch
        for shard, lease in rest.ledger.leases.items()
        if lease.owner == node.shards.run
    }
    held = {shard: fence.epoch for shard, fence in node.shards.fences.items()}
    if owned != held:
        yield f"{each.name} owns {owned} and thinks that it owns {held}"
    if set(node.keeping.services) != set(owned):
        yield f"{each.name} owns {sorted(owned)} and serves {sorted(node.keeping.services)}"
    if node.keeping.closing:
        yield f"{each.name} is still closing {node.keeping.closing}"
    if not node.shards.sure:
        yield f"{each.name} is not sure of its shards"


def _lives_where_it_is_owned(each: Incarnation) -> Iterator[str]:
    for address, actor in each.node.actors.items():
        if actor.shard not in each.node.shards.fences:
            yield f"{address} is active on {each.name}, which does not own its shard"


def _alarms_are_set_once(rest: Rest) -> Iterator[str]:
    """Every alarm that is kept is set at one node, and no other is set."""
    kept = {key: alarm for key, (_, alarm) in rest.ledger.alarms.items()}
    found: dict[tuple[Address, str], Alarm] = {}
    for each in rest.nodes:
        for alarm in each.node.timers.waiting():
            if found.setdefault((alarm.actor, alarm.name), alarm) is not alarm:
                yield f"{alarm.name} of {alarm.actor} is set twice"
    if kept != found:
        yield f"other alarms are set than are kept: {sorted(kept.items() ^ found.items())}"


def _no_owner_came_back(rest: Rest) -> Iterator[str]:
    """In no shard did an owner write after the next one had."""
    newest = Counter[int]()
    for entry in rest.ledger.entries:
        shard = shard_of(entry.actor, SHARDS)
        if entry.epoch < newest[shard]:
            yield f"{entry.actor}: event {entry.seq} is of epoch {entry.epoch}, after a newer one"
        newest[shard] = entry.epoch
