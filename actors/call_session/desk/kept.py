"""What was arranged with which media worker. It waits for nothing and reads no clock."""

from dataclasses import dataclass, field

from actors.call_session.messages import LONGEST, Worker
from actors.ids import CallId, LegId
from actors.relay.messages import ECHO_SECONDS, Arrange, Change


@dataclass(slots=True)
class _Call:
    """A call that is on a worker."""

    worker: Worker
    order: Arrange
    since: float
    """Monotonic seconds at which its session last arranged it."""
    told: dict[LegId, Change] = field(default_factory=dict)
    """The last change of each leg that the session was told."""


class Kept:
    """The calls that are on workers."""

    def __init__(self) -> None:
        self._calls: dict[CallId, _Call] = {}

    def __contains__(self, call: CallId) -> bool:
        """Whether *call* is on a worker."""
        return call in self._calls

    def keep(self, worker: Worker, order: Arrange, now: float) -> None:
        """Take note that *worker* carries the call of *order*."""
        before = self._calls.get(order.call)
        told = before.told if before and before.worker == worker else {}
        self._calls[order.call] = _Call(worker, order, now, told)

    def drop(self, call: CallId, order: Arrange | None = None) -> Worker | None:
        """Forget *call* (if *order* is how it was arranged last); return where it was."""
        found = self._calls.get(call)
        if found is None or order not in {None, found.order}:
            return None
        return self._calls.pop(call).worker

    def drop_all(self, worker: Worker) -> tuple[CallId, ...]:
        """Forget the calls that were on *worker*, and return them."""
        lost = tuple(call for call, kept in self._calls.items() if kept.worker == worker)
        for call in lost:
            del self._calls[call]
        return lost

    def is_news(self, change: Change) -> bool:
        """Whether the session was not told that already (and take note that it is)."""
        call = self._calls.get(change.call)
        if call is None:
            return True
        before, call.told[change.leg] = call.told.get(change.leg), change
        return before != change

    def held(self, now: float) -> tuple[tuple[Worker, Arrange], ...]:
        """Return what has to be said again. Whom nobody has arranged for so long is forgotten."""
        longest = LONGEST.total_seconds()
        for call, kept in tuple(self._calls.items()):
            if now - kept.since > longest:
                del self._calls[call]
        return tuple((kept.worker, kept.order) for kept in self._calls.values())


class Echoes:
    """On which worker somebody hears themselves, for as long as that lasts."""

    def __init__(self) -> None:
        self._at: dict[LegId, tuple[Worker, float]] = {}

    def keep(self, leg: LegId, worker: Worker, now: float) -> None:
        """Take note of where *leg* is."""
        self._at[leg] = worker, now

    def where(self, leg: LegId) -> Worker | None:
        """Return where *leg* is."""
        found = self._at.get(leg)
        return found[0] if found else None

    def forget(self, now: float) -> None:
        """Forget those that are over."""
        self._at = {leg: at for leg, at in self._at.items() if now - at[1] <= ECHO_SECONDS}
