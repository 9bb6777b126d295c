"""Which machine this is, and on what kind of file system a path lies."""

import os
import socket
from pathlib import Path
from typing import Final, NamedTuple

from actors.store.files import StoreRefused

MACHINE_ID: Final = Path("/etc/machine-id")
MOUNTS: Final = Path("/proc/self/mountinfo")

NETWORK: Final = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "glusterfs", "lustre", "ncpfs"),
        *("nfs", "nfs4", "orangefs", "pvfs2", "smb3", "smbfs"),
    }
)
"""Kinds of file systems that other machines may have open too (Linux's names)."""
NETWORK_FUSE: Final = frozenset(
    {
        *("ceph", "ceph-fuse", "curlftpfs", "davfs", "gcsfuse", "glusterfs", "goofys", "httpfs"),
        *("juicefs", "lustre", "mfs", "moosefs", "rclone", "s3fs", "smbnetfs", "sshfs"),
        "vmhgfs-fuse",
    }
)
"""The same, of those that are programs: `fuse.sshfs`."""


UNKNOWN: Final = "-"
"""The id of a machine that has none, as some containers do: it can't be told from others."""


class Machine(NamedTuple):
    """One machine, by its id of systemd (machine-id(5)) and its host name."""

    id: str
    name: str

    def may_be(self, other: "Machine") -> bool:
        """Return whether *other* may be this one."""
        return UNKNOWN in {self.id, other.id} or self.id == other.id


def this_machine(file: Path = MACHINE_ID) -> Machine:
    """Return the machine that this runs on."""
    try:
        found = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        found = ""
    return Machine(found or UNKNOWN, socket.gethostname())


def kind_of(device: int, mounts: str) -> str:
    """Return the kind of file system that *device* is, as `/proc/self/mountinfo` names it.

    Empty when *mounts* doesn't say: then it is no network's, these are always there.
    """
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts.splitlines():
        place, _, rest = line.partition(" - ")
        if place.split()[2:3] == [wanted]:
            return rest.split()[0]
    return ""


def refuse_network(path: Path, mounts: Path = MOUNTS) -> None:
    """Refuse a *path* that other machines may have open too: SQLite's locks don't reach there."""
    try:
        text = mounts.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    kind = kind_of(path.stat().st_dev, text)
    if kind in NETWORK or kind.removeprefix("fuse.") in NETWORK_FUSE:
        raise StoreRefused(
            f"{path} lies on a network file system ({kind}), where SQLite loses data: put the data "
            "directory on a disk of this machine, or use PostgreSQL (`url` of the part [store])."
        )
