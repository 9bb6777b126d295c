"""What a page may ask of the relay: an answer to its offer, an echo, a smaller picture."""

from collections.abc import Sequence
from typing import Final, NoReturn

from actors.asked import Asked
from actors.call_session.messages import Leg, OfferEcho, OfferMedia, PreferLayer
from actors.call_session.state.kept import Session
from actors.call_session.state.permissions import check_open, participant, talking_leg
from actors.call_session.state.refusals import NoRelay, StaleEpoch
from actors.ids import LegId
from actors.media import Section
from actors.refusal import Invalid

MOST_SDP = 32 * 1024
MOST_SECTIONS = 32
LONGEST_ID = 64
LAYERS: Final = range(-1, 3)

BAD_OFFERS: Final = frozenset({"bad_offer", "bad_sdp", "invalid"})
STALE: Final = "stale"


def check_offer(state: Session, query: OfferMedia, asked: Asked) -> Leg:
    """Return the caller's leg, which is in the relayed call of that epoch, or a `Refusal`."""
    leg = talking_leg(state, query.leg, asked)
    if query.epoch != state.media.epoch or not state.relayed:
        raise StaleEpoch
    _check_sdp(query.sdp, query.sends, query.receives)
    _check_own(leg.id, query.sends)
    return leg


def check_echo(state: Session, query: OfferEcho, asked: Asked) -> None:
    """Hold that the caller may take part here, so that they may hear themselves before."""
    participant(state, asked)
    check_open(state, asked.at)
    if not query.leg or len(query.leg) > LONGEST_ID:
        raise Invalid(fields={"leg": "A name of 1 to 64 characters."})
    _check_sdp(query.sdp, query.sends, query.receives)
    _check_own(query.leg, query.sends)


def check_layer(state: Session, query: PreferLayer, asked: Asked) -> None:
    """Hold that the caller's leg is in the relayed call of that epoch."""
    talking_leg(state, query.leg, asked)
    if query.epoch != state.media.epoch or not state.relayed:
        raise StaleEpoch
    if query.layer not in LAYERS:
        raise Invalid(fields={"layer": "0 to 2, or -1 for none."})


def _check_sdp(sdp: str, sends: Sequence[Section], receives: Sequence[Section]) -> None:
    if len(sdp.encode()) > MOST_SDP:
        raise Invalid(fields={"sdp": "At most 32 KiB."})
    if len(sends) + len(receives) > MOST_SECTIONS:
        raise Invalid(fields={"sends": "Too many sections."})


def _check_own(leg: LegId, sends: Sequence[Section]) -> None:
    if any(each.leg != leg for each in sends):
        raise Invalid(fields={"sends": "A page sends its own tracks alone."})


def raise_declined(why: str) -> NoReturn:
    """Raise what a page is told when a worker did not answer its offer, because *why*."""
    if why == STALE:
        raise StaleEpoch
    if why in BAD_OFFERS:
        raise Invalid(fields={"sdp": "The relay can't read this offer."})
    raise NoRelay
