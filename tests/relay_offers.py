"""What a made-up browser says in its offers to the media relay, and reads in the answers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from actors.ids import LegId
from actors.media import Section, Source

AUDIO, VIDEO, RTX = 111, 96, 97
LEVEL_ID, TIME_ID, WIDE_ID, MID_ID, RID_ID, REPAIRED_ID = 1, 2, 3, 4, 10, 11
_SDES = "urn:ietf:params:rtp-hdrext:sdes"
_GOOGLE = "http://www.webrtc.org/experiments/rtp-hdrext"
_WIDE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"


@dataclass(frozen=True)
class Line:
    """One section of an offer. *rids*: it sends simulcast."""

    section: Section
    direction: str
    rids: tuple[str, ...] = ()
    ssrc: int = 0
    stopped: bool = False


def sends(mid: str, leg: str, source: Source, ssrc: int = 0, rids: tuple[str, ...] = ()) -> Line:
    """Return a section in which the browser sends; its retransmissions have `ssrc + 1`."""
    return Line(Section(mid, LegId(leg), source), "sendonly", rids, ssrc)


def receives(mid: str, leg: str, source: Source) -> Line:
    """Return a section in which it receives *source* of *leg*."""
    return Line(Section(mid, LegId(leg), source), "recvonly")


@dataclass(frozen=True)
class Page:
    """What an offer says of who writes it."""

    session: int
    version: int
    ufrag: str
    password: str
    fingerprint: str


def write_offer(lines: Iterable[Line], page: Page) -> str:
    """Return an offer with these sections, as Chromium writes them."""
    lines = list(lines)
    alive = " ".join(line.section.mid for line in lines if not line.stopped)
    text = ["v=0", f"o=- {page.session} {page.version} IN IP4 127.0.0.1", "s=-", "t=0 0"]
    text += [f"a=group:BUNDLE {alive}", "a=extmap-allow-mixed", "a=msid-semantic: WMS"]
    for line in lines:
        text += _section(line, page)
    return "\r\n".join(text) + "\r\n"


def _section(line: Line, page: Page) -> list[str]:
    kind = line.section.source.kind
    formats = f"{AUDIO} 63" if kind == "audio" else f"{VIDEO} {RTX}"
    port = 0 if line.stopped else 9
    text = [f"m={kind} {port} UDP/TLS/RTP/SAVPF {formats}", "c=IN IP4 0.0.0.0"]
    if line.stopped:
        return [*text, "a=inactive", f"a=mid:{line.section.mid}"]
    text += [f"a=ice-ufrag:{page.ufrag}", f"a=ice-pwd:{page.password}"]
    text += ["a=ice-options:trickle", f"a=mid:{line.section.mid}", f"a={line.direction}"]
    text += [f"a=fingerprint:sha-256 {page.fingerprint}"]
    text += ["a=setup:actpass", "a=rtcp-mux", "a=rtcp-rsize"]
    return [*text, *_codecs(kind), *_sending(line)]


def _codecs(kind: str) -> list[str]:
    text = [f"a=extmap:{MID_ID} {_SDES}:mid", f"a=extmap:{TIME_ID} {_GOOGLE}/abs-send-time"]
    text += [f"a=extmap:{WIDE_ID} {_WIDE}"]
    if kind == "audio":
        text += [f"a=extmap:{LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level"]
        text += [f"a=rtpmap:{AUDIO} opus/48000/2", f"a=rtcp-fb:{AUDIO} transport-cc"]
        text += [f"a=fmtp:{AUDIO} minptime=10;useinbandfec=1", "a=rtpmap:63 red/48000/2"]
        return [*text, f"a=fmtp:63 {AUDIO}/{AUDIO}"]
    text += [f"a=extmap:{RID_ID} {_SDES}:rtp-stream-id"]
    text += [f"a=extmap:{REPAIRED_ID} {_SDES}:repaired-rtp-stream-id"]
    text += [f"a=rtpmap:{VIDEO} VP8/90000"]
    words = ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")
    text += [f"a=rtcp-fb:{VIDEO} {word}" for word in words]
    return [*text, f"a=rtpmap:{RTX} rtx/90000", f"a=fmtp:{RTX} apt={VIDEO}"]


def _sending(line: Line) -> list[str]:
    if line.rids:
        layers = [f"a=rid:{rid} send" for rid in line.rids]
        return [*layers, f"a=simulcast:send {';'.join(line.rids)}"]
    if line.ssrc and line.section.source.kind == "video":
        pair = (line.ssrc, line.ssrc + 1)
        return [
            f"a=ssrc-group:FID {pair[0]} {pair[1]}",
            *(f"a=ssrc:{ssrc} cname:made-up" for ssrc in pair),
        ]
    return [f"a=ssrc:{line.ssrc} cname:made-up"] if line.ssrc else []


@dataclass
class Candidate:
    """Where the relay says it is."""

    protocol: str
    host: str
    number: int


@dataclass
class Remote:
    """What the browser has read in an answer."""

    text: str
    ufrag: str
    password: str
    fingerprint: str
    candidates: list[Candidate]


def read_answer(text: str) -> Remote:
    """Read what a browser needs of an answer."""
    found = re.findall(r"a=candidate:\S+ 1 (\S+) \d+ (\S+) (\d+) typ host", text)
    candidates = [Candidate(protocol, host, int(number)) for protocol, host, number in found]
    return Remote(
        text,
        _first(text, "ice-ufrag"),
        _first(text, "ice-pwd"),
        _first(text, "fingerprint").split()[1],
        candidates,
    )


def _first(text: str, name: str) -> str:
    found = re.search(rf"^a={name}:(.+?)\r?$", text, re.MULTILINE)
    assert found, f"no {name} in the answer"
    return found[1]
