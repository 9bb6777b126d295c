"""The other runs of nodes: who is there, and who is not although their time is not over.

They are knocked at, so that one that has died is replaced long before its time in the lease table
is over: nobody serves its subject then.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

from actors.runtime.clock import Clock
from actors.runtime.codec import encode
from actors.runtime.errors import NoResponder, TransportError
from actors.runtime.leases import Member
from actors.runtime.limits import Limits
from actors.runtime.peering import AreYouThere, LookAround, Moved, PeerMessage
from actors.runtime.subjects import PEER_MOVED, peer_subject
from actors.runtime.transport import Transport

ANSWER_SECONDS = 0.3

log = logging.getLogger(__name__)


class Peers:
    """What one run knows of the others. *look* is called when somebody is found to be gone."""

    def __init__(
        self,
        run: str,
        transport: Transport,
        clock: Clock,
        limits: Limits,
        look: Callable[[], None],
    ) -> None:
        self.gone: set[str] = set()
        """Those that are not there although their time is not over."""
        self._run = run
        self._transport = transport
        self._clock = clock
        self._limits = limits
        self._look = look
        self._others: tuple[Member, ...] = ()
        self._humble_until = 0.0
        """Until when nobody counts as gone: who was robbed of shards may be the one cut off."""
        self._company = asyncio.Event()
        """Set while there are peers to knock at."""

    def meet(self, members: Iterable[Member]) -> None:
        """Know who lives by the lease table."""
        self._others = tuple(each for each in members if each.run != self._run)
        self.gone &= {each.run for each in self._others}
        (self._company.set if self._others else self._company.clear)()

    def have_them_look(self) -> None:
        """Have the others see at once that we have come, or gone."""
        for each in self._others:
            _ = self.tell(each.run, LookAround())

    def heirs(self) -> bool:
        """Return whether anybody could take something over."""
        return any(each.wants and each.run not in self.gone for each in self._others)

    def tell(self, run: str, message: PeerMessage) -> asyncio.Future[bytes]:
        """Send *message*; the future is of its receipt."""
        return self._transport.ask(peer_subject(run), encode(message), ANSWER_SECONDS)

    def tell_all(self, moved: Moved) -> None:
        """Have everybody know which shards have a new owner."""
        _ = self._transport.ask(PEER_MOVED, encode(moved), ANSWER_SECONDS)

    async def hears(self, run: str) -> bool:
        """Return whether *run* is there."""
        try:
            await self.tell(run, AreYouThere())
        except TransportError:
            return False
        return True

    def doubt_ourselves(self) -> None:
        """Count nobody as gone for a while: another run has taken what is ours."""
        self._humble_until = self._clock.monotonic() + 2 * self._limits.lease
        self.gone.clear()

    async def knock(self) -> None:
        """Notice who is gone: nobody serves its subject, several times in a row."""
        missed: dict[str, int] = {}
        while True:
            await self._company.wait()
            await asyncio.sleep(self._limits.knock)
            peers = [each.run for each in self._others]
            knocks = (self.tell(run, AreYouThere()) for run in peers)
            answers = await asyncio.gather(*knocks, return_exceptions=True)
            # a slow one, or the bus is away: its time in the lease table decides
            missed = {
                run: missed.get(run, 0) + 1
                for run, answer in zip(peers, answers, strict=True)
                if isinstance(answer, NoResponder) and self._transport.connected
            }
            gone = {run for run, count in missed.items() if count >= self._limits.knocks}
            known = self.gone & gone
            if not self._may_judge(len(gone - known), len(peers) - len(known)):
                gone = known
            self._miss(gone)

    def _may_judge(self, gone: int, peers: int) -> bool:
        """Return whether we can tell who is gone: who misses most of the others is cut off itself.

        Then their time in the lease table decides.
        """
        return 2 * gone <= peers + 1 and self._clock.monotonic() >= self._humble_until

    def _miss(self, gone: set[str]) -> None:
        new, self.gone = gone - self.gone, gone
        if new:
            log.warning("%d nodes don't answer any more; their shards are taken over", len(new))
            self._look()
