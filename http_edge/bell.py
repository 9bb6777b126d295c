"""The bell: what every page of somebody signed in shows of what waits for them.

It is asked for before the page is made. A letter box that does not answer is no reason for no page:
the bell then comes without numbers.
"""

from dataclasses import dataclass

from aiohttp import web

from actors.notify.messages import AlertView, Bell, GetBell, address_of
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge import keys
from http_edge.ask import caller_of, client_of
from http_edge.policy import SIGNED_IN
from http_edge.routes import Handler, Kind, route_of

WAIT = 1.0
"""Seconds that a page waits for it at most."""

NO_PAGES = frozenset({"audio", "image", "video"})
"""What a browser says that it reads when it is no page (`Sec-Fetch-Dest`)."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A bell as it was when event *seq* of the letter box was the last."""

    bell: Bell
    seq: int

    @property
    def unseen(self) -> int:
        """How many notices were not seen."""
        return self.bell.unseen

    @property
    def unread(self) -> int:
        """How many messages of others were not read."""
        return self.bell.unread

    @property
    def alerts(self) -> tuple[AlertView, ...]:
        """What waits for the person."""
        return self.bell.alerts

    @property
    def ringing(self) -> int:
        """For how much of that pages ring."""
        return sum(alert.rings for alert in self.bell.alerts)

    @property
    def sound(self) -> str:
        """Whether they may be heard: `yes` or `no`."""
        return "yes" if self.bell.sound else "no"


async def bell_of(request: web.Request) -> Rung | None:
    """Return the bell of who asks; None when their letter box does not answer."""
    caller = caller_of(request)
    wait = min(WAIT, request.app[keys.SETTINGS].ask_seconds)
    try:
        bell, seq = await client_of(request).ask_numbered(
            address_of(caller.user), GetBell(), Bell, caller, wait=wait, trace=request[keys.TRACE]
        )
    except (DeliveryFailed, Refusal):
        return None
    return Rung(bell, seq)


@web.middleware
async def ring(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Have the page at hand know its reader's bell."""
    if _shows_it(request):
        request[keys.BELL] = await bell_of(request)
    return await handler(request)


def _shows_it(request: web.Request) -> bool:
    route = route_of(request)
    if route is None or route.kind is not Kind.PAGE or not SIGNED_IN.allows(caller_of(request)):
        return False
    return request.headers.get("Sec-Fetch-Dest") not in NO_PAGES
