"""The answer, written by ourselves: ICE-lite, passive, each section mirrored or turned down."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from actors.relay.sdp.offer import Offer, Offered
from actors.relay.sections import Extension, Payloads, Received, Sent, Settled

_HOST_UDP: Final = 126
_HOST_TCP: Final = 90
_AUDIO_FEEDBACK: Final = ("nack",)
"""Said whether offered or not: Chromium keeps audio for retransmission when the answer asks."""
_VIDEO_FEEDBACK: Final = ("nack", "nack pli", "ccm fir")
_WIDE: Final = "transport-cc"
_REMB: Final = "goog-remb"


@dataclass(frozen=True, slots=True)
class Local:
    """Our side of the transport. *addresses* with the one *port*, for UDP and for TCP."""

    ufrag: str
    password: str
    fingerprint: str
    addresses: tuple[str, ...]
    port: int
    session: int
    version: int


def write_answer(offer: Offer, settled: Settled, local: Local) -> str:
    """Return the answer to *offer*, of which *settled* was made."""
    sent = {one.section.mid: one for one in settled.sent}
    received = {one.section.mid: one for one in settled.received}
    bundled = [one.mid for one in offer.sections if _lives(one)]
    lines = list(_session(local, bundled))
    for one in offer.sections:
        lines += _section(one, sent.get(one.mid), received.get(one.mid), local)
        if bundled and one.mid == bundled[0]:
            lines += _candidates(local)
    return "\r\n".join(lines) + "\r\n"


def _lives(one: Offered) -> bool:
    return not one.rejected and one.payloads is not None


def _session(local: Local, bundled: list[str]) -> Iterator[str]:
    yield "v=0"
    yield f"o=- {local.session} {local.version} IN IP4 0.0.0.0"
    yield "s=-"
    yield "t=0 0"
    if bundled:
        yield f"a=group:BUNDLE {' '.join(bundled)}"
    yield "a=msid-semantic: WMS *"
    yield "a=ice-lite"


def _section(
    one: Offered, sent: Sent | None, received: Received | None, local: Local
) -> Iterator[str]:
    if one.payloads is None or not _lives(one):
        yield from (f"m={one.kind} 0 {one.profile} {one.format}", "c=IN IP4 0.0.0.0")
        yield from ("a=inactive", f"a=mid:{one.mid}")
        return
    yield from _head(one, one.payloads, local)
    if sent is not None:
        yield from ("a=recvonly", *_extensions(sent.extensions))
        yield from _codec(one, one.payloads, (_REMB, _WIDE))
        yield from _layers(sent.rids)
    elif received is not None:
        yield from ("a=sendonly", *_extensions(received.extensions))
        yield from _codec(one, one.payloads, (_REMB,))
        yield from _stream(received)
    else:
        yield from ("a=inactive", *_codec(one, one.payloads, ()))


def _head(one: Offered, payloads: Payloads, local: Local) -> Iterator[str]:
    formats = f"{payloads.media} {payloads.rtx}" if payloads.rtx else f"{payloads.media}"
    yield f"m={one.kind} 9 {one.profile} {formats}"
    yield "c=IN IP4 0.0.0.0"
    yield f"a=ice-ufrag:{local.ufrag}"
    yield f"a=ice-pwd:{local.password}"
    yield f"a=fingerprint:sha-256 {local.fingerprint}"
    yield "a=setup:passive"
    yield f"a=mid:{one.mid}"
    yield "a=rtcp-mux"
    if one.reduced_size:
        yield "a=rtcp-rsize"


def _extensions(extensions: dict[Extension, int]) -> list[str]:
    return [f"a=extmap:{number} {extension.value}" for extension, number in extensions.items()]


def _codec(one: Offered, payloads: Payloads, congestion: tuple[str, ...]) -> Iterator[str]:
    """Describe codec and retransmissions; of its feedback, what both sides know."""
    media, rtx = payloads.media, payloads.rtx
    if one.kind == "audio":
        yield f"a=rtpmap:{media} opus/48000/2"
        yield f"a=fmtp:{media} minptime=10;useinbandfec=1"
        always: tuple[str, ...] = _AUDIO_FEEDBACK
    else:
        yield f"a=rtpmap:{media} VP8/90000"
        always = ()
    words = [word for word in (*_VIDEO_FEEDBACK, *congestion) if word in one.feedback]
    yield from (f"a=rtcp-fb:{media} {word}" for word in dict.fromkeys((*always, *words)))
    if rtx:
        yield f"a=rtpmap:{rtx} rtx/{90_000 if one.kind == 'video' else 48_000}"
        yield f"a=fmtp:{rtx} apt={media}"


def _layers(rids: tuple[str, ...]) -> Iterator[str]:
    yield from (f"a=rid:{rid} recv" for rid in rids)
    if rids:
        yield f"a=simulcast:recv {';'.join(rids)}"


def _stream(received: Received) -> Iterator[str]:
    """Name the forwarded stream: `<leg> <source>`, so that a page knows whose it is."""
    section, stream = received.section, received.stream
    msid = f"{section.leg} {section.source.value}"
    yield f"a=msid:{msid}"
    if stream.rtx:
        yield f"a=ssrc-group:FID {stream.ssrc} {stream.rtx}"
    for ssrc in filter(None, (stream.ssrc, stream.rtx)):
        yield f"a=ssrc:{ssrc} cname:{section.leg}"
        yield f"a=ssrc:{ssrc} msid:{msid}"


def _candidates(local: Local) -> Iterator[str]:
    """Offer every address by UDP, and by TCP for networks that let no UDP through (RFC 6544)."""
    for place, address in enumerate(local.addresses):
        udp = _priority(_HOST_UDP, 65_535 - place)
        yield f"a=candidate:{2 * place + 1} 1 udp {udp} {address} {local.port} typ host"
        tcp = _priority(_HOST_TCP, 65_535 - place)
        where = f"{address} {local.port} typ host tcptype passive"
        yield f"a=candidate:{2 * place + 2} 1 tcp {tcp} {where}"
    yield "a=end-of-candidates"


def _priority(kind: int, preference: int) -> int:
    """Return a candidate's priority (RFC 8445, 5.1.2), for the one component."""
    return (kind << 24) + (preference << 8) + 255
