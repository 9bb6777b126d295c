"""The addresses that one page shows, each with the last event number that the browser knows."""

from collections.abc import Callable
from dataclasses import dataclass

from actors.address import Address
from actors.caller import Caller
from actors.refusal import Refusal
from actors.runtime.client import Client
from actors.runtime.clock import Clock
from actors.runtime.envelope import Told, Watched
from actors.runtime.errors import DeliveryFailed
from http_edge.sockets.frames import Changed, Outgoing, Refused, Watching

KINDS = frozenset({"patient", "doctor", "admin_router", "directory"})
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


class Watches:
    """Watches actors for one socket; *put* takes the frames that come of it."""

    def __init__(
        self,
        client: Client,
        clock: Clock,
        caller: Caller,
        subject: str,
        put: Callable[[Outgoing], None],
    ) -> None:
        self._client = client
        self._clock = clock
        self._caller = caller
        self._subject = subject
        self._put = put
        self._shown: dict[Address, Shown] = {}

    async def watch(self, address: str, after: int) -> None:
        """Watch the printed *address* from number *after* on."""
        wanted = _read(address)
        if wanted is None:
            self._put(Refused(address, "not_found", "There is nothing to watch there."))
        elif wanted not in self._shown and len(self._shown) >= MOST:
            self._put(Refused(address, "too_many_watches", "That is more than a page shows."))
        else:
            shown = self._shown[wanted] = Shown(after)
            await self._renew(wanted, shown)

    def drop(self, address: str) -> None:
        """Watch it no more (the actor forgets by itself)."""
        wanted = _read(address)
        if wanted is not None:
            self._shown.pop(wanted, None)

    def told(self, told: Told) -> None:
        """Take what an actor tells: events, or that there were too many to tell."""
        shown = self._shown.get(told.actor)
        if shown is not None:
            self._changed(told.actor, shown, last_of(told))

    async def renew_due(self) -> None:
        """Watch again what is due: an actor that was put away or moved has forgotten us."""
        now = self._clock.monotonic()
        for address, shown in list(self._shown.items()):
            if shown.due <= now and self._shown.get(address) is shown:
                await self._renew(address, shown)

    async def _renew(self, address: Address, shown: Shown) -> None:
        try:
            watched = await self._ask(address, shown)
        except Refusal as refusal:
            if self._shown.get(address) is shown:
                del self._shown[address]
            self._put(Refused(str(address), refusal.code, refusal.sentence))
            return
        if watched is None or self._shown.get(address) is not shown:
            return
        if not shown.said:
            shown.said = True
            self._put(Watching(str(address), watched.seq))
        if watched.seq < shown.seq:
            shown.seq = -1  # the browser knows numbers of another journal: it reads anew
        self._changed(address, shown, watched.seq)

    async def _ask(self, address: Address, shown: Shown) -> Watched | None:
        """Watch (again) and return what the actor says; None when there is no answer now."""
        shown.due = self._clock.monotonic() + RETRY_SECONDS
        try:
            watched = await self._client.watch(
                address, self._subject, shown.seq, self._caller, wait=WAIT
            )
        except DeliveryFailed:
            return None
        shown.due = self._clock.monotonic() + RENEW_SECONDS
        return watched

    def _changed(self, address: Address, shown: Shown, seq: int) -> None:
        if seq > shown.seq:
            shown.seq = seq
            self._put(Changed(str(address), seq))


def last_of(told: Told) -> int:
    """Return the number of the last event that *told* is about."""
    return told.seq + max(told.count, 1) - 1


def _read(text: str) -> Address | None:
    try:
        address = Address.parse(text)
    except ValueError:
        return None
    return address if address.kind in KINDS else None
