"""What people may know of the files of their conversation."""

from typing import assert_never

from actors.asked import Asked
from actors.caller import Caller
from actors.files.messages import (
    FileView,
    GetFile,
    PartRead,
    PartView,
    PreparedQuery,
    Query,
    ReadPart,
    View,
)
from actors.files.state.kept import Files, KeptFile
from actors.files.state.names import JPEG
from actors.files.state.permissions import read_file, seen_file
from actors.ids import FileId
from actors.refusal import NotFound


def may_see(_state: Files, _caller: Caller) -> bool:
    """Return False: what happens here names files that are their owners' alone."""
    return False


def answer(state: Files, query: Query | PreparedQuery, asked: Asked) -> View:
    """Return what *asked*'s caller sees, or raise `NotFound`."""
    match query:
        case GetFile(file):
            return _view(file, seen_file(state, file, asked.caller))
        case PartRead(read, data, total):
            return _part(read_file(state, read.file, asked.caller), read, data, total)
        case ReadPart():
            raise TypeError("A ReadPart must be prepared before it is answered.")
        case _:
            assert_never(query)


def _view(file: FileId, kept: KeptFile) -> FileView:
    return FileView(
        file=file,
        owner=kept.owner,
        name=kept.name,
        stage=kept.stage,
        size=kept.size,
        offset=kept.offset,
        media_type=kept.media_type,
        picture=kept.picture,
        has_thumbnail=bool(kept.thumbnail),
        why=kept.why,
    )


def _part(kept: KeptFile, read: ReadPart, data: bytes | None, total: int) -> PartView:
    if data is None:
        raise NotFound("The file is not there any more.")
    media_type = JPEG if read.thumbnail else kept.media_type
    return PartView(data, total, kept.name, media_type)
