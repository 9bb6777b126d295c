"""The conversations that one socket follows: a few of them, each read by itself."""

from collections.abc import Callable

from actors.address import Address
from actors.conversation.messages import KIND, address_of
from actors.ids import ConversationId
from actors.runtime.envelope import Told
from http_edge.sockets.followed import Followed
from http_edge.sockets.frames import Refused
from http_edge.sockets.reader import Reader

MOST = 8


class Follows:
    """Follows conversations for *reader*."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._running: dict[ConversationId, tuple[Followed, Callable[[], object]]] = {}

    def __len__(self) -> int:
        return len(self._running)

    def follow(self, conversation: ConversationId, after: int) -> None:
        """Send what happens in *conversation* after number *after*, as if for the first time."""
        self.drop(conversation)
        if len(self._running) >= MOST:
            address = str(address_of(conversation))
            self._reader.put(
                Refused(address, "too_many_follows", "That is more than a page follows.")
            )
            return
        followed = Followed(conversation, after, self._reader)
        stop = self._reader.spawn(self._run(conversation, followed))
        self._running[conversation] = followed, stop

    async def _run(self, conversation: ConversationId, followed: Followed) -> None:
        """Follow until a rule says no."""
        await followed.run()
        del self._running[conversation]

    def drop(self, conversation: ConversationId) -> None:
        """Follow it no more (the actor forgets by itself)."""
        running = self._running.pop(conversation, None)
        if running is not None:
            _, stop = running
            stop()

    def moved(self, has_moved: Callable[[Address], bool]) -> None:
        """Watch again at once those that another node has now."""
        for followed, _ in self._running.values():
            if has_moved(followed.address):
                followed.watch_again()

    def told(self, told: Told) -> None:
        """Take what an actor tells."""
        if told.actor.kind == KIND:
            running = self._running.get(ConversationId(told.actor.key))
            if running is not None:
                running[0].told(told)
