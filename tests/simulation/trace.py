"""What happened in a run, in order: a hash of all of it, and on request the lines themselves."""

from hashlib import blake2b


class Trace:
    """Grows with every message, every transaction, every fault and every answer."""

    def __init__(self, *, keep: bool = False) -> None:
        self.lines: list[str] = []
        self._keep = keep
        self._hash = blake2b(digest_size=16)

    def note(self, now: float, what: str) -> None:
        """Note that *what* happened *now*."""
        line = f"{now:.6f} {what}"
        self._hash.update(line.encode())
        if self._keep:
            self.lines.append(line)

    def digest(self) -> str:
        """Return the hash of all that was noted."""
        return self._hash.hexdigest()
