"""After a doctor has accepted: was it theirs, or was a colleague faster?"""

import asyncio

from aiohttp import web

from actors.address import Address
from actors.doctor.messages import Closed, GetOffer, Offer, OfferStatus
from actors.ids import AppointmentId
from http_edge import keys
from http_edge.ask import ask
from http_edge.problems import Problem

LONGEST_WAIT = 3.0
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.2

_SENTENCES = {
    Closed.TAKEN: "{name} was faster and took this request.",
    Closed.WITHDRAWN: "The patient has withdrawn this request.",
    Closed.TOO_LATE: "The time to answer was over; the request has gone on to others.",
    Closed.PULLED_BACK: "An administrator has taken this request back.",
    Closed.EXPIRED: "The last time that the patient asked for has passed.",
    Closed.DECLINED: "The clinic has declined this request.",
    Closed.MOVED: "The visit has another time or another doctor now.",
    Closed.REFUSED: "The patient took none of the times offered.",
    Closed.LAPSED: "The patient did not choose in time.",
}


async def outcome_of(request: web.Request, doctor: Address, appointment: AppointmentId) -> Offer:
    """Return the offer once the department has decided, or as it stands after three seconds.

    Raises `Problem` (409) with the reason as its code when it went to somebody else or is over.
    """
    clock = request.app[keys.CLOCK]
    end = clock.monotonic() + LONGEST_WAIT
    pause = FIRST_PAUSE
    while True:
        offer = await ask(request, doctor, GetOffer(appointment), Offer)
        if offer.status is not OfferStatus.HELD or clock.monotonic() >= end:
            break
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    if offer.status is OfferStatus.CLOSED and offer.why is not None:
        name = offer.by_name or "A colleague"
        raise Problem(409, offer.why.value, _SENTENCES[offer.why].format(name=name))
    if offer.status is OfferStatus.CANCELLED:
        why = offer.why or Closed.WITHDRAWN
        raise Problem(409, why.value, _SENTENCES[why])
    return offer
