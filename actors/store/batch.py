"""Commits on their way into one transaction, and what became of each."""

from collections.abc import Iterable, Iterator, Sequence

from actors.runtime.errors import JournalError, Undone
from actors.runtime.journal import Commit, Line


class Batch:
    """Commits in the order of their appends. `results` says of each why it failed, if it did."""

    def __init__(self, lines: Sequence[Line], commits: Sequence[Commit]) -> None:
        self.commits = commits
        self.results: list[JournalError | None] = [
            Undone() if line.broken else None for line in lines
        ]
        self._lines = lines
        self._broken: dict[Line, int] = {}

    def standing(self, places: Iterable[int] | None = None) -> Iterator[int]:
        """Yield those of *places* (None: of all) whose commits have not failed, in order.

        One that stands on a commit that failed is `Undone` when its turn comes.
        """
        for place in range(len(self.commits)) if places is None else places:
            if self.results[place] is None:
                if self._broken.get(self._lines[place], place) < place:
                    self.results[place] = Undone()
                else:
                    yield place

    def fail(self, place: int, error: JournalError) -> None:
        """Say that the commit at *place* failed."""
        line = self._lines[place]
        self.results[place] = error
        self._broken[line] = min(place, self._broken.get(line, place))

    def give_up(self, error: JournalError) -> None:
        """Fail them all: the transaction was not made, or nobody can tell."""
        self.results = [type(error)(str(error)) for _ in self.commits]
