"""What forwarding costs, beside others on the same load: `scripts/bench calls`, very small.

The figures that count are the bench's own, with 120 streams; here it is held that all of it can be
measured, that everything which is sent arrives, and that to forward is less than to encode anew.
"""

from pathlib import Path

from scripts.benchmarks import calls_janus
from scripts.benchmarks.calls import SMALL, own_address
from scripts.benchmarks.calls_janus import janus
from scripts.benchmarks.calls_load import Cost, Server, cost_of
from scripts.benchmarks.calls_mediarelay import media_relay
from scripts.benchmarks.calls_relay import relay
from tests.browser.measures import say

SECONDS = 1.5
LOOPBACK = "127.0.0.1"
"""Where aiortc, whose the MediaRelay is, never listens."""
LEAST = 0.5
"""Share of the packets that arrives on any machine, however busy; on one that is not, all do."""


async def cost(name: str, server: Server) -> Cost:
    """Return what the load costs *server*, and print it."""
    found = await cost_of(server, SMALL, own_address(), SECONDS)
    say(f"{name}_core_per_stream", found.percent_per_stream, "%")
    say(f"{name}_arrived", 100 * found.arrived, "%")
    return found


async def test_16_17_to_forward_costs_less_than_to_encode_anew(tmp_path: Path) -> None:
    async with relay(tmp_path, own_address()) as server:
        ours = await cost("relay", server)
    assert ours.arrived > LEAST
    if calls_janus.is_installed():
        (tmp_path / "janus").mkdir()
        async with janus(tmp_path / "janus") as server:
            assert (await cost("janus", server)).arrived > 0
    if own_address() == LOOPBACK:
        return
    async with media_relay() as server:
        theirs = await cost("mediarelay", server)
    say("relay_to_mediarelay", ours.percent_per_stream / theirs.percent_per_stream, "")
    assert ours.percent_per_stream < theirs.percent_per_stream
