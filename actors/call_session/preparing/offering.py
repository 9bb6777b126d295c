"""Passes the offers of pages on to workers."""

import structlog

from actors.call_session.desk import NoRelay
from actors.call_session.messages import (
    LayerPreferred,
    MediaAnswered,
    OfferEcho,
    OfferMedia,
    PreferLayer,
)
from actors.call_session.preparing.relays import Relays
from actors.call_session.preparing.tending import Tending
from actors.call_session.state.kept import Session
from actors.call_session.state.media import plan_of
from actors.relay.messages import Answer, Connect, Prefer

UNKNOWN = frozenset({"no_such_call", "no_such_leg", "unreachable"})
"""With these a worker does not know the call as it is now."""

_log = structlog.get_logger(__name__)


class Offering:
    """What is asked of workers on behalf of pages."""

    def __init__(self, relays: Relays, tending: Tending) -> None:
        self._relays = relays
        self._tending = tending

    async def offer(self, state: Session, query: OfferMedia) -> MediaAnswered:
        """Return the worker's answer to the offer of a leg."""
        order = Connect(
            call=state.id,
            epoch=query.epoch,
            leg=query.leg,
            neg=query.neg,
            sdp=query.sdp,
            sends=query.sends,
            receives=query.receives,
        )
        try:
            answer = await self._connect(state, order)
        except NoRelay as refused:
            return MediaAnswered(query, "", refused.why)
        return MediaAnswered(query, answer.sdp)

    async def _connect(self, state: Session, order: Connect) -> Answer:
        """Connect a leg; a worker that does not know the call yet is told it first."""
        worker = state.media.worker
        if worker is not None:
            try:
                return await self._relays.connect(worker, order)
            except NoRelay as refused:
                if refused.why not in UNKNOWN:
                    raise
        plan = plan_of(state)
        if plan is None or self._tending.is_behind(state):
            raise NoRelay("stale")
        found = await self._tending.arrange(state, plan)
        if found is None:
            raise NoRelay("no_worker")
        return await self._relays.connect(found[0], order)

    async def echo(self, query: OfferEcho) -> MediaAnswered:
        """Return a worker's answer to who wants to hear themselves."""
        try:
            answer = await self._relays.echo(
                query.leg, query.neg, query.sdp, query.sends, query.receives
            )
        except NoRelay as refused:
            return MediaAnswered(query, "", refused.why)
        return MediaAnswered(query, answer.sdp)

    async def prefer(self, state: Session, query: PreferLayer) -> LayerPreferred:
        """Tell the worker, if there is one: a wish that is lost is said again with the next."""
        worker = state.media.worker
        if worker is not None:
            order = Prefer(state.id, query.epoch, query.leg, query.of, query.layer)
            try:
                await self._relays.prefer(worker, order)
            except NoRelay as refused:
                _log.info("layer.not_told", why=refused.why)
        return LayerPreferred(query)
