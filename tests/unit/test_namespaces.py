"""Networks of a test's own: who is in them, and who is not."""

import asyncio
from pathlib import Path

from tests.browser.namespaces import own_network


def network() -> str:
    """Return which network the thread that asks is in."""
    return str(Path("/proc/thread-self/ns/net").readlink())


async def test_threads_are_in_the_network_of_who_uses_them() -> None:
    outside = network()
    assert await asyncio.to_thread(network) == outside
    with own_network():
        inside = network()
        assert await asyncio.to_thread(network) == inside
    assert network() == outside
    assert await asyncio.to_thread(network) == outside
