"""The one-connection rule: one process of one machine has a journal open."""

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from actors.store.files import StoreRefused
from actors.store.machine import Machine, this_machine

LONGEST: Final = 1024
"""Bytes that a lock file may say."""


class Lock:
    """An exclusive lock file beside *path*, held by the kernel, which is gone with the process.

    The kernel knows this machine alone. So the file, which stays, says which machine has the
    journal open; it is emptied when that ends in order.
    """

    def __init__(self, path: Path, machine: Machine | None = None) -> None:
        self._file = path.with_name(path.name + ".lock")
        self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            self._take(path, machine or this_machine())
        except BaseException:
            os.close(self._handle)
            raise

    def release(self) -> None:
        """Let another process open the store, of whatever machine."""
        os.ftruncate(self._handle, 0)
        os.close(self._handle)

    def _take(self, path: Path, machine: Machine) -> None:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreRefused(f"{path} is in use: one journal has one process.") from error
        holder = self._holder()
        if holder is not None and not machine.may_be(holder):
            since = datetime.fromtimestamp(self._file.stat().st_mtime, UTC)
            raise StoreRefused(
                f"{path} was opened by the machine {holder.name} at {since:%Y-%m-%d %H:%M} UTC, "
                "and not closed since. Stop Carewire there. When that machine is off for good, "
                f"remove {self._file}."
            )
        self._say(machine)

    def _holder(self) -> Machine | None:
        said = os.pread(self._handle, LONGEST, 0).decode(errors="replace").split()
        return Machine(*said) if len(said) == len(Machine._fields) else None

    def _say(self, machine: Machine) -> None:
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{machine.id} {machine.name}\n".encode(), 0)
        os.fsync(self._handle)
