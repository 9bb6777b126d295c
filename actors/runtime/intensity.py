"""How often something may fail before it rests: so many times within so many seconds."""

from collections import deque


class RestartIntensity:
    """Counts failures in a sliding window (OTP's `intensity` and `period`)."""

    __slots__ = ("_failures", "_period", "_times")

    def __init__(self, failures: int, period: float) -> None:
        self._failures = failures
        self._period = period
        self._times: deque[float] = deque()

    def __len__(self) -> int:
        return len(self._times)

    def exceeded(self, now: float) -> bool:
        """Count a failure at *now* (seconds); return whether it is one too many."""
        self._times.append(now)
        while self._times[0] <= now - self._period:
            self._times.popleft()
        return len(self._times) > self._failures

    def over(self, now: float) -> bool:
        """Return whether every failure is longer ago than the window."""
        return not self._times or self._times[-1] <= now - self._period
