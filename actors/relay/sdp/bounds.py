"""What an offer may have of anything, held before it is parsed, and what of it is parsed at all."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from actors.relay.messages import MOST_CANDIDATES, MOST_SDP, MOST_SECTIONS

MOST_LINES: Final = 2048
MOST_OF: Final = {"ssrc": 256, "ssrc-group": 64, "rtcp-fb": 640, "extmap": 640, "group": 4}
"""Attributes of a whole offer: reading takes time with the square of their number."""
MOST_CODECS: Final = 24
"""Of one section, as far as we listen; Chromium has one, with retransmissions for 15."""

TOKEN: Final = re.compile(r"[A-Za-z0-9_.!#$%&'*+^`{|}~-]{1,64}", re.ASCII)

_DIRECTIONS: Final = ("sendonly", "recvonly", "sendrecv", "inactive")
_TRANSPORT: Final = ("fingerprint", "ice-ufrag", "ice-pwd", "setup", "group", "rtcp-mux")
_STREAMS: Final = ("extmap", "ssrc", "ssrc-group", "rid", "simulcast", "rtcp-rsize")
_READ: Final = frozenset(
    ("v", "o", "s", "t", "m", "mid", "bundle-only", *_DIRECTIONS, *_TRANSPORT, *_STREAMS)
)
"""Lines and attributes that say something to an ICE-lite relay."""
_OF_CODECS: Final = ("fmtp", "rtcp-fb")
_CODEC: Final = re.compile(r"a=rtpmap:(\d{1,3}) (opus|vp8|rtx)/.*", re.ASCII | re.IGNORECASE)


class BadOffer(Exception):
    """The offer can't be answered; the sentence says why."""


def bounded(text: str) -> str:
    """Return what is read of *text*, or raise `BadOffer` when it has too much of anything."""
    if len(text) > MOST_SDP or len(text.encode(errors="replace")) > MOST_SDP:
        raise BadOffer("The offer is too long.")
    lines = text.splitlines()
    names = Counter(map(_name, lines[: MOST_LINES + 1]))
    if len(lines) > MOST_LINES or any(names[name] > most for name, most in MOST_OF.items()):
        raise BadOffer("The offer has too many lines of a kind.")
    if names["m"] > MOST_SECTIONS:
        raise BadOffer("The offer has too many sections.")
    if names["candidate"] > MOST_CANDIDATES:
        raise BadOffer("The offer has too many candidates.")
    return "\r\n".join(line for part in _sections(lines) for line in _read(part)) + "\r\n"


def _sections(lines: list[str]) -> Iterator[list[str]]:
    """Yield the lines of the session, and those of each section."""
    part: list[str] = []
    for line in lines:
        if line.startswith("m="):
            yield part
            part = []
        part.append(line)
    yield part


def _read(part: list[str]) -> Iterator[str]:
    """Yield the lines that are read; of codecs, those that we know and their retransmissions."""
    known = [found[1] for found in map(_CODEC.fullmatch, part) if found]
    if len(known) > MOST_CODECS:
        raise BadOffer("The offer has too many codecs.")
    payloads = {"*", *known}
    for line in part:
        name = _name(line)
        if (
            name in _READ
            or (name == "rtpmap" and _CODEC.fullmatch(line))
            or (name in _OF_CODECS and _payload(line) in payloads)
        ):
            yield line


def _payload(line: str) -> str:
    return line.partition(":")[2].partition(" ")[0]


def _name(line: str) -> str:
    """Return an attribute's name, or the letter of another line."""
    if line.startswith("a="):
        return line[2:].partition(":")[0]
    return line[:1]
