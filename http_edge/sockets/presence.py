"""That the owner of a socket may still have it: whoever knows is asked every few seconds.

The account of somebody signed in tells besides; of a guest it is the call that they were let into.
"""

from collections.abc import Callable
from dataclasses import dataclass

from actors.accounts.messages import CheckSession, LiveSession, address_of
from actors.address import Address
from actors.call_session.messages import CallView, GetCall
from actors.call_session.messages import address_of as address_of_call
from actors.caller import NOBODY, Caller
from actors.ids import AccountKey, CallId, SessionId
from actors.refusal import Refusal
from actors.runtime.client import Client
from actors.runtime.clock import Clock
from actors.runtime.envelope import Told
from actors.runtime.errors import DeliveryFailed
from http_edge.sockets.watches import RENEW_SECONDS

CHECK_SECONDS = 4.0
"""A session that ended elsewhere is noticed within this, even if nobody tells."""
WAIT = 2.0


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose socket it is."""

    caller: Caller
    account: AccountKey
    expires_at: float
    """On the loop's own clock."""
    only: CallId | None = None
    """Of a guest: the one call that they may see."""


class Presence:
    """Looks whether *owner*'s session lives."""

    def __init__(self, client: Client, clock: Clock, owner: Owner, subject: str) -> None:
        self._client = client
        self._clock = clock
        self._owner = owner
        self._subject = subject
        self._account = address_of(owner.account)
        self._check_due = self._watch_due = 0.0

    def told(self, told: Told) -> None:
        """Look again at once when something happened to the account."""
        if told.actor == self._account:
            self._check_due = 0.0

    def moved(self, has_moved: Callable[[Address], bool]) -> None:
        """Watch the account again when another node has it now."""
        if has_moved(self._account):
            self._check_due = self._watch_due = 0.0

    async def lives(self) -> bool:
        """Return whether the session lives, as far as can be known now."""
        now = self._clock.monotonic()
        if now >= self._owner.expires_at:
            return False
        if now < self._check_due:
            return True
        self._check_due = now + CHECK_SECONDS
        check = CheckSession(session=SessionId(self._owner.caller.session))
        try:
            _, seq = await self._client.ask_numbered(
                self._account, check, LiveSession, NOBODY, wait=WAIT
            )
            await self._watch(seq)
        except Refusal:
            return False
        except DeliveryFailed:
            pass  # nobody says that it is over; the next look will tell
        return True

    async def _watch(self, seq: int) -> None:
        now = self._clock.monotonic()
        if self._watch_due <= now:
            caller = self._owner.caller
            watched = await self._client.watch(self._account, self._subject, seq, caller, wait=WAIT)
            self._watch_due = now + RENEW_SECONDS
            if watched.seq > seq:
                self._check_due = 0.0


class GuestPresence:
    """Looks whether the call lets its guest *owner* in."""

    def __init__(self, client: Client, clock: Clock, owner: Owner, call: CallId) -> None:
        self._client = client
        self._clock = clock
        self._owner = owner
        self._call = address_of_call(call)
        self._check_due = 0.0

    def told(self, told: Told) -> None:
        """Look again at once when something happened in the call."""
        if told.actor == self._call and not told.passing:
            self._check_due = 0.0

    def moved(self, has_moved: Callable[[Address], bool]) -> None:
        """Look again when another node has the call now."""
        if has_moved(self._call):
            self._check_due = 0.0

    async def lives(self) -> bool:
        """Return whether the guest may be there, as far as can be known now."""
        now = self._clock.monotonic()
        if now >= self._owner.expires_at:
            return False
        if now < self._check_due:
            return True
        self._check_due = now + CHECK_SECONDS
        try:
            await self._client.ask(self._call, GetCall(), CallView, self._owner.caller, wait=WAIT)
        except Refusal:
            return False
        except DeliveryFailed:
            pass  # nobody says that it is over; the next look will tell
        return True
