"""Files on their way in: bytes are handed on in parts as they come, to the files' actor.

Neither the whole of a body nor the whole of a file is ever held here.
"""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import ClientPayloadError, StreamReader, web
from aiohttp.web import RequestPayloadError

from actors.files.messages import (
    PART_BYTES,
    AnnounceFile,
    FileAnnounced,
    FileView,
    GetFile,
    KeepPart,
    Stage,
    address_of,
)
from actors.ids import ConversationId, FileId, MessageId
from http_edge import keys
from http_edge.ask import ask, caller_of, client_of
from http_edge.problems import Problem

PIECE_SECONDS = 30
"""How long the next piece of a body may take to arrive."""
INSPECTION_SECONDS = 20.0
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5

ON_ITS_WAY = frozenset({Stage.UPLOADING, Stage.CHECKING})
BROKEN = (RequestPayloadError, ClientPayloadError, ConnectionError)


async def file_view(request: web.Request, conversation: ConversationId, file: FileId) -> FileView:
    """Return how far a file has come."""
    return await ask(request, address_of(conversation), GetFile(file), FileView)


async def announce(
    request: web.Request,
    conversation: ConversationId,
    name: str,
    size: int,
    id: str = "",  # noqa: A002
) -> FileView:
    """Announce a file; under the same *id* it is the same file again."""
    happened = await client_of(request).tell(
        address_of(conversation),
        AnnounceFile(name, size),
        caller_of(request),
        id=MessageId(id or request[keys.MESSAGE_ID]),
        wait=request.app[keys.SETTINGS].ask_seconds,
        trace=request[keys.TRACE],
    )
    announced = happened.first(FileAnnounced)
    if announced is None:
        raise Problem(409, "already_used", "That was something else before. Choose the file again.")
    return await file_view(request, conversation, announced.file)


async def pieces_of(content: StreamReader) -> AsyncIterator[bytes]:
    """Yield a body as it comes, or raise `Problem`: 408 too slow, 400 broken."""
    while True:
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                piece = await content.readany()
        except TimeoutError as error:
            raise Problem(408, "body_too_slow", "The body took too long to arrive.") from error
        except BROKEN as error:
            raise Problem(400, "malformed_body", "The body is broken.") from error
        if not piece:
            return
        yield piece


async def send_parts(
    request: web.Request,
    conversation: ConversationId,
    file: FileId,
    offset: int,
    pieces: AsyncIterator[bytes],
) -> int:
    """Hand *pieces* on from *offset* on, and return the offset reached.

    When the body breaks off, what came of it is kept before its `Problem` is raised.
    """
    part, broken = bytearray(), None
    try:
        async for piece in pieces:
            part += piece
            while len(part) >= PART_BYTES:
                offset = await _keep(request, conversation, file, offset, part[:PART_BYTES])
                del part[:PART_BYTES]
    except Problem as problem:
        broken = problem
    if part:
        offset = await _keep(request, conversation, file, offset, part)
    if broken is not None:
        raise broken
    return offset


async def _keep(
    request: web.Request, conversation: ConversationId, file: FileId, offset: int, data: bytearray
) -> int:
    await client_of(request).tell(
        address_of(conversation),
        KeepPart(file, offset, bytes(data)),
        caller_of(request),
        wait=request.app[keys.SETTINGS].ask_seconds,
        trace=request[keys.TRACE],
    )
    return offset + len(data)


async def inspected(request: web.Request, conversation: ConversationId, file: FileId) -> FileView:
    """Return the file once it is inspected, or as it is after twenty seconds."""
    clock = request.app[keys.CLOCK]
    end, pause = clock.monotonic() + INSPECTION_SECONDS, FIRST_PAUSE
    while True:
        found = await file_view(request, conversation, file)
        if found.stage not in ON_ITS_WAY or clock.monotonic() >= end:
            return found
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
