"""What an offer may have of anything, held before it is parsed."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from actors.relay.messages import MOST_CANDIDATES, MOST_SDP, MOST_SECTIONS

MOST_OF: Final = {"ssrc": 256, "ssrc-group": 64, "rtcp-fb": 640, "extmap": 640, "group": 8}
"""Attributes of a whole offer: reading takes time with the square of their number."""
MOST_CODECS: Final = 64
"""Of one section; Chromium's largest has 36."""

TOKEN: Final = re.compile(r"[A-Za-z0-9_.!#$%&'*+^`{|}~-]{1,64}", re.ASCII)

_UNREAD: Final = frozenset({"candidate", "end-of-candidates", "rtcp", "crypto", "sctpmap"})
"""Attributes that say nothing to an ICE-lite relay: we answer checks, and start none."""


class BadOffer(Exception):
    """The offer can't be answered; the sentence says why."""


def bounded(text: str) -> str:
    """Return *text* without what isn't read, or raise `BadOffer` when it has too much."""
    if len(text) > MOST_SDP or len(text.encode(errors="replace")) > MOST_SDP:
        raise BadOffer("The offer is too long.")
    lines = text.splitlines()
    names = Counter(_names(lines))
    if names["m"] > MOST_SECTIONS:
        raise BadOffer("The offer has too many sections.")
    if names["candidate"] > MOST_CANDIDATES:
        raise BadOffer("The offer has too many candidates.")
    crowded = any(names[name] > most for name, most in MOST_OF.items())
    if crowded or _most_codecs(lines) > MOST_CODECS:
        raise BadOffer("The offer has too many attributes.")
    return "\r\n".join(line for line in lines if _name(line) not in _UNREAD)


def _names(lines: list[str]) -> Iterator[str]:
    return (_name(line) for line in lines)


def _most_codecs(lines: list[str]) -> int:
    most = here = 0
    for name in _names(lines):
        here = 0 if name == "m" else here + (name == "rtpmap")
        most = max(most, here)
    return most


def _name(line: str) -> str:
    """Return an attribute's name, or the letter of another line."""
    if line.startswith("a="):
        return line[2:].partition(":")[0].strip()
    return line[:1]
