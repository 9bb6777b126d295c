"""How far apart the releases of nodes may be that run at the same time.

A release reads what the one before and the one after it say and write. So an upgrade of running
nodes goes from release to release, and a node further away than that does not start beside others.
"""

from collections.abc import Iterable

from actors.runtime.leases import Member
from config import floors


class TooFarApart(Exception):
    """Nodes of another release run that this one does not understand; the text says which."""


def hold(version: str, members: Iterable[Member]) -> None:
    """Raise `TooFarApart` unless a node of *version* may run beside all of *members*."""
    for member in members:
        if member.version and not near(version, member.version):
            raise TooFarApart(
                f"The node {member.name} runs Carewire {member.version}, and this is {version}: "
                "nodes that run together may be one minor release apart. Upgrade release by "
                f"release, or stop {member.name} and all others first."
            )


def near(one: str, other: str) -> bool:
    """Return whether two versions are of the same minor release, or of neighbouring ones."""
    (major, minor), (its_major, its_minor) = _release(one), _release(other)
    return major == its_major and abs(minor - its_minor) <= 1


def _release(version: str) -> tuple[int, int]:
    numbers, _ = floors.version(version)
    major, minor, *_ = (*numbers, 0, 0)
    return major, minor
