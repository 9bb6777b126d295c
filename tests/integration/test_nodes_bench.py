"""That many nodes can be measured: `scripts/bench --nodes 1,2`, very small."""

from scripts.benchmarks import nodes
from scripts.benchmarks.figures import Figures

SMALL = nodes.Size(
    callers=4, actors=8, turns=1, callers_in_trouble=4, asked=8, kills=1, hand_overs=1
)


async def test_nodes_are_measured_beside_their_yardsticks() -> None:
    figures = Figures()
    await nodes.measure(figures, 0.2, counts=(1, 2), size=SMALL)
    for name in ("nodes_1", "nodes_2"):
        assert figures[f"{name}_ask"] > 0
        assert figures[f"{name}_to_raw_nats"] > 0
        assert figures[f"{name}_rss_mb"] > 0
        assert figures[f"{name}_take_over_all_max"] > 0
    assert figures["nodes_2_drain_wait_max"] > 0
    assert figures["nodes_2_coming_wait_max"] > 0
