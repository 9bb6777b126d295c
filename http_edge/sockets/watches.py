"""The addresses that one page shows, each with the last event number that the browser knows."""

from collections.abc import Callable
from dataclasses import dataclass

from actors.address import Address
from actors.refusal import Refusal
from actors.runtime.envelope import Told, Watched
from actors.runtime.errors import DeliveryFailed
from http_edge.sockets.frames import Changed, Refused, Watching
from http_edge.sockets.reader import Reader
from http_edge.sockets.refusing import refused

KINDS = frozenset(
    {
        "patient",
        "doctor",
        "admin_router",
        "directory",
        "notify",
        "conversation",
        "phone",
        "call_session",
        "visit_note",
    }
)
"""The actors that pages show. Whether this caller may see one, its own rule says."""
MOST = 32
RENEW_SECONDS = 10.0
"""Watches are renewed well before actors forget them (`WATCH_SECONDS`)."""
RETRY_SECONDS = 1.0
WAIT = 3.0


@dataclass(slots=True)
class Shown:
    """One address. *seq* is the last number that the browser was told."""

    seq: int
    due: float = 0.0
    """When the watch is renewed."""
    said: bool = False
    """Whether the browser knows that it is being watched."""
    heard: int = 0
    """The last number that was told before the browser knew."""


class Watches:
    """Watches actors for *reader*."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._shown: dict[Address, Shown] = {}

    def __len__(self) -> int:
        return len(self._shown)

    def watch(self, address: str, after: int) -> None:
        """Watch the printed *address* from number *after* on."""
        put, wanted = self._reader.put, _read(address)
        if wanted is None:
            put(Refused(address, "not_found", "There is nothing to watch there."))
        elif wanted not in self._shown and len(self._shown) >= MOST:
            put(Refused(address, "too_many_watches", "That is more than a page shows."))
        else:
            shown = self._shown[wanted] = Shown(after, due=self._in(WAIT))
            self._reader.spawn(self._renew(wanted, shown))

    def drop(self, address: str) -> None:
        """Watch it no more (the actor forgets by itself)."""
        wanted = _read(address)
        if wanted is not None:
            self._shown.pop(wanted, None)

    def told(self, told: Told) -> None:
        """Take what an actor tells: events, or that there were too many to tell."""
        shown = self._shown.get(told.actor)
        if shown is None:
            return
        if shown.said:
            self._changed(told.actor, shown, last_of(told))
        else:
            shown.heard = max(shown.heard, last_of(told))

    def moved(self, has_moved: Callable[[Address], bool]) -> None:
        """Watch again at once those that another node has now."""
        for address, shown in self._shown.items():
            if has_moved(address):
                shown.due = 0.0
        self.renew_due()

    def renew_due(self) -> None:
        """Watch again what is due: an actor that was put away or moved has forgotten us."""
        now = self._in(0)
        for address, shown in self._shown.items():
            if shown.due <= now:
                shown.due = now + WAIT
                self._reader.spawn(self._renew(address, shown))

    async def _renew(self, address: Address, shown: Shown) -> None:
        known = shown.seq
        try:
            watched = await self._ask(address, shown)
        except Refusal as refusal:
            self._refused(address, shown, refusal)
            return
        if watched is None or self._shown.get(address) is not shown:
            return
        if not shown.said:
            shown.said = True
            self._reader.put(Watching(str(address), watched.seq))
        if watched.seq < known:
            shown.seq = -1  # the browser knows numbers of another journal: it reads anew
        self._changed(address, shown, max(watched.seq, shown.heard))

    def _refused(self, address: Address, shown: Shown, refusal: Refusal) -> None:
        if self._shown.get(address) is shown:
            del self._shown[address]
            self._reader.put(refused(refusal, address=str(address)))

    async def _ask(self, address: Address, shown: Shown) -> Watched | None:
        """Watch (again) and return what the actor says; None when there is no answer now."""
        reader = self._reader
        try:
            watched = await reader.client.watch(
                address, reader.subject, shown.seq, reader.caller, wait=WAIT
            )
        except DeliveryFailed:
            shown.due = self._in(RETRY_SECONDS)
            return None
        shown.due = self._in(RENEW_SECONDS)
        return watched

    def _in(self, seconds: float) -> float:
        return self._reader.clock.monotonic() + seconds

    def _changed(self, address: Address, shown: Shown, seq: int) -> None:
        if seq > shown.seq:
            shown.seq = seq
            self._reader.put(Changed(str(address), seq))


def last_of(told: Told) -> int:
    """Return the number of the last event that *told* is about."""
    return told.seq + max(told.count, 1) - 1


def _read(text: str) -> Address | None:
    try:
        address = Address.parse(text)
    except ValueError:
        return None
    return address if address.kind in KINDS else None
