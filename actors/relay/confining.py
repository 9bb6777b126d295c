"""What a media worker may take of the machine, and touch on it: set once, before its first packet.

It reads what strangers send, so it is held small: memory, open files, no core dumps, no new rights;
and of the files (Landlock, Linux 5.13) it reads programs alone and writes to one directory.
"""

import ctypes
import os
import resource
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import structlog

import actors
import config

_log = structlog.get_logger(__name__)

MEGABYTE = 1024 * 1024
RESERVED_MB = 1024
"""Addresses beside the memory itself: programs, and what is set aside and never used."""
OPEN_FILES = 4096

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_NO_NEW_PRIVS = 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_ASKED = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FIRST_VERSION = (1 << 13) - 1
"""Every way to touch a file that the first version of Landlock knows."""
_SINCE = {2: 1 << 13, 3: 1 << 14}
"""What later versions know: moving between directories, cutting a file short."""

READABLE = (
    *("/usr", "/lib", "/lib64", "/dev/urandom", "/proc/self", "/sys/devices/system/cpu"),
    *("/etc/ssl", "/etc/localtime", "/etc/ld.so.cache", "/etc/hosts", "/etc/nsswitch.conf"),
)


class _Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`, its first field."""

    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def confine(memory_mb: int, writable: Path) -> None:
    """Hold this process to *memory_mb*, and to *writable* for what it writes."""
    os.umask(0o077)
    data, addresses = memory_mb * MEGABYTE, (memory_mb + RESERVED_MB) * MEGABYTE
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_AS, addresses),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        _limit(what, most)
    if not fence(writable):
        _log.warning("worker.not_fenced", why="This system has no Landlock.")


def _limit(what: int, most: int) -> None:
    """Lower a limit; where it is lower already it stays."""
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def fence(writable: Path) -> bool:
    """Let this process read programs, and write to *writable* alone; False: it can't be done."""
    if _LIBC is None:
        return False
    version = _LIBC.syscall(_CREATE_RULESET, None, 0, _VERSION_ASKED)
    if version < 1:
        return False
    everything = _FIRST_VERSION | sum(ways for since, ways in _SINCE.items() if version >= since)
    attributes = _Ruleset(everything)
    ruleset = _LIBC.syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.sizeof(attributes), 0)
    try:
        for path in _programs():
            _allow(ruleset, path, _READ_FILE | _READ_DIR | _EXECUTE)
        _allow(ruleset, Path(os.devnull), _READ_FILE | _WRITE_FILE)
        _allow(ruleset, writable, everything & ~_EXECUTE)
        _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(_LIBC.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _programs() -> Iterable[Path]:
    ours = (*actors.__path__, *config.__path__)
    python = (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())
    return (Path(path) for path in dict.fromkeys((*READABLE, *python, *ours)))


def _allow(ruleset: int, path: Path, ways: int) -> None:
    """Allow to touch *path*, and all beneath it, in these *ways*; it need not exist."""
    assert _LIBC is not None  # noqa: S101  seen before
    with suppress(OSError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not path.is_dir():
                ways &= _READ_FILE | _WRITE_FILE | _EXECUTE
            rule = _PathBeneath(ways, descriptor)
            _LIBC.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
        finally:
            os.close(descriptor)
