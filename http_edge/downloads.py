"""Files on their way out: read from the files' actor in parts, each authorised, and sent on.

A file is shown in the page only where it can do no harm there: a picture that was written anew, or
a PDF, which a browser's own viewer shows. Whatever it is, it has no rights of our site.
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from email.utils import encode_rfc2231
from typing import Protocol

import msgspec
from aiohttp import web

from actors.files.messages import PartView, ReadPart, address_of
from actors.ids import ConversationId, FileId
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge.ask import ask
from http_edge.problems import Problem

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
SHOWN = PICTURES | {"application/pdf"}
"""Types that may be shown where they are asked for; others are always saved."""
PLAIN = "application/octet-stream"
PARTIAL = 206
HARMLESS = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""The policy of a file: it has no rights of our site."""
READER_SECONDS = 60
"""How long a reader may take for one part before the line is closed."""

_RANGE = re.compile(r"bytes=([0-9]{1,12})-([0-9]{0,12})", re.ASCII)


async def send_file(
    request: web.Request,
    conversation: ConversationId,
    file: FileId,
    *,
    thumbnail: bool = False,
    inline: bool = False,
) -> web.StreamResponse:
    """Answer with the file, or (*thumbnail*) its small picture, or raise `Refusal`.

    *inline*: shown, if it is of a type that may be. Each look is authorised anew; a browser may
    keep a copy for its one user, and asks whether it may show it.
    """
    query = ReadPart(file, 0, thumbnail)
    first = await ask(request, address_of(conversation), query, PartView)
    tag = f'"{file}{"-small" if thumbnail else ""}"'
    headers = _headers(first, tag, inline=inline)
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    return await stream(request, headers, first.total, Parts(request, conversation, query, first))


class Bytes(Protocol):
    """What is read part by part."""

    async def at(self, offset: int) -> bytes:
        """Return bytes from *offset* on: at least one, or `ConnectionAbortedError`."""


async def stream(
    request: web.Request, headers: Mapping[str, str], total: int, parts: Bytes
) -> web.StreamResponse:
    """Answer with the *total* bytes of *parts*, or with the range of them that is asked for."""
    start, end = _range(request, total)
    response = web.StreamResponse(status=_status(start, end, total), headers=headers)
    response.content_length = end - start
    if response.status == PARTIAL:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{total}"
    await response.prepare(request)
    with suppress(ConnectionResetError):  # the reader has what they wanted
        if request.method != "HEAD":
            await _send(response, parts, start, end)
        await response.write_eof()
    return response


def _status(start: int, end: int, total: int) -> int:
    return 200 if (start, end) == (0, total) else PARTIAL


def _headers(part: PartView, tag: str, *, inline: bool) -> dict[str, str]:
    shown = inline and part.media_type in SHOWN
    return {
        "Content-Type": part.media_type if part.media_type in SHOWN else PLAIN,
        "Content-Disposition": disposition(part.name, inline=shown),
        "Content-Security-Policy": HARMLESS,
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "ETag": tag,
    }


def disposition(name: str, *, inline: bool = False) -> str:
    """Return the header's value (RFC 6266): the name stands in it encoded, whatever it is."""
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename*={encode_rfc2231(name, 'UTF-8', '')}"


def _range(request: web.Request, total: int) -> tuple[int, int]:
    """Return from where to where is asked for; more than one range at a time is all of it."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None:
        return 0, total
    start, end = int(asked[1]), int(asked[2]) + 1 if asked[2] else total
    if start >= min(end, total):
        raise Problem(
            416,
            "range_not_satisfiable",
            "The file has no such part.",
            headers={"Content-Range": f"bytes */{total}"},
        )
    return start, min(end, total)


class Parts:
    """The bytes of one file, part by part; the *first* has been asked for."""

    def __init__(
        self, request: web.Request, conversation: ConversationId, query: ReadPart, first: PartView
    ) -> None:
        self._request = request
        self._to = address_of(conversation)
        self._query = query
        self._first = first

    async def at(self, offset: int) -> bytes:
        """Return bytes from *offset* on: at least one, or `ConnectionAbortedError`."""
        if offset < len(self._first.data):
            return self._first.data[offset:]
        query = msgspec.structs.replace(self._query, offset=offset)
        try:
            data = (await ask(self._request, self._to, query, PartView)).data
        except (Refusal, DeliveryFailed) as error:
            raise ConnectionAbortedError from error
        if not data:
            raise ConnectionAbortedError
        return data


async def _send(response: web.StreamResponse, parts: Bytes, start: int, end: int) -> None:
    """Send the bytes from *start* to *end*; when that breaks, the line is closed."""
    while start < end:
        data = (await parts.at(start))[: end - start]
        try:
            async with asyncio.timeout(READER_SECONDS):
                await response.write(data)
        except TimeoutError as error:
            raise ConnectionAbortedError from error
        start += len(data)
