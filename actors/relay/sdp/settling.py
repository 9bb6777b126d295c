"""An offer held against what its page has declared: which section carries what."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from os import urandom
from typing import Final

from actors.media import Section
from actors.relay.sdp.bounds import BadOffer
from actors.relay.sdp.offer import Offer, Offered
from actors.relay.sections import Extension, Payloads, Received, Sent, Settled, Stream

_LEG: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SENDING: Final = ("sendonly", "sendrecv")
_RECEIVING: Final = ("recvonly", "sendrecv")
_LAYERS: Final = frozenset({Extension.RID, Extension.REPAIRED_RID})


@dataclass(slots=True)
class Chosen:
    """The streams that we have chosen for what a leg receives.

    A section keeps its stream for as long as it carries the same source of the same leg.
    """

    _streams: dict[Section, Stream] = field(default_factory=dict)

    def of(self, section: Section, taken: set[int]) -> Stream:
        """Return the section's stream, with one for its retransmissions; *taken* is in use."""
        if section not in self._streams:
            used = taken | {n for one in self._streams.values() for n in (one.ssrc, one.rtx)}
            first = _number(used)
            self._streams[section] = Stream(first, _number(used | {first}))
        return self._streams[section]

    def keep(self, sections: Iterable[Section]) -> None:
        """Forget the streams of all but these."""
        kept = set(sections)
        self._streams = {one: stream for one, stream in self._streams.items() if one in kept}


def settle(
    offer: Offer, sends: tuple[Section, ...], receives: tuple[Section, ...], chosen: Chosen
) -> Settled:
    """Return what both sides know from now on, or raise `BadOffer`: nothing has changed then."""
    mids = [section.mid for section in (*sends, *receives)]
    if len(set(mids)) != len(mids):
        raise BadOffer("The same section is declared twice.")
    offered = {section.mid: section for section in offer.sections}
    found = [(section, _found(section, offered, _SENDING)) for section in sends]
    wanted = [(section, _found(section, offered, _RECEIVING)) for section in receives]
    sent = tuple(_sent(section, one) for section, one in found if one.direction != "inactive")
    taken = {n for one in offer.sections for s in one.streams for n in (s.ssrc, s.rtx)}
    received = tuple(
        _received(section, one, chosen.of(section, taken))
        for section, one in wanted
        if one.direction != "inactive"
    )
    chosen.keep(one.section for one in received)
    return Settled(sent, received)


def _found(section: Section, offered: dict[str, Offered], directions: tuple[str, ...]) -> Offered:
    one = offered.get(section.mid)
    if one is None or one.rejected:
        raise BadOffer("A declared section is not in the offer.")
    if one.kind != section.source.kind or not _LEG.fullmatch(section.leg):
        raise BadOffer("A section is not what it is declared to be.")
    if one.payloads is None:
        raise BadOffer("Only Opus and VP8 are spoken here.")
    if one.direction not in (*directions, "inactive"):
        raise BadOffer("A section goes the other way than it is declared to.")
    return one


def _sent(section: Section, one: Offered) -> Sent:
    payloads = _payloads(one)
    left_out = frozenset[Extension]() if one.rids else _LAYERS
    return Sent(section, payloads, _without(one, left_out), one.streams, one.rids)


def _received(section: Section, one: Offered, stream: Stream) -> Received:
    payloads = _payloads(one)
    if not payloads.rtx:
        stream = Stream(stream.ssrc)
    left_out = _LAYERS | {Extension.TRANSPORT_CC}  # Chromium sends REMB only without the latter
    return Received(section, payloads, stream, _without(one, left_out))


def _payloads(one: Offered) -> Payloads:
    if one.payloads is None:
        raise BadOffer("Only Opus and VP8 are spoken here.")
    return one.payloads


def _without(one: Offered, left_out: frozenset[Extension]) -> dict[Extension, int]:
    return {name: number for name, number in one.extensions.items() if name not in left_out}


def _number(used: set[int]) -> int:
    """Return an SSRC that nobody here uses."""
    while not (number := int.from_bytes(urandom(4), "big")) or number in used:
        pass
    return number
