"""What an offer says: the transport of its bundle, and each section as far as we know its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from aiortc.rtcicetransport import RTCIceParameters
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.sdp import MediaDescription, SessionDescription, grouplines

from actors.relay.sdp.bounds import TOKEN, BadOffer, bounded
from actors.relay.sections import RIDS, Extension, Payloads, Stream

CODECS: Final = {"audio": ("audio/opus", 48_000), "video": ("video/vp8", 90_000)}
PROFILE: Final = "UDP/TLS/RTP/SAVPF"
MOST_STREAMS: Final = 6
"""Of one section: three layers need three."""

_UFRAG: Final = re.compile(r"[A-Za-z0-9+/]{4,256}", re.ASCII)
_PASSWORD: Final = re.compile(r"[A-Za-z0-9+/]{22,256}", re.ASCII)
_MID: Final = re.compile(r"[A-Za-z0-9_.{}-]{1,16}", re.ASCII)
_SHA_256: Final = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){31}", re.ASCII)
_PAYLOADS: Final = (*range(1, 64), *range(96, 128))
"""Those that a packet's second byte can't make look like RTCP (RFC 5761, 4)."""
_ONE_BYTE: Final = range(1, 15)
_BROKEN: Final = (
    AssertionError,
    AttributeError,
    IndexError,
    KeyError,
    StopIteration,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Offered:
    """One media section. *payloads* None: neither Opus nor VP8, or no media section at all."""

    mid: str
    kind: str
    profile: str
    format: str
    """Its first, for an answer that rejects it."""
    direction: str
    rejected: bool
    payloads: Payloads | None = None
    feedback: frozenset[str] = frozenset()
    """Of its codec: `nack pli` and the like."""
    extensions: dict[Extension, int] = field(default_factory=dict)
    streams: tuple[Stream, ...] = ()
    rids: tuple[str, ...] = ()
    reduced_size: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """All of it. *session*: user and id of its origin; another one comes from another page."""

    session: str
    ufrag: str
    password: str
    fingerprint: str
    """SHA-256 of the browser's certificate: upper-case hexadecimal pairs, with colons."""
    sections: tuple[Offered, ...]


def read_offer(text: str) -> Offer:
    """Read *text*; whatever is wrong with it, `BadOffer` is all that is raised."""
    clean = bounded(text)
    try:
        described = SessionDescription.parse(clean)
        raw = grouplines(clean)[1]
        sections = [_section(*both) for both in zip(described.media, raw, strict=True)]
        _check_bundle(described, sections)
        return _offer(described, sections)
    except _BROKEN as error:
        raise BadOffer("The offer can't be read.") from error


def _offer(described: SessionDescription, sections: list[Offered]) -> Offer:
    media = _bearer(described, sections)
    ice = media.ice or RTCIceParameters()
    ufrag, password = ice.usernameFragment or "", ice.password or ""
    if not (_UFRAG.fullmatch(ufrag) and _PASSWORD.fullmatch(password)):
        raise BadOffer("The offer has no ICE user fragment and password.")
    return Offer(_origin(described), ufrag, password, _fingerprint(media), tuple(sections))


def _origin(described: SessionDescription) -> str:
    return " ".join((described.origin or "").split()[:2])


def _bearer(described: SessionDescription, sections: list[Offered]) -> MediaDescription:
    """Return the section whose transport all others use: the first of the bundle that lives."""
    both = zip(sections, described.media, strict=True)
    alive = {section.mid: media for section, media in both if not section.rejected}
    for mid in described.group[0].items:
        if mid in alive:
            return alive[str(mid)]
    raise BadOffer("The offer has no section that lives.")


def _fingerprint(media: MediaDescription) -> str:
    if media.dtls is None or media.dtls.role == "server":
        raise BadOffer("The offer must leave it to us to wait for DTLS.")
    known = {one.value.upper() for one in media.dtls.fingerprints if one.algorithm == "sha-256"}
    if len(known) != 1 or not all(map(_SHA_256.fullmatch, known)):
        raise BadOffer("The offer needs one SHA-256 fingerprint of its certificate.")
    return known.pop()


def _check_bundle(described: SessionDescription, sections: Sequence[Offered]) -> None:
    mids = [section.mid for section in sections]
    if len(set(mids)) != len(mids):
        raise BadOffer("Two sections of the offer have the same mid.")
    groups = [group.items for group in described.group if group.semantic == "BUNDLE"]
    if len(groups) != 1 or described.group[0].semantic != "BUNDLE":
        raise BadOffer("The offer needs one bundle of its sections.")
    alive = {section.mid for section in sections if not section.rejected}
    if not alive <= set(map(str, groups[0])):
        raise BadOffer("All sections of the offer must be in its bundle.")


