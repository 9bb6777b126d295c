"""The clinic's own words on what somebody in danger should do, and whom to ring, as known here.

They stand in the footer of every page, also of one for which no actor is asked and of the one that
says that something failed. So they are kept here: pages that ask the directory note what it says,
the welcome page asks anew after a minute, and until somebody has asked it is a clinic's first ones.
"""

from aiohttp import web

from actors.directory.messages import ADDRESS, GetHouse, House, HouseView
from actors.refusal import Refusal
from actors.runtime.clock import Clock
from actors.runtime.errors import DeliveryFailed
from http_edge import keys
from http_edge.ask import ask

FRESH_SECONDS = 60.0


class Emergency:
    """The words as they were heard last, and whether that is long ago."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._house = House()
        self._heard: float | None = None

    @property
    def wording(self) -> str:
        """What the clinic says, as far as is known here."""
        return self._house.emergency

    @property
    def phone(self) -> str:
        """The clinic's telephone number; empty: it has told none."""
        return self._house.phone

    @property
    def stale(self) -> bool:
        """Whether it is time to ask again."""
        return self._heard is None or self._clock.monotonic() - self._heard > FRESH_SECONDS

    def note(self, house: House | None = None) -> None:
        """Keep what the directory says; None: it said nothing, and is asked later."""
        self._house, self._heard = house or self._house, self._clock.monotonic()


async def refresh_emergency(request: web.Request) -> None:
    """Ask for the words if they are old; a clinic that can't answer is no reason for no page."""
    known = request.app[keys.EMERGENCY]
    if not known.stale:
        return
    try:
        known.note((await ask(request, ADDRESS, GetHouse(), HouseView)).house)
    except (DeliveryFailed, Refusal):
        known.note()
