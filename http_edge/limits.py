"""How often one network or one person may try: a token bucket for each, of those seen lately."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from aiohttp import web

from actors.runtime.clock import Clock
from http_edge import keys
from http_edge.ask import caller_of
from http_edge.problems import Problem

REMEMBERED = 10_000
MINUTE = 60
WRITING = "write"
"""The limit of messages, written or changed, whichever way they come."""


@dataclass(slots=True)
class Bucket:
    """A token bucket: *left* at *at*, filled up steadily."""

    left: float
    at: float

    def take(self, now: float, most: int, per_second: float) -> float:
        """Take one token; return 0, or the seconds until there will be one."""
        self.left = min(most, self.left + (now - self.at) * per_second)
        self.at = now
        if self.left < 1:
            return (1 - self.left) / per_second
        self.left -= 1
        return 0


class Limits:
    """Tries per minute, for each name of a limit and each network (/24, /64) or person."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def check(self, name: str, address: str) -> None:
        """Count a try, or raise `Problem` (429) when there were too many."""
        place = (name, network_of(address))
        now = self._clock.monotonic()
        bucket = self._buckets.setdefault(place, Bucket(self._per_minute, now))
        self._buckets.move_to_end(place)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        wait = bucket.take(now, self._per_minute, self._per_minute / MINUTE)
        if wait:
            raise Problem(
                429,
                "too_many_attempts",
                "Too many attempts; wait a little.",
                headers={"Retry-After": str(math.ceil(wait))},
            )


def check_person(request: web.Request, name: str) -> None:
    """Count a try of whoever asks, wherever they are, or raise `Problem` (429)."""
    request.app[keys.LIMITS].check(name, caller_of(request).user)


def network_of(address: str) -> str:
    """Return the network that tries from *address* are counted for."""
    try:
        bits = 24 if ip_address(address).version == 4 else 64  # noqa: PLR2004  IPv4
    except ValueError:
        return address
    return str(ip_network(f"{address}/{bits}", strict=False))
