"""The link in a letter by which a doctor accepts or declines a request, without signing in.

Opening it changes nothing. The page names no patient and no reason: who wants to read these
signs in. The first answer counts; the link is then used up.
"""

from typing import TypeVar

import msgspec
from aiohttp import web

from actors.caller import Caller, Role
from actors.doctor.messages import (
    AcceptRequest,
    DeclineRequest,
    GetOffer,
    GetPractice,
    Offer,
    OfferStatus,
    Practice,
    address_of,
)
from actors.refusal import Refusal
from http_edge import keys
from http_edge.answers import AnswerClaims, command_id, read_answer
from http_edge.ask import client_of
from http_edge.pages.forms import Form, posted
from http_edge.pages.rendering import go_to, render
from http_edge.pages.staff_wording import offer_outcome
from http_edge.problems import Problem
from http_edge.tokens import TokenRefused

V = TypeVar("V")

_ACCEPTED = frozenset(
    {OfferStatus.HELD, OfferStatus.CONFIRMED, OfferStatus.WAITING, OfferStatus.IN_CALL}
)
GOOD_FOR_NOTHING = "This link can't be used (any more). Sign in to see what waits for you."


def _claims(request: web.Request) -> AnswerClaims:
    """Return what the link says; every link that is not good is answered alike."""
    try:
        return read_answer(request.app[keys.TOKENS], request.match_info["token"])
    except TokenRefused as refused:
        raise Problem(404, "not_found", GOOD_FOR_NOTHING) from refused


async def show(request: web.Request) -> web.Response:
    """Show a doctor the request that a link is about."""
    return await _show(request, _claims(request), Form())


async def _show(request: web.Request, claims: AnswerClaims, form: Form) -> web.Response:
    practice = await _ask(request, claims, GetPractice(), Practice)
    offer = await _offer(request, claims)
    return render(
        request,
        "answer.html",
        status=form.status,
        zone=practice.hours.zone,
        form=form,
        offer=offer,
        waits=_waits(offer),
        outcome=_outcome(offer),
        here=f"/answer/{request.match_info['token']}",
    )


async def _offer(request: web.Request, claims: AnswerClaims) -> Offer | None:
    """Return what the link is about; None once the request has gone on."""
    try:
        offer = await _ask(request, claims, GetOffer(claims.appointment), Offer)
    except Refusal:
        return None
    return offer if offer.round == claims.round else None


def _waits(offer: Offer | None) -> bool:
    return offer is not None and offer.request is not None and offer.status is OfferStatus.OPEN


def _outcome(offer: Offer | None) -> str:
    if offer is None:
        return "This request has been answered, or it has gone on to others."
    if offer.status in _ACCEPTED:
        return "You accepted this request."
    return f"{offer_outcome(offer)}."


async def accept(request: web.Request) -> web.Response:
    """Accept the request of a link at the time that was shown."""
    form, claims = await posted(request), _claims(request)
    command = AcceptRequest(claims.appointment, form.moment("start"))
    return await _answer(request, claims, form, command)


async def decline(request: web.Request) -> web.Response:
    """Decline the request of a link, with a reason."""
    form, claims = await posted(request), _claims(request)
    reason = form.text("reason", most=500, needed="Say why, so that it can be routed well.")
    if not form.ok:
        return await _show(request, claims, form)
    return await _answer(request, claims, form, DeclineRequest(claims.appointment, reason))


async def _answer(
    request: web.Request, claims: AnswerClaims, form: Form, command: msgspec.Struct
) -> web.Response:
    """Give the answer, unless another one was given before; then look at what became of it."""
    if not _waits(await _offer(request, claims)):
        return await _show(request, claims, form)
    try:
        await client_of(request).tell(
            address_of(claims.sub),
            command,
            Caller(claims.sub, Role.DOCTOR),
            id=command_id(request.app[keys.TOKENS], claims),
            wait=request.app[keys.SETTINGS].ask_seconds,
            trace=request[keys.TRACE],
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return await _show(request, claims, form)
    return go_to(f"/answer/{request.match_info['token']}")


async def _ask(
    request: web.Request, claims: AnswerClaims, query: msgspec.Struct, expect: type[V]
) -> V:
    return await client_of(request).ask(
        address_of(claims.sub),
        query,
        expect,
        Caller(claims.sub, Role.DOCTOR),
        wait=request.app[keys.SETTINGS].ask_seconds,
        trace=request[keys.TRACE],
    )
