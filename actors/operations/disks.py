"""Whether a directory is on a disk of this machine: an SQLite file on any other is no good.

Locks of other machines may not be seen there, and the journal's own lock is all that keeps a second
process off (https://sqlite.org/wal.html: "WAL does not work over a network filesystem").
"""

from pathlib import Path

from actors.store.files import StoreRefused

MOUNTS = Path("/proc/self/mountinfo")
SHARED = frozenset(
    {
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "gfs2",
        "glusterfs",
        "lustre",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb3",
    }
)
"""Kinds of file systems that several machines have at a time."""


def refuse_shared(directory: Path) -> None:
    """Raise `StoreRefused` when *directory* is on a disk that other machines have, too."""
    kind = kind_of(directory, MOUNTS.read_text()) if MOUNTS.exists() else ""
    if kind in SHARED:
        raise StoreRefused(
            f"{directory} is on a disk that several machines may share ({kind}), and an SQLite "
            "journal is for one: let `data` in [node] be on a disk of this machine, or name a "
            "database in [store]."
        )


def kind_of(directory: Path, mounts: str) -> str:
    """Return the kind of file system that *directory* is on, by the text of `mountinfo`."""
    place, found = directory.resolve(), {}
    for line in mounts.splitlines():
        head, _, tail = line.partition(" - ")
        at = Path(head.split(" ")[4].replace("\\040", " "))
        if place.is_relative_to(at):
            found[at] = tail.split(" ")[0]  # the last of several there covers the others
    deepest = max(found, key=lambda at: len(at.parts), default=None)
    return found[deepest] if deepest is not None else ""