def _section(media: MediaDescription, raw: list[str]) -> Offered:
    mid = media.rtp.muxId or ""
    rejected = media.port == 0 and "a=bundle-only" not in raw  # RFC 9143, 6
    if not _MID.fullmatch(mid):
        raise BadOffer("A section of the offer has no good mid.")
    plain = Offered(
        mid, media.kind, media.profile, _format(media), media.direction or "sendrecv", rejected
    )
    if rejected or media.kind not in CODECS or media.profile != PROFILE:
        return plain
    if not media.rtcp_mux:
        raise BadOffer("The offer must send RTP and RTCP through one port.")
    return _media_section(plain, media, raw)


def _media_section(plain: Offered, media: MediaDescription, raw: list[str]) -> Offered:
    codec = _codec(media)
    extensions = _extensions(media)
    return Offered(
        plain.mid,
        plain.kind,
        plain.profile,
        plain.format,
        plain.direction,
        plain.rejected,
        _payloads(media, codec),
        frozenset() if codec is None else _feedback(codec),
        extensions,
        _streams(media),
        _rids(raw) if {Extension.MID, Extension.RID} <= extensions.keys() else (),
        "a=rtcp-rsize" in raw,
    )


def _format(media: MediaDescription) -> str:
    first = str(media.fmt[0])
    if not (TOKEN.fullmatch(first) and TOKEN.fullmatch(media.kind)):
        raise BadOffer("A section of the offer has no good format.")
    return first


def _codec(media: MediaDescription) -> RTCRtpCodecParameters | None:
    """Return Opus or VP8 as the section has it."""
    wanted = CODECS[media.kind]
    for codec in media.rtp.codecs:
        if (codec.mimeType.lower(), codec.clockRate) == wanted and _in_range(media, codec):
            return codec
    return None


def _payloads(media: MediaDescription, codec: RTCRtpCodecParameters | None) -> Payloads | None:
    """Return the codec's payload type and that of its retransmissions (RFC 4588)."""
    if codec is None or codec.payloadType is None:
        return None
    rtx = (
        other.payloadType
        for other in media.rtp.codecs
        if other.mimeType.lower() == f"{media.kind}/rtx" and _in_range(media, other)
        if other.parameters.get("apt") == codec.payloadType
    )
    return Payloads(codec.payloadType, next(rtx, None) or 0)


def _in_range(media: MediaDescription, codec: RTCRtpCodecParameters) -> bool:
    """Say whether the payload type is the section's own, and none that reads as RTCP."""
    return codec.payloadType in media.fmt and codec.payloadType in _PAYLOADS


def _feedback(codec: RTCRtpCodecParameters) -> frozenset[str]:
    return frozenset(f"{one.type} {one.parameter or ''}".strip() for one in codec.rtcpFeedback)


def _extensions(media: MediaDescription) -> dict[Extension, int]:
    """Return those that we know, with ids that one-byte headers can carry (RFC 8285)."""
    known = {extension.value: extension for extension in Extension}
    return {
        known[header.uri]: header.id
        for header in media.rtp.headerExtensions
        if header.uri in known and header.id in _ONE_BYTE
    }


def _streams(media: MediaDescription) -> tuple[Stream, ...]:
    pairs = [group.items for group in media.ssrc_group if group.semantic == "FID"]
    rtx = {int(first): int(second) for first, second in pairs}
    seconds = set(rtx.values())
    alone = (one.ssrc for one in media.ssrc if one.ssrc not in seconds)
    streams = tuple(Stream(ssrc, rtx.get(ssrc, 0)) for ssrc in alone)
    if len(streams) > MOST_STREAMS or not all(map(_good_stream, streams)):
        raise BadOffer("A section of the offer has streams that can't be.")
    return streams


def _good_stream(stream: Stream) -> bool:
    return 0 < stream.ssrc < 1 << 32 and 0 <= stream.rtx < 1 << 32


def _rids(raw: list[str]) -> tuple[str, ...]:
    """Return the layers that the section sends (RFC 8851, RFC 8853), smallest first."""
    said = {line[6:].split()[0] for line in raw if re.fullmatch(r"a=rid:\S+ send\b.*", line)}
    sent = (line[17:] for line in raw if line.startswith("a=simulcast:send "))
    listed = {rid.lstrip("~") for line in sent for rid in re.split("[;,]", line.split()[0])}
    return tuple(rid for rid in RIDS if rid in said & listed)
