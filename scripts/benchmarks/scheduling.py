"""Time and routing: free times, the triage board under load, and many timers at once."""

from scripts.benchmarks import board, free_times, timers
from scripts.benchmarks.figures import Figures


async def measure(figures: Figures, seconds: float) -> None:
    """Take every figure of scheduling."""
    free_times.measure(figures)
    await board.measure(figures, seconds)
    await timers.measure(figures)
