"""Inspects a file: what it is, whether a scanner finds something, and pictures written anew."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

import msgspec

from actors.files.inspecting.types import type_of
from actors.files.messages import Picture, Why
from actors.files.pictures import Rewritten, Unfit, Written
from actors.files.scanners import Scanner, Verdict
from actors.files.state.names import PDF

Rewrite: TypeAlias = Callable[[bytes, str], Awaitable[Rewritten | None]]
"""Rewrites a picture of a media type; None: not now."""


class Inspected(msgspec.Struct, frozen=True):
    """What was found out: good with *content*, refused by *why*, or (neither) later."""

    content: bytes | None = None
    """What is kept of a good file."""
    media_type: str = ""
    picture: Picture | None = None
    thumbnail: bytes = b""
    why: Why | None = None
    said: str = ""


class Inspector(Protocol):
    """Says whether a file is good."""

    async def inspect(self, name: str, data: bytes) -> Inspected:
        """Return what was found out about *data*; *name* is cleaned."""


class FileInspector:
    """Inspects with a scanner, and has pictures rewritten."""

    def __init__(self, scanner: Scanner, rewrite: Rewrite) -> None:
        self._scanner = scanner
        self._rewrite = rewrite

    async def inspect(self, name: str, data: bytes) -> Inspected:
        """Return what was found out; the scanner's word stands before all others."""
        scanned = await self._scanner.scan(data)
        media_type = type_of(name, data)
        if scanned.verdict is Verdict.INFECTED:
            return Inspected(why=Why.INFECTED, said=scanned.said)
        if media_type is None:
            return Inspected(why=Why.TYPE)
        if scanned.verdict is Verdict.UNKNOWN:
            return Inspected(said=scanned.said)
        if media_type == PDF:
            return Inspected(data, PDF)
        return _picture(await self._rewrite(data, media_type))


def _picture(rewritten: Rewritten | None) -> Inspected:
    match rewritten:
        case Written(media_type, content, size, thumbnail):
            return Inspected(content, media_type, size, thumbnail)
        case Unfit(why):
            return Inspected(why=why)
        case None:
            return Inspected(said="pictures can't be read now")
