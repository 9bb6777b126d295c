"""A network of one's own: nothing but loopback, and rules for what is dropped in it.

A namespace is entered by the thread that runs the tests, so that all that is started meanwhile
(the clinic, Chromium) lives in it; it is gone with the last of them, however that ends. It takes
root and `nft`. Where they are missing, a `tests.browser.middlebox` makes all the trouble.
"""

import asyncio
import ctypes
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

NEW_NETWORK = 0x40000000
"""`CLONE_NEWNET`."""
SET_FLAGS = 0x8914
"""`SIOCSIFFLAGS`."""
UP = 0x1
_LIBC = ctypes.CDLL(None, use_errno=True)


def _namespace() -> str:
    """Return the path of this thread's network."""
    return f"/proc/self/task/{threading.get_native_id()}/ns/net"


def _checked(code: int) -> None:
    if code:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Firewall:
    """What is dropped on its way into this network.

    On its way in, not out: who sends is told of what is dropped there, as no network does.
    """

    def drop(self, *rules: str) -> None:
        """Drop and count what any of *rules* (of nft) matches, besides what is dropped already."""
        self._tell("add table inet trouble")
        self._tell("add chain inet trouble in { type filter hook input priority 0; }")
        for rule in rules:
            self._tell(f"add rule inet trouble in {rule} counter drop")

    def dropped(self) -> int:
        """Return how many packets the rules have dropped."""
        words = self._tell("list chain inet trouble in").split()
        return sum(int(number) for word, number in pairwise(words) if word == "packets")

    def clear(self) -> None:
        """Drop nothing any more."""
        with suppress(subprocess.CalledProcessError):
            self._tell("delete table inet trouble")

    def _tell(self, words: str) -> str:
        nft = shutil.which("nft", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        if nft is None:
            raise FileNotFoundError("nft is not installed")
        told = subprocess.run([nft, words], check=True, capture_output=True, text=True)  # noqa: S603
        return told.stdout


def lacking() -> str:
    """Return why there can be no network of one's own here; empty: there can."""
    try:
        with private_network() as firewall:
            firewall.drop("udp dport 9")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no network of its own here: {error}"
    return ""


@contextmanager
def own_network() -> Iterator[Firewall | None]:
    """Enter a network of our own where there can be one; else say why there is none."""
    reason = lacking()
    if reason:
        print(f"note {reason}")  # noqa: T201  for who reads the figures
        yield None
        return
    with private_network() as firewall:
        yield firewall


@contextmanager
def entered(network: int) -> Iterator[None]:
    """Let this thread be in another *network* (an open file of it) until the end."""
    with Path(_namespace()).open("rb") as before:
        _checked(_LIBC.setns(network, NEW_NETWORK))
        try:
            yield
        finally:
            _checked(_LIBC.setns(before.fileno(), NEW_NETWORK))


@contextmanager
def private_network() -> Iterator[Firewall]:
    """Let what this thread opens be in a new network until the end. `OSError`: it can't."""
    before = Path(_namespace()).open("rb")  # noqa: SIM115  kept until we are back
    with before:
        _checked(_LIBC.unshare(NEW_NETWORK))
        try:
            _raise_loopback()
            with _own_threads():
                yield Firewall()
        finally:
            _checked(_LIBC.setns(before.fileno(), NEW_NETWORK))


@contextmanager
def _own_threads() -> Iterator[None]:
    """Let the loop have other threads meanwhile than before and after.

    A thread stays for good in the network of who has started it.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        yield
        return
    inside = ThreadPoolExecutor()
    loop.set_default_executor(inside)
    try:
        yield
    finally:
        loop.set_default_executor(ThreadPoolExecutor())
        inside.shutdown(wait=False)


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", b"lo", UP))
