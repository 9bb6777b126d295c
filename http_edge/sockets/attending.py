"""The calls that one socket attends: a few of them, each by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from actors.address import Address
from actors.call_session.messages import address_of
from actors.ids import CallId
from actors.runtime.envelope import Told
from http_edge.sockets.attended import Attended, AttendedElsewhere
from http_edge.sockets.call_frames import Attend
from http_edge.sockets.frames import Refused
from http_edge.sockets.legs import Legs
from http_edge.sockets.reader import Reader
from http_edge.sockets.refusing import refused

MOST = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A call that is attended, as far as others who speak for its leg know it."""

    attended: Attended
    stop: Callable[[], object]
    give_way: Callable[[Attended], None]

    def replaced(self) -> None:
        """Speak no more: a newer one does."""
        self.give_way(self.attended)


class Attending:
    """Attends calls for *reader*; *legs* are those of all pages of this edge."""

    def __init__(self, reader: Reader, legs: Legs) -> None:
        self._reader = reader
        self._legs = legs
        self._lines: dict[CallId, Line] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def attend(self, wish: Attend) -> None:
        """Send how the call is and what the leg is told, as if for the first time."""
        call = CallId(wish.call)
        self.drop(call)
        if len(self._lines) >= MOST:
            self._refuse(call, "too_many_calls", "That is more than a page attends.")
            return
        attended = Attended(wish, self._reader)
        line = Line(attended, self._reader.spawn(self._run(attended)), self._give_way)
        self._lines[call] = line
        self._legs.take(attended.place, line)

    async def _run(self, attended: Attended) -> None:
        """Attend until a rule says no."""
        await attended.run()
        self._legs.give_up(attended.place, self._lines.pop(attended.call))

    def _give_way(self, attended: Attended) -> None:
        self._lines.pop(attended.call).stop()
        self._reader.put(refused(AttendedElsewhere(), address=str(attended.address)))

    def _refuse(self, call: CallId, code: str, sentence: str) -> None:
        self._reader.put(Refused(str(address_of(call)), code, sentence))

    def drop(self, call: CallId) -> None:
        """Attend it no more (the actor forgets by itself)."""
        line = self._lines.pop(call, None)
        if line is not None:
            line.stop()
            self._legs.give_up(line.attended.place, line)

    def moved(self, has_moved: Callable[[Address], bool]) -> None:
        """Watch again at once those that another node has now."""
        for line in self._lines.values():
            if has_moved(line.attended.address):
                line.attended.watch_again()

    def told(self, told: Told) -> None:
        """Take what an actor tells."""
        for line in self._lines.values():
            line.attended.told(told)

    def leave(self, *, gone: bool = False) -> None:
        """Have the calls know that the line of their legs broke, unless another one is there.

        *gone*: the browser has said that the page is no more.
        """
        for line in self._lines.values():
            if line.attended.mine:
                self._legs.lose(line.attended.place, line, partial(line.attended.lose, gone=gone))
            else:
                self._legs.give_up(line.attended.place, line)
        self._lines.clear()
