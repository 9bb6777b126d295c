"""Which media workers live, as far as their beats tell. It waits for nothing and reads no clock."""

from dataclasses import dataclass

from actors.call_session.messages import Worker
from actors.relay.messages import Beat

LOOK_SECONDS = 0.15
SILENT_LOOKS = 6
"""So many looks without a beat, and a worker is dead: 0.75 to 0.9 s. Looks are counted, not time,
so that a stall of our own kills nobody."""

GRACE_LOOKS = 60
"""Further looks (9 s) that workers have after the bus was away: they have to find it again, too."""


@dataclass(slots=True)
class _Seen:
    """A worker that beats."""

    beat: Beat
    silent: int = 0
    """Looks since its last beat; below 0 while it has grace."""

    @property
    def worker(self) -> Worker:
        return Worker(self.beat.worker, self.beat.boot)


class Live:
    """The workers that live."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._seen)

    def hear(self, beat: Beat) -> Worker | None:
        """Take a beat; return the worker that had its name before, and is gone then."""
        before = self._seen.get(beat.worker)
        self._seen[beat.worker] = _Seen(beat)
        return before.worker if before and before.beat.boot != beat.boot else None

    def expect(self, worker: Worker) -> bool:
        """Look for *worker*, which others have heard; return whether it is known to be gone.

        One that was not heard here yet has as long to beat as one that falls silent.
        """
        silent = Beat(worker.name, worker.boot, calls=0, streams=0, load=1.0)
        return self._seen.setdefault(worker.name, _Seen(silent)).worker != worker

    def look(self, *, connected: bool) -> tuple[Worker, ...]:
        """Look for who was silent for too long (nobody, while the bus is away): they are gone."""
        for seen in self._seen.values():
            seen.silent = seen.silent + 1 if connected else -GRACE_LOOKS
        gone = [seen.worker for seen in self._seen.values() if seen.silent >= SILENT_LOOKS]
        for worker in gone:
            del self._seen[worker.name]
        return tuple(gone)

    def miss(self, name: str) -> Worker | None:
        """Take note that nobody serves *name*; return who is gone with that."""
        seen = self._seen.get(name)
        if seen is None or seen.silent < 0:
            return None
        return self._seen.pop(name).worker

    def chosen(self, prefer: Worker | None = None) -> tuple[Worker, ...]:
        """Return who lives: *prefer* first, then the least busy."""
        seen = sorted(
            self._seen.values(),
            key=lambda each: (each.worker != prefer, each.beat.load, each.beat.streams),
        )
        return tuple(each.worker for each in seen)
