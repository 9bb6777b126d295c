"""Taking actors out of memory: the idle, the surplus, and those whose shards go."""

from collections.abc import Collection, Iterable

from actors.runtime.actor import Actor, Phase
from actors.runtime.errors import Fault
from actors.runtime.limits import Limits


def put_away(actors: Iterable[Actor], fault: Fault) -> None:
    """Take *actors* out of memory; who waits for one that is still at work gets *fault*."""
    for actor in actors:
        if actor.phase is Phase.RUNNING and not actor.pipeline:
            actor.put_away()
        else:
            actor.leave(fault)


def put_away_idle(actors: Collection[Actor], limits: Limits, now: float) -> None:
    """Put idle actors away, and the longest idle when there are too many; *now* is monotonic."""
    for actor in list(actors):
        if actor.watchers:
            actor.watchers.expire(now)
        if actor.quiet and now - actor.used >= limits.idle:
            actor.put_away()
    surplus = len(actors) - limits.active
    if surplus > 0:
        quiet = sorted((a for a in actors if a.quiet), key=lambda a: a.used)
        for actor in quiet[:surplus]:
            actor.put_away()
