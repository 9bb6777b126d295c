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
"""Files of forms that one person may be sending at a time."""
FORMS = 64
"""All people together."""


class Senders:
    """Who is sending files in forms just now."""

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
    request[keys.FORM] = {}
    try:
        async with asyncio.timeout(FORM_SECONDS):
            await FormReader(request, take).read()
    except TimeoutError as error:
        raise _too_slow() from error
    return request[keys.FORM]


class FormReader:
    """Reads one form, part by part, and no more of it than its route takes."""

    def __init__(self, request: web.Request, take: Take) -> None:
        route = route_of(request)
        self._request = request
        self._take = take
        self._left = route.body_limit if route else MOST_FIELD

    async def read(self) -> None:
        """Read all of it."""
        with _reading():
            reader = await self._request.multipart()
        for _ in range(self._request.app[keys.SETTINGS].form_fields):
            with _reading():
                part = await reader.next()
            if part is None:
                return
            if isinstance(part, MultipartReader):
                raise Problem(400, "malformed_form", "The form is broken.")
            await self._part(part)
        raise Problem(413, "too_many_fields", "There are too many fields in this form.")

    async def _part(self, part: BodyPartReader) -> None:
        if part.filename is None:
            self._request[keys.FORM][part.name or ""] = await self._text(part)
            return
        with self._request.app[keys.SENDERS].place(caller_of(self._request).user):
            await self._file(part, part.filename)

    async def _text(self, part: BodyPartReader) -> str:
        text = bytearray()
        async for piece in self._pieces(part):
            text += piece
            if len(text) > MOST_FIELD:
                most = f"A field takes at most {MOST_FIELD // KIB} KiB."
                raise Problem(413, "body_too_large", most)
        try:
            return text.decode()
        except UnicodeDecodeError as error:
            raise Problem(400, "malformed_form", "The form is not UTF-8.") from error

    async def _file(self, part: BodyPartReader, name: str) -> None:
        """Put a file aside and hand it on; of one that is too large nothing is kept."""
        size = 0
        async with SpooledTemporaryFile[bytes](max_size=IN_MEMORY) as aside:
            async for piece in self._pieces(part):
                size += len(piece)
                if size <= MOST_BYTES:
                    await aside.write(piece)
            if name or size:
                await self._take(Sent(name, size, aside))

    async def _pieces(self, part: BodyPartReader) -> AsyncIterator[bytes]:
        while True:
            with _reading():
                async with asyncio.timeout(PIECE_SECONDS):
                    piece = await part.read_chunk(PIECE)
            if not piece:
                return
            self._left -= len(piece)
            if self._left < 0:
                raise Problem(413, "body_too_large", "That is more than is taken at once.")
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
