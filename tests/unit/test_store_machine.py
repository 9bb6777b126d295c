"""A journal in a file belongs to one machine: network file systems, and who else has it open."""

import os
import re
from pathlib import Path

import pytest

from actors.store.files import StoreRefused, prepare
from actors.store.lock import Lock
from actors.store.machine import Machine, kind_of, refuse_network, this_machine
from actors.store.sqlite import SqliteJournal

HERE = Machine("1" * 32, "here")
THERE = Machine("2" * 32, "there")
NOWHERE = Machine("-", "container")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "data" / "journal.db"
    prepare(made)
    return made


def mounts(tmp_path: Path, kind: str) -> Path:
    """Return a list of mounts on which all that is here lies on *kind*."""
    device = tmp_path.stat().st_dev
    file = tmp_path / "mountinfo"
    file.write_text(
        "22 27 0:9999 / /proc rw,relatime - proc proc rw\n"
        f"27 1 {os.major(device)}:{os.minor(device)} / / rw shared:1 - {kind} //host/share rw\n"
    )
    return file


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "lustre", "fuse.sshfs", "fuse.glusterfs", "ceph"]
)
def test_a_network_file_system_is_refused_and_the_way_out_is_said(path: Path, kind: str) -> None:
    sentence = re.escape(f"({kind}), where SQLite loses data: put the data directory on a disk")
    with pytest.raises(StoreRefused, match=sentence):
        refuse_network(path, mounts(path.parents[1], kind))


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "overlay", "fuse.gocryptfs", "fuseblk"])
def test_a_disk_of_this_machine_will_do(path: Path, kind: str) -> None:
    refuse_network(path, mounts(path.parents[1], kind))


def test_where_nothing_is_said_of_mounts_nothing_is_refused(path: Path) -> None:
    refuse_network(path, path.with_name("no such file"))
    assert kind_of(os.makedev(8, 1), "rubbish\n22 27 0:4 / /proc rw - proc proc rw\n") == ""


async def test_a_journal_on_a_network_file_system_is_not_opened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = mounts(path.parents[1], "nfs4")
    monkeypatch.setattr(
        "actors.store.sqlite.opening.refuse_network", lambda file: refuse_network(file, listed)
    )
    with pytest.raises(StoreRefused, match="nfs4"):
        await SqliteJournal.open(path)


def test_what_another_machine_has_open_is_refused_until_its_word_is_removed(path: Path) -> None:
    crashed = Lock(path, THERE)
    os.close(crashed._handle)
    with pytest.raises(StoreRefused, match=r"by the machine there at .* UTC, .* remove .*db\.lock"):
        Lock(path, HERE)
    Lock(path, THERE).release()
    Lock(path, HERE).release()


def test_removing_the_lock_file_lets_this_machine_go_on(path: Path) -> None:
    os.close(Lock(path, THERE)._handle)
    path.with_name("journal.db.lock").unlink()
    Lock(path, HERE).release()


def test_a_machine_opens_again_what_it_crashed_with(path: Path) -> None:
    os.close(Lock(path, HERE)._handle)
    Lock(path, HERE._replace(name="renamed")).release()


def test_a_machine_without_an_id_refuses_nothing(path: Path) -> None:
    os.close(Lock(path, THERE)._handle)
    lock = Lock(path, NOWHERE)
    assert path.with_name("journal.db.lock").read_text() == "- container\n"
    os.close(lock._handle)
    Lock(path, HERE).release()
    assert path.with_name("journal.db.lock").read_text() == ""


def test_a_machine_says_who_it_is(tmp_path: Path) -> None:
    file = tmp_path / "machine-id"
    assert this_machine(file).id == "-"
    file.write_text("abc\n")
    assert this_machine(file).id == "abc"
    assert this_machine(file).name
