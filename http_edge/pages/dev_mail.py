"""The letters of a demonstration, to look at: nothing was sent, everybody in them is made up.

Only where the application was given their folder, and only from the machine itself: sign-in links
stand in them. Everywhere else there is nothing here.
"""

import asyncio
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from http_edge import keys
from http_edge.pages.rendering import render
from http_edge.problems import NOT_FOUND, Problem

MOST = 200
"""Letters on the list, the newest ones."""

_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")


class Attachment(NamedTuple):
    """A part of a letter that is not its text."""

    name: str
    kind: str
    size: int


class Piece(NamedTuple):
    """Some of a text; with *url*, a link."""

    text: str
    url: str = ""


class Letter(NamedTuple):
    """A letter as it is shown."""

    id: str
    at: datetime
    to: str
    subject: str
    sender: str = ""
    text: tuple[Piece, ...] = ()
    html: str = ""
    attachments: tuple[Attachment, ...] = ()


async def letters(request: web.Request) -> web.Response:
    """Show the letters of the demonstration, newest first."""
    found = await asyncio.to_thread(_newest, _folder(request))
    return render(request, "dev_mail.html", letters=found, letter=None)


async def letter(request: web.Request) -> web.Response:
    """Show one letter of the demonstration."""
    files = await asyncio.to_thread(_files, _folder(request))
    file = files.get(request.match_info["letter"])
    if file is None:
        raise _nothing()
    found = await asyncio.to_thread(_whole, file)
    return render(request, "dev_mail.html", letters=(), letter=found)


def _folder(request: web.Request) -> Path:
    """Return where the letters lie, or raise `Problem` (404) for whoever may not see them."""
    folder = request.app[keys.MAIL_FOLDER]
    if folder is None or not _is_here(request):
        raise _nothing()
    return folder


def _is_here(request: web.Request) -> bool:
    """Whether somebody at this very machine asks, and no proxy in between."""
    try:
        near = ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    return near and "X-Forwarded-For" not in request.headers and "Forwarded" not in request.headers


def _nothing() -> Problem:
    return Problem(NOT_FOUND, "not_found", "There is nothing here under that name.")


def _files(folder: Path) -> dict[str, Path]:
    """Return the newest letters by their ids."""
    found = ((file.stat().st_mtime, file) for file in folder.glob("*.eml"))
    newest = sorted(found, reverse=True)[:MOST]
    return {file.name.partition("@")[0]: file for _, file in newest}


def _newest(folder: Path) -> tuple[Letter, ...]:
    return tuple(_read(file, headers_only=True) for file in _files(folder).values())


def _whole(file: Path) -> Letter:
    return _read(file, headers_only=False)


def _read(file: Path, *, headers_only: bool) -> Letter:
    with file.open("rb") as stream:
        parser: BytesParser[EmailMessage] = BytesParser(policy=policy.default)
        message = parser.parse(stream, headersonly=headers_only)
    head = Letter(
        id=file.name.partition("@")[0],
        at=datetime.fromtimestamp(file.stat().st_mtime, UTC),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
    )
    return head if headers_only else _with_parts(head, message)


def _with_parts(head: Letter, message: EmailMessage) -> Letter:
    plain = message.get_body(("plain",))
    html = message.get_body(("html",))
    bodies = [part for part in (plain, html) if part is not None]
    return head._replace(
        text=tuple(pieces(str(plain.get_content()) if plain is not None else "")),
        html=str(html.get_content()) if html is not None else "",
        attachments=tuple(_attachments(message, bodies)),
    )


def _attachments(message: EmailMessage, bodies: Collection[Message]) -> Iterator[Attachment]:
    for part in message.walk():
        if not part.is_multipart() and not any(part is body for body in bodies):
            content = part.get_payload(decode=True)
            size = len(content) if isinstance(content, bytes) else 0
            yield Attachment(part.get_filename() or "", part.get_content_type(), size)


def pieces(text: str) -> Iterator[Piece]:
    """Yield *text* in pieces, its links apart."""
    end = 0
    for found in _LINK.finditer(text):
        yield Piece(text[end : found.start()])
        yield Piece(found[0], found[0])
        end = found.end()
    yield Piece(text[end:])
