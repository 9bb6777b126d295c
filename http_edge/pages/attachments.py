"""Files of messages, as a browser asks for them."""

from aiohttp import web

from actors.ids import FileId
from http_edge.downloads import send_file
from http_edge.pages.correspondents import conversation_of


def _file(request: web.Request) -> FileId:
    return FileId(request.match_info["file"])


async def file(request: web.Request) -> web.StreamResponse:
    """Send a file of a message: shown if it is of a kind that may be, unless `?save` is asked."""
    inline = "save" not in request.query
    return await send_file(request, conversation_of(request), _file(request), inline=inline)


async def small(request: web.Request) -> web.StreamResponse:
    """Send the small picture of a file."""
    conversation = conversation_of(request)
    return await send_file(request, conversation, _file(request), thumbnail=True, inline=True)
