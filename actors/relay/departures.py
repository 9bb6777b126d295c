"""How datagrams leave the one socket.

They are sent at once, except while a batch of incoming ones is read: what follows from these is
held until the batch is read, in the same turn of the loop, and then leaves together. Datagrams of
one size for one address are one call, and the system cuts them apart as late as it can
(`UDP_SEGMENT`, udp(7)): the packets of one picture cost little more than a single one. Where the
system or the way to an address can't do that, they leave one by one.
"""

import socket
import sys
from struct import Struct
from typing import Final

from actors.relay.demux import Address
from actors.relay.packets import MOST_BYTES
from actors.relay.tcp import plain

MOST_TOGETHER: Final = 40
"""Datagrams in one call: of a network's size, they are shorter than the longest datagram."""
_CUTS: Final = sys.platform == "linux"
_CUT: Final = (socket.IPPROTO_UDP, 103)
"""UDP_SEGMENT (linux/udp.h), of the level of UDP: the socket module has no name for it."""
_SIZE: Final = Struct("@H")


class Departures:
    """All that leaves *udp*."""

    def __init__(self, udp: socket.socket, *, together: bool = _CUTS) -> None:
        self.udp, self.together = udp, together
        self._holding = False
        self._held: list[UdpWay] = []
        """Ways that have something to send."""

    def add(self, way: "UdpWay") -> None:
        """Know that *way* has something to send: now, or when it is held no longer."""
        if self._holding:
            self._held.append(way)
        else:
            way.leave()

    def hold(self) -> None:
        """Hold what is sent from now on."""
        self._holding = True

    def release(self) -> None:
        """Send what was held, and all else at once again."""
        self._holding = False
        held, self._held = self._held, []
        for way in held:
            way.leave()


class UdpWay:
    """To one address through the one socket. What the system doesn't take (`OSError`) is lost."""

    __slots__ = ("_address", "_departures", "_held", "_together", "host", "number")

    protocol = "udp"

    def __init__(self, departures: Departures, address: Address) -> None:
        self._departures, self._address = departures, address
        self._together = departures.together
        self._held: list[bytes] = []
        self.host, self.number = plain(address)

    def send(self, data: bytes) -> None:
        """Send one datagram, or hold it."""
        held = self._held
        held.append(data)
        if len(held) == 1:
            self._departures.add(self)

    def leave(self) -> None:
        """Send what was held."""
        held, self._held = self._held, []
        for run in runs(held):
            if len(run) == 1 or not self._send_together(run):
                for data in run:
                    self._send(data)

    def trust(self) -> None:
        """Know that a good check has come: nothing was held for less."""

    def close(self) -> None:
        """Carry nothing any more: there is no connection to end."""

    def _send(self, data: bytes) -> None:
        try:
            self._departures.udp.sendto(data, self._address)
        except OSError:
            return

    def _send_together(self, run: list[bytes]) -> bool:
        """Send *run* in one call; tell whether that is done."""
        if not self._together:
            return False
        how = [(*_CUT, _SIZE.pack(len(run[0])))]
        try:
            self._departures.udp.sendmsg(run, how, 0, self._address)
        except BlockingIOError:
            return False
        except OSError:  # this way is narrow, or its network card can't: for good
            self._together = False
            return False
        return True


def runs(held: list[bytes]) -> list[list[bytes]]:
    """Cut *held* into what can leave together: of one size, but for a last one that is shorter."""
    found, size = list[list[bytes]](), -1
    for data in held:
        if len(data) == size and len(found[-1]) < MOST_TOGETHER:
            found[-1].append(data)
        elif len(data) < size:
            found[-1].append(data)
            size = -1
        else:
            found.append([data])
            size = len(data) if len(data) <= MOST_BYTES else -1
    return found
