"""Forms with files (multipart/form-data): fields are read, each file is put aside and handed on.

A file's size must be known before it is announced. So it is held in memory while it is small, else
in a temporary file without a name, until it has been handed on; one person has a few at a time.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import BadHttpMessage
from anyio import SpooledTemporaryFile

from actors.files.messages import MOST_BYTES
from http_edge import keys
from http_edge.ask import caller_of
from http_edge.problems import Problem
from http_edge.routes import KIB, route_of
from http_edge.uploads import BROKEN, PIECE_SECONDS

FORM_SECONDS = 20 * 60
"""How long a whole form may take to arrive."""
PIECE = 64 * KIB
IN_MEMORY = 1024 * KIB
"""A file that is larger is put aside on disk."""
MOST_FIELD = 64 * KIB
FORMS_EACH = 3
"""Forms with files that one person may be sending at a time."""
FORMS = 64
"""All people together."""


class Senders:
    """Who is sending forms with files just now."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()

    @contextmanager
    def place(self, user: str) -> Iterator[None]:
        """Hold a place for *user*, or raise `Problem` (429, 503)."""
        if self._running[user] >= FORMS_EACH:
            raise _wait(429, "too_many_uploads", "You are sending several files already.")
        if self._running.total() >= FORMS:
            raise _wait(503, "busy", "Too many files are being sent just now.")
        self._running[user] += 1
        try:
            yield
        finally:
            self._running.subtract([user])


def _wait(status: int, code: str, sentence: str) -> Problem:
    again = f"{sentence} Wait until they are through, then try again."
    return Problem(status, code, again, headers={"Retry-After": "10"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of a form, with its bytes put aside. Of one that is *too_large* none are there."""

    name: str
    size: int
    aside: "SpooledTemporaryFile[bytes]"

    @property
    def too_large(self) -> bool:
        """Whether it is more than is taken."""
        return self.size > MOST_BYTES

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield its bytes."""
        await self.aside.seek(0)
        while piece := await self.aside.read(PIECE):
            yield piece


Take: TypeAlias = Callable[[Sent], Awaitable[None]]


def is_multipart(request: web.Request) -> bool:
    """Whether *request* brings a form with files."""
    return request.content_type == "multipart/form-data"


async def read_form_with_files(request: web.Request, take: Take) -> dict[str, str]:
    """Return the fields of the form; *take* is given each file in its turn.

    Raises `Problem`: 413 too large or too many, 408 too slow, 400 broken, 429 or 503 too many at
    once. The fields stand in the request as they come, so that they can be shown again.
    """
    typed: dict[str, str] = {}
    request[keys.FORM] = typed
    most = _most_bytes(request)
    with request.app[keys.SENDERS].place(caller_of(request).user):
        try:
            async with asyncio.timeout(FORM_SECONDS):
                await _read(request, typed, take, most)
        except TimeoutError as error:
            raise _too_slow() from error
    return typed


def _most_bytes(request: web.Request) -> int:
    """Return how much may come; a form that says that it is larger is not read at all."""
    route = route_of(request)
    most = route.body_limit if route else MOST_FIELD
    if (request.content_length or 0) > most:
        raise Problem(413, "body_too_large", f"At most {most // (KIB * KIB)} MB are taken at once.")
    return most


async def _read(request: web.Request, typed: dict[str, str], take: Take, most: int) -> None:
    with _reading():
        reader = await request.multipart()
    for _ in range(request.app[keys.SETTINGS].form_fields):
        with _reading():
            part = await reader.next()
        if part is None:
            return
        if isinstance(part, MultipartReader):
            raise Problem(400, "malformed_form", "The form is broken.")
        if part.filename is None:
            typed[part.name or ""] = await _text(part)
        else:
            await _file(part, take, most)
    raise Problem(413, "too_many_fields", "There are too many fields in this form.")


async def _text(part: BodyPartReader) -> str:
    """Return a field's text, or raise `Problem`."""
    text = bytearray()
    async for piece in _pieces(part):
        text += piece
        if len(text) > MOST_FIELD:
            raise Problem(413, "body_too_large", f"A field takes at most {MOST_FIELD // KIB} KiB.")
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise Problem(400, "malformed_form", "The form is not UTF-8.") from error


async def _file(part: BodyPartReader, take: Take, most: int) -> None:
    """Put a file aside and give it to *take*; of one that is too large nothing is kept."""
    size = 0
    async with SpooledTemporaryFile[bytes](max_size=IN_MEMORY) as aside:
        async for piece in _pieces(part):
            size += len(piece)
            if size > most:
                raise Problem(413, "body_too_large", "That is more than is taken here.")
            if size <= MOST_BYTES:
                await aside.write(piece)
        if part.filename or size:
            await take(Sent(part.filename or "", size, aside))


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while True:
        with _reading():
            async with asyncio.timeout(PIECE_SECONDS):
                piece = await part.read_chunk(PIECE)
        if not piece:
            return
        yield piece


@contextmanager
def _reading() -> Iterator[None]:
    """Turn what goes wrong while a form is read into a `Problem`."""
    try:
        yield
    except TimeoutError as error:
        raise _too_slow() from error
    except (*BROKEN, BadHttpMessage, ValueError, RuntimeError, AssertionError) as error:
        raise Problem(400, "malformed_form", "The form is broken.") from error


def _too_slow() -> Problem:
    return Problem(408, "body_too_slow", "The form took too long to arrive.")
